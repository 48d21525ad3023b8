import { wordsOf } from '../../core/local/words';
import { disturb } from '../../corpus/disturb';
import { toSamples } from '../../corpus/samples';
import { tinyCorpus } from '../helpers/corpus';

const rows = toSamples(tinyCorpus());
const disturbed = disturb(rows);
const textOf = ({ title, description }: { title: string; description: string }): string => `${title} ${description}`;

test('a quarter of the rows comes back with other words in the same places, label and weight as they were', () => {
	expect(disturbed).toHaveLength(rows.length / 4);
	disturbed.forEach((row, i) => {
		const original = rows[4 * i];
		expect([row.label, row.weight, row.example.scenario]).toEqual([
			...[original.label, original.weight, original.example.scenario],
		]);
		expect(wordsOf(textOf(row.example))).toHaveLength(wordsOf(textOf(original.example)).length);
		expect(row.features.wordBuckets).not.toEqual(original.features.wordBuckets);
	});
});

test('a third of the words and more have never been seen', () => {
	const seen = new Set(rows.flatMap(({ example }) => wordsOf(textOf(example))));
	const words = disturbed.flatMap(({ example }) => wordsOf(textOf(example)));
	expect(words.filter((word) => !seen.has(word)).length / words.length).toBeGreaterThan(1 / 3);
});

test('the same rows give the same', () => {
	const texts = (all: typeof disturbed): string[] => all.map(({ example }) => textOf(example));
	expect(texts(disturb(rows))).toEqual(texts(disturbed));
});
