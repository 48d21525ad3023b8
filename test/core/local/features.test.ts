import fc from 'fast-check';
import { indexConcepts } from '../../../core/local/concepts';
import {
	bucketOfConcept,
	bucketOfSubject,
	bucketsOfWord,
	extractFeatures,
	type Features,
} from '../../../core/local/features';
import { ticket as anyTicket } from '../../helpers/arbitraries';

const BUCKETS = 2 ** 17;
const none = indexConcepts({});
const shared = { en: 'vpn', de: 'tunnel*', es: 'x', fr: 'y', pt: 'z' };
const concepts = indexConcepts({ it: { network: shared } });
const features = (title: string, description = '', index = none): Features =>
	extractFeatures({ title, description }, BUCKETS, index);
const length = ({ values }: Features): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const valueOf = ({ buckets, values }: Features, bucket: number): number => values[buckets.indexOf(bucket)];
const wordBucket = (word: string): number => bucketsOfWord(word, BUCKETS)[0];

test('the same ticket always has the same features, whatever was read in between', () => {
	const first = features('VPN drops', 'every ten minutes');
	features('something else', 'entirely');
	expect(features('VPN drops', 'every ten minutes')).toEqual(first);
});

/** If this fails, the shipped model reads with other features than it was trained with: train anew. */
test('a few known ones: training and use must hash alike', () => {
	const { buckets, values, words, wordBuckets } = features('VPN');
	expect(buckets).toEqual([115367, 19045, 97501, 50446, 43743, 108960, 108618]);
	values.forEach((value, i) => expect(value).toBeCloseTo(i === 0 ? 1 : 1 / Math.sqrt(6), 10));
	expect([words, wordBuckets]).toEqual([1, [115367]]);
	expect([0, 300].map((concept) => bucketOfConcept(concept, BUCKETS))).toEqual([23792, 112401]);
	expect(bucketOfSubject(0, BUCKETS)).toBe(38164);
});

test('every ticket gives words and n-grams of length 1 each within the buckets, or nothing', () => {
	fc.assert(
		fc.property(anyTicket, fc.constantFrom(2, 16, 1024, BUCKETS), (ticket, buckets) => {
			const vector = extractFeatures(ticket, buckets, none);
			expect(vector.values).toHaveLength(vector.buckets.length);
			for (const bucket of [...vector.buckets, ...vector.wordBuckets]) {
				expect(Number.isInteger(bucket) && bucket >= 0 && bucket < buckets).toBe(true);
			}
			expect(vector.values.every((value) => value > 0)).toBe(true);
			expect(length(vector)).toBeCloseTo(vector.words === 0 ? 0 : Math.SQRT2, 10);
			expect(new Set(vector.wordBuckets).size).toBe(vector.wordBuckets.length);
		}),
	);
});

test('concepts and their vocabulary weigh one and a half each', () => {
	const vector = features('Tunnelproblem', '', concepts);
	expect(valueOf(vector, bucketOfConcept(0, BUCKETS))).toBeCloseTo(1.5, 10);
	expect(valueOf(vector, bucketOfSubject(0, BUCKETS))).toBeCloseTo(1.5, 10);
	expect(features('printer', '', concepts)).toEqual(features('printer'));
});

test('a concept is the same in every language', () => {
	const [english, german] = ['vpn', 'tunnel'].map((word) => new Set(features(word, '', concepts).buckets));
	const both = [...english].filter((bucket) => german.has(bucket));
	expect(both).toEqual([bucketOfConcept(0, BUCKETS), bucketOfSubject(0, BUCKETS)]);
});

test.each(['', '   ', '!?', '\u200b', '\u{1f600}'])('%j has no words, so no features', (text) => {
	expect(features(text, text)).toEqual({ buckets: [], values: [], words: 0, wordBuckets: [] });
});

test('case, width, accents and invisible characters do not matter', () => {
	expect(features('ＶＰＮ Dr\u00adops')).toEqual(features('vpn drops'));
	expect(features('Cafe\u0301')).toEqual(features('cafe'));
});

test('the order of words matters, the punctuation between them does not', () => {
	const sorted = ({ buckets }: Features): number[] => [...buckets].sort((a, b) => a - b);
	expect(sorted(features('late salary'))).not.toEqual(sorted(features('salary late')));
	expect(features('late, salary!')).toEqual(features('late salary'));
});

test('the title weighs more than the description, and that more than what frames or is quoted', () => {
	const own = 'salary missing since the month of March';
	const vector = features('printer', `${own}\n> laptop\nThanks\nroller`);
	const weights = ['printer', 'salary', 'laptop', 'roller'].map((word) => valueOf(vector, wordBucket(word)));
	expect(weights).toEqual([...weights].sort((a, b) => b - a));
	expect(new Set(weights).size).toBe(4);
});

test('who says little passes on what was said', () => {
	const [little, much] = ['Please see', 'Please see what this man has to say'].map((own) =>
		features('', `${own}\n> laptop`),
	);
	const ratio = (vector: Features): number =>
		valueOf(vector, wordBucket('laptop')) / valueOf(vector, wordBucket('please'));
	expect(ratio(little)).toBeCloseTo(1, 10);
	expect(ratio(much)).toBeLessThan(0.5);
});

test('the buckets of a word are those of a ticket that has only this word', () => {
	expect(bucketsOfWord('laptop', BUCKETS)).toEqual(features('laptop').buckets);
});

test('a very long word counts by its beginning, and nobody waits for it', () => {
	const long = 'ab'.repeat(2500);
	expect(features(long)).toEqual(features(long.slice(0, 40)));
	expect(features('', 'a '.repeat(2500))).toMatchObject({ words: 2500, wordBuckets: [wordBucket('a')] });
});
