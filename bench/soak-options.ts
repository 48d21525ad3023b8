import { parseArgs } from 'node:util';
import { UsageError } from '../service/cli/options';

export const USAGE = `Usage: npm run soak -- [options]

The built service as a process under mixed traffic, in front of stand-ins for Gemini and for every
system, in changing weather: calm, faults of every kind, a system that is down, a Gemini that is
busy. At the end the weather is calm, what failed is tried again, and every ticket is looked for.

  --minutes NUMBER     how long there is traffic (3); looking for the tickets takes a while more
  --database DATABASE  sqlite or postgres, which is one of its own, from npm (sqlite)
  --clients NUMBER     how many callers there are at the same time (8)
  --seed NUMBER        the same seed chooses the same requests and faults (1)
  --help               show this text

Exit code: 0 all is well, 1 with the reason: an answer of 5xx, a ticket lost, a ticket twice
where its history does not say so, memory or open files that grow; 2 wrong usage.
`;

export interface SoakOptions {
	minutes: number;
	database: 'sqlite' | 'postgres';
	clients: number;
	seed: number;
}

/** The options, or null where help is asked for. @throws UsageError */
export function parseSoakOptions(argv: string[]): SoakOptions | null {
	const values = readArguments(argv);
	if (values.help) return null;
	const database = values.database ?? 'sqlite';
	if (database !== 'sqlite' && database !== 'postgres') throw new UsageError('--database must be sqlite or postgres');
	return {
		minutes: number(values.minutes ?? '3', '--minutes', [0.2, 1440]),
		clients: Math.ceil(number(values.clients ?? '8', '--clients', [1, 256])),
		seed: number(values.seed ?? '1', '--seed', [0, 2 ** 31]),
		database,
	};
}

function readArguments(argv: string[]) {
	const text = { type: 'string' } as const;
	const options = { minutes: text, database: text, clients: text, seed: text, help: { type: 'boolean' } } as const;
	try {
		return parseArgs({ args: argv, options }).values;
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}

function number(text: string, name: string, [least, most]: [number, number]): number {
	const value = Number(text);
	if (text.trim() !== '' && value >= least && value <= most) return value;
	throw new UsageError(`${name} must be a number from ${least} to ${most}`);
}
