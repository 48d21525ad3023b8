import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { emailProblem } from '../../core/parse';
import { cleanLine } from '../../core/text';

export const USAGE = `Usage: npm run triage -- FILE [options]

Sends every ticket of a file through the triage: the tickets are stored in DATABASE_URL,
classified, decided and delivered just like those that the service receives.

  FILE               tickets.jsonl (one JSON object a line), tickets.csv (with a header line),
                     or - for standard input
                     fields: title, description, email, priority, source, metadata
                     (in CSV metadata is a JSON text); other fields are ignored

  --email ADDRESS    the reporter of rows that have no e-mail address
  --format FORMAT    jsonl or csv, whatever the file is called (standard input: jsonl)
  --output PATH      where the results go, - for standard output
                     (FILE.results.jsonl; for standard input: standard output)
  --dry-run          classify and decide with the embedded model only: nothing is stored or sent
  --fresh            start the results anew instead of going on with them
  --help             show this text

npm prints lines of its own: npm run --silent triage -- ... keeps standard output clean.

Interrupted? The same command goes on where it stopped. A ticket's id is made of its line number
and its content, so no row becomes two tickets, as long as rows keep their lines.

Exit code: 0 all is well, 1 a row was invalid or a ticket failed, 2 wrong usage or setup,
130 after Ctrl-C.
`;

export type Format = 'jsonl' | 'csv';

export interface TriageOptions {
	/** An absolute path, or `-` for standard input. */
	input: string;
	format: Format;
	/** An absolute path, or `-` for standard output. */
	output: string;
	/** Fills in for a missing address. */
	email: string | null;
	dryRun: boolean;
	fresh: boolean;
}

/** What the person at the terminal can put right. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** The options, or null where help is asked for. `folder` is what relative paths start from. @throws UsageError */
export function parseOptions(argv: string[], folder: string): TriageOptions | null {
	const { values, positionals } = readArguments(argv);
	if (values.help) return null;
	if (positionals.length !== 1)
		throw new UsageError('Name one file of tickets, or - for standard input (--help says more)');
	const input = absolute(positionals[0], folder);
	const output = values.output ?? (input === '-' ? '-' : `${input}.results.jsonl`);
	return {
		input,
		format: readFormat(input, values.format),
		output: absolute(output, folder),
		email: values.email === undefined ? null : readEmail(values.email),
		dryRun: values['dry-run'] ?? false,
		fresh: values.fresh ?? false,
	};
}

function readArguments(argv: string[]) {
	try {
		return parseArgs({
			args: argv,
			allowPositionals: true,
			options: {
				email: { type: 'string' },
				format: { type: 'string' },
				output: { type: 'string' },
				'dry-run': { type: 'boolean' },
				fresh: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}

function absolute(path: string, folder: string): string {
	if (path === '') throw new UsageError('A path must not be empty');
	return path === '-' ? path : resolve(folder, path);
}

const EXTENSIONS: Record<string, Format> = { '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.csv': 'csv' };

function readFormat(input: string, given: string | undefined): Format {
	if (given === 'jsonl' || given === 'csv') return given;
	if (given !== undefined) throw new UsageError('--format must be jsonl or csv');
	const format = input === '-' ? 'jsonl' : EXTENSIONS[extname(input).toLowerCase()];
	if (!format) throw new UsageError('The file is neither .jsonl nor .csv: say which it is with --format');
	return format;
}

function readEmail(text: string): string {
	const problem = emailProblem(cleanLine(text));
	if (problem) throw new UsageError(`--email ${problem}`);
	return cleanLine(text);
}
