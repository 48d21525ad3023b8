/** Builds core/local/model.json from the corpus: `npm run train`. The same corpus gives the same bytes. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { extractFeatures } from '../core/local/features';
import { softmax, type ModelFile } from '../core/local/model';
import { readCorpus, type Example } from './read-corpus';
import { scoresOf, trainSoftmax, type Sample, type Weights } from './softmax-regression';

const BUCKETS = 2 ** 16;
const FOLDS = 5;
const ROOT = process.cwd();
const MODEL_PATH = join(ROOT, 'core/local/model.json');
const DEPARTMENTS = DEFAULT_DEPARTMENTS.map(({ name }) => name);

function main(): void {
	const examples = readCorpus(join(ROOT, 'corpus'));
	const samples = toSamples(examples);
	const held = heldOutScores(examples, samples);
	const temperature = fitTemperature(held);
	report(examples, held, temperature);
	const model = JSON.stringify(pack(trainSoftmax(samples, DEPARTMENTS.length, BUCKETS), temperature), null, '\t');
	if (process.argv.includes('--check')) return check(model);
	writeFileSync(MODEL_PATH, `${model}\n`);
	console.log(`wrote ${MODEL_PATH}: ${Math.round(model.length / 1024)} KiB`);
}

function check(model: string): void {
	if (readFileSync(MODEL_PATH, 'utf8') === `${model}\n`) return console.log('the model is what the corpus gives');
	console.error('core/local/model.json is not what the corpus gives: run "npm run train" and commit the result');
	process.exitCode = 1;
}

function toSamples(examples: Example[]): Sample[] {
	const perLanguage = new Map<string, number>();
	for (const { language } of examples) perLanguage.set(language, (perLanguage.get(language) ?? 0) + 1);
	return examples.map((example) => ({
		features: extractFeatures(example, BUCKETS),
		label: DEPARTMENTS.indexOf(example.department),
		weight: Math.min(3, Math.sqrt(examples.length / (perLanguage.get(example.language) ?? 1) / 2)),
	}));
}

interface Held {
	scores: number[];
	label: number;
}

/** Scores by models that saw no row of the same scenario. */
function heldOutScores(examples: Example[], samples: Sample[]): Held[] {
	const folds = examples.map(({ scenario }) => createHash('sha256').update(scenario).digest()[0] % FOLDS);
	return Array.from({ length: FOLDS }, (_, fold) => {
		process.stdout.write(`fold ${fold + 1} of ${FOLDS}\r`);
		const trained = trainSoftmax(
			samples.filter((_, i) => folds[i] !== fold),
			DEPARTMENTS.length,
			BUCKETS,
		);
		const held = samples.filter((_, i) => folds[i] === fold);
		return held.map(({ features, label }) => ({ scores: scoresOf(features, trained), label }));
	}).flat();
}

function fitTemperature(held: Held[]): number {
	const candidates = Array.from({ length: 60 }, (_, i) => Math.round(1.05 ** (i - 30) * 1e4) / 1e4);
	const losses = candidates.map((t) => held.reduce((sum, row) => sum - Math.log(probabilities(row, t)[row.label]), 0));
	return candidates[losses.indexOf(Math.min(...losses))];
}

function probabilities({ scores }: Held, temperature: number): number[] {
	return softmax(scores.map((score) => score / temperature));
}

function report(examples: Example[], held: Held[], temperature: number): void {
	const results = held.map((row) => {
		const p = probabilities(row, temperature);
		return { right: p.indexOf(Math.max(...p)) === row.label, sure: Math.max(...p) >= 0.6 };
	});
	const share = (rows: typeof results): string => (rows.filter(({ right }) => right).length / rows.length).toFixed(3);
	const sure = results.filter((result) => result.sure);
	console.log(
		`${examples.length} examples; temperature ${temperature}; accuracy with held-out scenarios ${share(results)}`,
	);
	console.log(
		`at confidence 0.6 and above: ${((sure.length / results.length) * 100).toFixed(0)} % of them, accuracy ${share(sure)}`,
	);
}

function pack({ weights, bias }: Weights, temperature: number): ModelFile {
	const scale = weights.reduce((high, weight) => Math.max(high, Math.abs(weight)), 0) / 127;
	const bytes = Buffer.from(Int8Array.from(weights, (weight) => Math.round(weight / scale)).buffer);
	const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
	const round = (value: number): number => Number(value.toPrecision(6));
	return {
		version: `local-${digest}`,
		departments: DEPARTMENTS,
		buckets: BUCKETS,
		temperature,
		bias: bias.map(round),
		scale: round(scale),
		weights: bytes.toString('base64'),
	};
}

main();
