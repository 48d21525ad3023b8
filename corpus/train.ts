/** Trains the local model: `npm run train`; USAGE says how. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createReader } from '../core/local';
import type { ModelFile } from '../core/local/model';
import { exitWith } from '../service/cli/exit-with';
import { UsageError, parseOptions } from '../service/cli/options';
import { callersFolder, findRoot, readEnvironment } from '../service/environment';
import { buildModel } from './build-model';
import { confidenceOf, isRight } from './calibrate';
import { correctedTickets } from './corrections';
import { readCorpus } from './read-corpus';
import { trainOwn, type OwnOptions } from './train-own';

const USAGE = `Usage: npm run train -- [FILE] [options]

Without FILE and --corrections: builds the model that comes with the package from the corpus
(core/local/model.json).

  FILE             labelled tickets of your own (.jsonl, .csv, or - for standard input), with title,
                   description and department. They are added to the corpus; the model that comes of
                   it is compared with the shipped one on tickets neither has seen, the comparison is
                   shown, and it is written only if it is no worse
  --corrections    the same with the tickets that persons corrected in the service, read from its
                   database (DATABASE_URL, as the service reads it), beside FILE or in its place.
                   A right answer that a person confirmed counts as well, and should be among them
  --output PATH    where your model goes (local-model.json); use it with LOCAL_MODEL=PATH
  --anyway         write your model even if it is worse
  --check          for the shipped model: compare with core/local/model.json instead of writing it
  --help           show this text
`;

const root = findRoot();
const MODEL_PATH = join(root, 'core/local/model.json');

async function main(): Promise<number> {
	const { values, positionals } = readArguments();
	if (values.help) return say(USAGE);
	const folder = callersFolder('train');
	const { corrections = false, anyway = false, check: checkOnly = false } = values;
	if (positionals.length === 0 && !corrections) return trainShipped(checkOnly);
	const output = resolve(folder, values.output ?? 'local-model.json');
	const shipped = JSON.parse(readFileSync(MODEL_PATH, 'utf8')) as ModelFile;
	return trainOwn(
		{ file: fileIn(positionals, folder), corrections, output, anyway },
		{
			stdin: process.stdin,
			say,
			corrections: () => correctedTickets(readEnvironment(root, process.env), root),
			corpus: readCorpus(join(root, 'corpus')),
			shipped: await createReader(shipped),
			calibration: shipped,
		},
	);
}

/** @throws UsageError unless it is one that can be read, or none */
function fileIn(positionals: string[], folder: string): OwnOptions['file'] {
	const options = positionals.length === 0 ? null : parseOptions(['--', ...positionals], folder);
	return options && { path: options.input, format: options.format };
}

function readArguments() {
	const flag = { type: 'boolean' } as const;
	const output = { type: 'string' } as const;
	const options = { corrections: flag, check: flag, anyway: flag, help: flag, output };
	try {
		return parseArgs({ allowPositionals: true, options });
	} catch (error) {
		throw new UsageError(`${(error as Error).message} (--help says more)`);
	}
}

function say(text: string): number {
	console.log(text);
	return 0;
}

function trainShipped(checkOnly: boolean): number {
	const { file, held } = buildModel(readCorpus(join(root, 'corpus')), (done, folds) => {
		process.stderr.write(`fold ${done} of ${folds}\n`);
	});
	const right = held.filter(isRight).length;
	const sure = held.filter((row) => confidenceOf(row, file) >= 0.6);
	const share = ((100 * sure.length) / held.length).toFixed(0);
	say(`${held.length} examples; accuracy with held-out scenarios ${(right / held.length).toFixed(3)}`);
	say(`at confidence 0.6 and above: ${share} %, accuracy ${(sure.filter(isRight).length / sure.length).toFixed(3)}`);
	const text = `${JSON.stringify(file, null, '\t')}\n`;
	if (checkOnly) return check(text);
	writeFileSync(MODEL_PATH, text);
	return say(`wrote ${MODEL_PATH}: ${Math.round(text.length / 1024)} KiB`);
}

function check(text: string): number {
	if (readFileSync(MODEL_PATH, 'utf8') === text) return say('the model is what the corpus gives');
	console.error('core/local/model.json is not what the corpus gives: run "npm run train" and commit the result');
	return 1;
}

exitWith(main());
