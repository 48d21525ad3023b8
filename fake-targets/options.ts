import { parseArgs } from 'node:util';
import { UsageError } from '../service/cli/options';
import { FAULTS } from './faults';
import { SYSTEMS } from './index';

export const USAGE = `Usage: npm run fake-targets -- [options]

Stand-ins for the ticketing systems on this machine: each refuses what the real one refuses, keeps
what it takes, and fails as often as you like. Nothing leaves the machine.

  --only SYSTEMS     some of them only, with commas between (all)
  --port PORT        where the first listens on 127.0.0.1; each of the others takes the next (9101;
                     0 takes free ones)
  --faults PERCENT   how many of a hundred requests something happens to (0)
  --on create        faults strike only what makes a new ticket, not searches and comments
  --seed NUMBER      the same seed gives the same faults in the same order (1)
  --index-lag MS     until the searches of Jira and Freshservice find what is new (0)
  --help             show this text

Systems: ${wrap(SYSTEMS, 9)}

Faults:  ${wrap(FAULTS, 9)}

Exit code: 0 it was ended, 2 wrong usage or a port that is taken.
`;

function wrap(names: readonly string[], indent: number): string {
	const lines = [''];
	for (const name of names) {
		const last = lines.length - 1;
		if (lines[last].length + name.length > 84) lines.push(name);
		else lines[last] += lines[last] === '' ? name : `, ${name}`;
	}
	return lines.join(`,\n${' '.repeat(indent)}`);
}

export interface TargetsCommand {
	systems: readonly string[];
	/** 0 takes free ones. */
	port: number;
	/** 0–1. */
	faultRate: number;
	on: 'all' | 'create';
	seed: number;
	indexLagMs: number;
}

/** The options, or null where help is asked for. @throws UsageError */
export function parseTargetOptions(argv: string[]): TargetsCommand | null {
	const values = readArguments(argv);
	if (values.help) return null;
	const systems = values.only === undefined ? SYSTEMS : readSystems(values.only);
	return {
		systems,
		port: readNumber(values.port ?? '9101', '--port', 65_536 - systems.length),
		faultRate: readNumber(values.faults ?? '0', '--faults', 100) / 100,
		on: readOn(values.on ?? 'all'),
		seed: readNumber(values.seed ?? '1', '--seed', 2 ** 31),
		indexLagMs: readNumber(values['index-lag'] ?? '0', '--index-lag', 3_600_000),
	};
}

function readArguments(argv: string[]) {
	const text = { type: 'string' } as const;
	const options = {
		...{ only: text, port: text, faults: text, on: text, seed: text, 'index-lag': text },
		help: { type: 'boolean', short: 'h' } as const,
	};
	try {
		return parseArgs({ args: argv, options }).values;
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}

function readSystems(text: string): string[] {
	const wanted = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
	const unknown = wanted.filter((name) => !SYSTEMS.includes(name));
	if (unknown.length === 0 && wanted.length > 0) return wanted;
	throw new UsageError(`--only must name some of ${SYSTEMS.join(', ')}`);
}

function readOn(text: string): 'all' | 'create' {
	if (text === 'all' || text === 'create') return text;
	throw new UsageError('--on must be all or create');
}

function readNumber(text: string, name: string, most: number): number {
	const value = Number(text);
	if (/^\d+$/u.test(text) && value <= most) return value;
	throw new UsageError(`${name} must be a whole number from 0 to ${most}`);
}
