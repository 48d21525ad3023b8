import { createHash } from 'node:crypto';
import type { Labelled } from './samples';
import { scoresOf, type Linear, type Train } from './trainers';

/** What may not stand on both sides of a fold. */
export type Grouping = 'scenario' | 'industry' | 'none';

/** A held-out row and the scores of a model that saw nothing of its group. */
export interface Held {
	sample: Labelled;
	scores: number[];
	/** Buckets of the words the model had seen. */
	known: ReadonlySet<number>;
	/** Made up from held-out rows, to calibrate by; not to be counted. */
	disturbed?: true;
}

const FOLDS = 5;

interface Task {
	train: Train;
	classes: number;
	buckets: number;
	/** Rows to be scored besides, made of a fold's held-out ones. */
	disturb?: (rows: readonly Labelled[]) => Labelled[];
}

/** Every row once, scored by a model trained without its group; `progress` hears of each fold. */
export function holdOut(
	samples: readonly Labelled[],
	grouping: Grouping,
	{ train, classes, buckets, disturb = () => [] }: Task,
	progress: (done: number, folds: number) => void = () => undefined,
): Held[] {
	const folds = foldsOf(samples, grouping);
	const count = Math.max(...folds) + 1;
	return Array.from({ length: count }, (_, fold) => {
		const seen = samples.filter((_sample, i) => folds[i] !== fold);
		const model: Linear = train(seen, classes, buckets);
		const known = new Set(seen.flatMap(({ features }) => features.wordBuckets));
		progress(fold + 1, count);
		const rows = samples.filter((_sample, i) => folds[i] === fold);
		const score = (sample: Labelled): Held => ({ sample, scores: scoresOf(sample, model), known });
		return [...rows.map(score), ...disturb(rows).map((sample) => ({ ...score(sample), disturbed: true as const }))];
	}).flat();
}

/** The fold of each row. Industries are folds of their own; scenarios and single rows are spread by their hash. */
function foldsOf(samples: readonly Labelled[], grouping: Grouping): number[] {
	if (grouping === 'industry') {
		const industries = [...new Set(samples.map(({ example }) => example.industry))].sort();
		return samples.map(({ example }) => industries.indexOf(example.industry));
	}
	return samples.map(
		({ example }, i) => hash(grouping === 'scenario' ? example.scenario : `${i} ${example.title}`) % FOLDS,
	);
}

function hash(text: string): number {
	return createHash('sha256').update(text).digest().readUInt32BE();
}
