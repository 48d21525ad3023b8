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
}

const FOLDS = 5;

/** Every row once, scored by a model trained without its group; `progress` hears of each fold. */
export function holdOut(
	samples: readonly Labelled[],
	grouping: Grouping,
	{ train, classes, buckets }: { train: Train; classes: number; buckets: number },
	progress: (done: number, folds: number) => void = () => undefined,
): Held[] {
	const folds = foldsOf(samples, grouping);
	const count = Math.max(...folds) + 1;
	return Array.from({ length: count }, (_, fold) => {
		const seen = samples.filter((_sample, i) => folds[i] !== fold);
		const model: Linear = train(seen, classes, buckets);
		const known = new Set(seen.flatMap(({ features }) => features.wordBuckets));
		progress(fold + 1, count);
		return samples
			.filter((_sample, i) => folds[i] === fold)
			.map((sample) => ({ sample, scores: scoresOf(sample, model), known }));
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
