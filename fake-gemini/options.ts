import { parseArgs } from 'node:util';
import { UsageError } from '../service/cli/options';
import { FAULT_GROUPS, checkRates, type Rates } from './faults';
import type { FakeGeminiOptions } from './server';
import { FINISH_REASONS } from './wire-table';

export const USAGE = `Usage: npm run fake-gemini -- [options]

A stand-in for Google's Gemini on this machine: it refuses what Gemini refuses, classifies with the
embedded model, and fails as often as you like. Nothing leaves the machine, nothing is billed.

  --port PORT         where it listens on 127.0.0.1 (8085; 0 takes a free one)
  --key KEY           the only API key it takes (fake)
  --latency MS        time before any answer (200)
  --per-ticket MS     time on top for each ticket (15)
  --fault NAME=RATE   a fault for that share of the requests, 0 to 1; may be given several times
  --seed NUMBER       the same seed gives the same faults in the same order (1)
  --retry-delay SECS  how long a 429 asks to wait (another time from 1 to 2 s each time)
  --model ID          a model to offer; may be given several times (four current ones)
  --obedient          do what tickets say, as a model does that is taken in by them
  --help              show this text

Faults
  Errors of Gemini's own:    ${wrap(FAULT_GROUPS.ERRORS)}
  Trouble on the way:        ${wrap(FAULT_GROUPS.BREAKDOWNS)}
  Bad answers:               ${wrap(FAULT_GROUPS.BAD_ANSWERS)}
  Ends, as finish:REASON:    ${wrap(FINISH_REASONS)}

Exit code: 0 it was ended, 2 wrong usage or a port that is taken.
`;

function wrap(names: readonly string[]): string {
	const lines = [''];
	for (const name of names) {
		const last = lines.length - 1;
		if (lines[last].length + name.length > 68) lines.push(name);
		else lines[last] += lines[last] === '' ? name : `, ${name}`;
	}
	return lines.join(`,\n${' '.repeat(29)}`);
}

export type FakeCommand = Required<Pick<FakeGeminiOptions, 'port' | 'apiKey' | 'rates'>> & FakeGeminiOptions;

/** The options, or null where help is asked for. @throws UsageError */
export function parseFakeOptions(argv: string[]): FakeCommand | null {
	const values = readArguments(argv);
	if (values.help) return null;
	if (values.key === '') throw new UsageError('--key must not be empty');
	const number = (name: 'latency' | 'per-ticket' | 'seed' | 'retry-delay', most: number): number | undefined =>
		values[name] === undefined ? undefined : readNumber(values[name], `--${name}`, most);
	return {
		port: wholeNumber(readNumber(values.port ?? '8085', '--port', 65_535), '--port'),
		apiKey: values.key ?? 'fake',
		rates: readRates(values.fault ?? []),
		...given('latencyMs', number('latency', 600_000)),
		...given('perTicketMs', number('per-ticket', 60_000)),
		...given('seed', number('seed', 2 ** 31)),
		...given('retryDelaySeconds', number('retry-delay', 86_400)),
		...given('models', values.model),
		...given('obedient', values.obedient),
	};
}

function given<T>(name: keyof FakeGeminiOptions, value: T | undefined): FakeGeminiOptions {
	return value === undefined ? {} : { [name]: value };
}

function readArguments(argv: string[]) {
	const text = { type: 'string' } as const;
	const texts = { type: 'string', multiple: true } as const;
	const options = {
		...{ port: text, key: text, latency: text, 'per-ticket': text, seed: text, 'retry-delay': text },
		...{
			fault: texts,
			model: texts,
			obedient: { type: 'boolean' } as const,
			help: { type: 'boolean', short: 'h' } as const,
		},
	};
	try {
		return parseArgs({ args: argv, options }).values;
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}

function readNumber(text: string, name: string, most: number): number {
	const value = Number(text);
	if (/^\d+(?:\.\d+)?$/u.test(text) && value <= most) return value;
	throw new UsageError(`${name} must be a number from 0 to ${most}`);
}

function wholeNumber(value: number, name: string): number {
	if (Number.isInteger(value)) return value;
	throw new UsageError(`${name} must be a whole number`);
}

function readRates(texts: string[]): Rates {
	const rates = Object.fromEntries(texts.map(readRate)) as Rates;
	try {
		checkRates(rates);
	} catch (error) {
		throw new UsageError(`--fault: ${(error as Error).message}`);
	}
	return rates;
}

function readRate(text: string): [string, number] {
	const [name, rate = ''] = text.split('=');
	return [name, readNumber(rate, `The rate in --fault ${name}=RATE`, 1)];
}
