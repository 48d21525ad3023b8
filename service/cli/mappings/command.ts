import type { Readable } from 'node:stream';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { Knex } from 'knex';
import type { Department } from '../../../core/departments';
import { UsageError } from '../options';
import { printable } from './table';

/** What a command works with. */
export interface Session {
	departments: readonly Department[];
	allowedPrivateHosts: readonly string[];
	/** Values of `${NAME}` in mappings, as the service resolves them. */
	lookup: (name: string) => string | undefined;
	stdin: Readable;
	/** A line, or several, of what was asked for. */
	print(text: string): void;
	/** A line of what else a person should know. */
	note(text: string): void;
	/** Opens the database, up to date, for as long as `use` takes. @throws ConfigError where it cannot be used */
	withDatabase<T>(use: (knex: Knex) => Promise<T>): Promise<T>;
}

/** Resolves with the exit code. @throws UsageError, ConfigError, MappingsProblem */
export type Work = (session: Session) => Promise<number>;

export interface Command {
	usage: string;
	/** `folder` is what relative paths start from. @throws UsageError */
	parse(argv: string[], folder: string): Work;
}

/** Something is wrong with the mappings, and all of it is said. */
export class MappingsProblem extends Error {
	override readonly name = 'MappingsProblem';
	constructor(what: string, problems: readonly string[] = []) {
		super([what, ...problems.map((problem) => `  - ${printable(problem)}`)].join('\n'));
	}
}

/** @throws UsageError naming the options there are */
export function readArguments<O extends ParseArgsOptionsConfig>(argv: string[], options: O) {
	try {
		return parseArgs({ args: argv, allowPositionals: true, options });
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(`${message} (--help says more)`);
		const known = ['help', ...Object.keys(options)].map((name) => `--${name}`).join(', ');
		throw new UsageError(`${message.split('. ')[0]}: there is ${known}`);
	}
}

const LARGEST_ID = 2_147_483_647;

/** @throws UsageError for what is no row's number */
export function readId(text: string): number {
	const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity;
	if (id > LARGEST_ID) throw new UsageError('An id is a whole number from 1: list shows them');
	return id;
}
