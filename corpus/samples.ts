import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { indexConcepts } from '../core/local/concepts';
import { extractFeatures, type Features } from '../core/local/features';
import { VOCABULARIES } from '../core/local/vocabulary';
import type { Example } from './read-corpus';
import type { Sample } from './trainers';

export const DEPARTMENTS = DEFAULT_DEPARTMENTS.map(({ name }) => name);
export const BUCKETS = 2 ** 17;

const CONCEPTS = indexConcepts(VOCABULARIES);

export interface Labelled extends Sample {
	example: Example;
	features: Features;
}

/** Examples as what the trainers take. Languages with fewer rows weigh more, by the square root, at most `mostWeight`. */
export function toSamples(examples: readonly Example[], mostWeight = 2.5): Labelled[] {
	const perLanguage = new Map<string, number>();
	for (const { language } of examples) perLanguage.set(language, (perLanguage.get(language) ?? 0) + 1);
	const most = Math.max(...perLanguage.values());
	return examples.map((example) =>
		toSample(example, Math.min(mostWeight, Math.sqrt(most / (perLanguage.get(example.language) ?? most)))),
	);
}

/** The same row with another text. */
export function resample({ example, weight }: Labelled, text: Pick<Example, 'title' | 'description'>): Labelled {
	return toSample({ ...example, ...text }, weight);
}

function toSample(example: Example, weight: number): Labelled {
	const features = extractFeatures(example, BUCKETS, CONCEPTS);
	return {
		...{ example, features, weight },
		buckets: Int32Array.from(features.buckets),
		values: Float64Array.from(features.values),
		label: DEPARTMENTS.indexOf(example.department),
	};
}
