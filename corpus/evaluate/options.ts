import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError, parseOptions, type Format } from '../../service/cli/options';

export const USAGE = `Usage: npm run evaluate -- [FILE] [options]

Says how good the embedded classifier is: in tables here, with pictures in a report.

Without FILE it is trained and judged on the corpus in cross-validation: grouped by scenario (the
honest figure: no ticket is judged by a model that saw another one about the same thing), grouped
by industry, and ungrouped beside them.

  FILE               labelled tickets: .jsonl (one JSON object a line), .csv (with a header line),
                     or - for standard input. The model that comes with the package judges them,
                     or the one LOCAL_MODEL names (relative to the repository, as in .env)
                     fields: title, description, department, optionally language; others are ignored

  --format FORMAT    jsonl or csv, whatever the file is called (standard input: jsonl)
  --corpus FOLDER    another corpus of the same form (the repository's)
  --quick            grouped by scenario only
  --output FOLDER    where report.html, its pictures and metrics.json go (evaluation)
  --help             show this text

Exit code: 0 all is well, 2 wrong usage or setup.
`;

export interface EvaluateOptions {
	/** What to judge; null for the corpus. */
	file: { path: string; format: Format } | null;
	corpus: string;
	output: string;
	quick: boolean;
}

/** The options, or null where help is asked for. `folder` is what relative paths start from. @throws UsageError */
export function parseEvaluateOptions(
	argv: string[],
	{ folder, root }: { folder: string; root: string },
): EvaluateOptions | null {
	const { values, positionals } = readArguments(argv);
	if (values.help) return null;
	if (positionals.length > 1) throw new UsageError('Name one file, or none for the corpus (--help says more)');
	const [path] = positionals;
	if (path !== undefined && (values.quick || values.corpus !== undefined)) {
		throw new UsageError('--quick and --corpus are for the corpus: leave the file out');
	}
	if (values.output === '' || values.corpus === '') throw new UsageError('A path must not be empty');
	return {
		file: path === undefined ? null : readFile(path, values.format, folder),
		corpus: values.corpus === undefined ? join(root, 'corpus') : resolve(folder, values.corpus),
		output: resolve(folder, values.output ?? 'evaluation'),
		quick: values.quick ?? false,
	};
}

/** The triage command's own reading of a file's name, so that both take the same files. */
function readFile(path: string, given: string | undefined, folder: string): EvaluateOptions['file'] {
	const options = parseOptions([...(given === undefined ? [] : ['--format', given]), '--', path], folder);
	return options && { path: options.input, format: options.format };
}

function readArguments(argv: string[]) {
	try {
		return parseArgs({
			args: argv,
			allowPositionals: true,
			options: {
				format: { type: 'string' },
				corpus: { type: 'string' },
				output: { type: 'string' },
				quick: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}
