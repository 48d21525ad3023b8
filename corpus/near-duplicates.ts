import { wordsOf } from '../core/local/words';
import type { Example } from './read-corpus';

/** Two rows, by their place in the list, that say the same in nearly the same words. */
export interface NearDuplicate {
	first: number;
	second: number;
	/** 0–1: of the word 3-grams of both, how many both have. */
	similarity: number;
}

const GRAM = 3;

/** Pairs whose word 3-grams have a Jaccard index above `threshold`. Only rows that share a 3-gram are compared. */
export function findNearDuplicates(
	examples: readonly Pick<Example, 'title' | 'description'>[],
	threshold: number,
): NearDuplicate[] {
	const grams = examples.map(gramsOf);
	const earlier = new Map<string, number[]>();
	return grams.flatMap((own, second) => {
		const shared = new Map<number, number>();
		for (const gram of own) {
			const rows = earlier.get(gram) ?? [];
			for (const row of rows) shared.set(row, (shared.get(row) ?? 0) + 1);
			rows.push(second);
			earlier.set(gram, rows);
		}
		return [...shared]
			.map(([first, both]) => ({ first, second, similarity: both / (own.size + grams[first].size - both) }))
			.filter(({ similarity }) => similarity > threshold);
	});
}

/** A text of fewer words is one gram; one without words has none. */
function gramsOf({ title, description }: Pick<Example, 'title' | 'description'>): Set<string> {
	const words = wordsOf(`${title} ${description}`);
	if (words.length === 0) return new Set();
	const count = Math.max(1, words.length - GRAM + 1);
	return new Set(Array.from({ length: count }, (_, i) => words.slice(i, i + GRAM).join(' ')));
}
