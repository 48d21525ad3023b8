import { createRandom } from './random';
import { resample, type Labelled } from './samples';

/** One row in so many is given once more with words nobody has seen. */
const EVERY = 4;
const LEAST_GARBLED = 0.3;
const SEED = 11;

/** Rows as no one wrote them, from which confidence learns to doubt what it cannot read. */
export function disturb(rows: readonly Labelled[]): Labelled[] {
	const random = createRandom(SEED);
	const chosen = rows.filter((_, i) => i % EVERY === 0);
	return chosen.map((row) => garbled(row, LEAST_GARBLED + (1 - LEAST_GARBLED) * random(), random));
}

function garbled(row: Labelled, share: number, random: () => number): Labelled {
	const garble = (text: string): string =>
		text.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => (random() < share ? unheardOf(word) : word));
	const { title, description } = row.example;
	return resample(row, { title: garble(title), description: garble(description) });
}

/** Vowels become other vowels and consonants other consonants, so that it still looks like a word. */
function unheardOf(word: string): string {
	return word.toLowerCase().replace(/./gu, (letter) => {
		const letters = ['aeiouy', 'bcdfghjklmnpqrstvwxz', '0123456789'].find((all) => all.includes(letter)) ?? letter;
		return letters[(letters.indexOf(letter) * 2 + 3) % letters.length];
	});
}
