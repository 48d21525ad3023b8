import fc from 'fast-check';
import { extractFeatures, type Features } from '../../../core/local/features';
import { ticket as anyTicket } from '../../helpers/arbitraries';

const BUCKETS = 2 ** 16;
const features = (title: string, description = ''): Features => extractFeatures({ title, description }, BUCKETS);
const length = (vector: Features): number =>
	Math.sqrt([...vector.values()].reduce((sum, value) => sum + value * value, 0));

test('the same ticket always has the same features, whatever was read in between', () => {
	const first = features('VPN drops', 'every ten minutes');
	features('something else', 'entirely');
	expect([...features('VPN drops', 'every ten minutes')]).toEqual([...first]);
});

test('a few known ones: training and use must hash alike', () => {
	const known = [...features('VPN')].sort(([a], [b]) => a - b);
	expect(known.map(([bucket]) => bucket)).toMatchInlineSnapshot(`
		[
		  19045,
		  31965,
		  43082,
		  43424,
		  43743,
		  49831,
		  50446,
		]
	`);
	known.forEach(([, value]) => expect(value).toBeCloseTo(1 / Math.sqrt(known.length), 10));
});

test('every ticket gives a vector of length 1 within the buckets, or an empty one', () => {
	fc.assert(
		fc.property(anyTicket, fc.constantFrom(2, 16, 1024, BUCKETS), (ticket, buckets) => {
			const vector = extractFeatures(ticket, buckets);
			for (const [bucket, value] of vector) {
				expect(Number.isInteger(bucket) && bucket >= 0 && bucket < buckets).toBe(true);
				expect(value).toBeGreaterThan(0);
			}
			expect(length(vector)).toBeCloseTo(vector.size === 0 ? 0 : 1, 10);
		}),
	);
});

test.each(['', '   ', '!?', '\u200b', '\u{1f600}'])('%j has no words, so no features', (text) => {
	expect(features(text, text).size).toBe(0);
});

test('case, width and invisible characters do not matter', () => {
	expect(features('ＶＰＮ Dr\u00adops')).toEqual(features('vpn drops'));
	expect(features('Cafe\u0301')).toEqual(features('café'));
});

test('the order of words matters, the punctuation between them does not', () => {
	expect(features('late salary')).not.toEqual(features('salary late'));
	expect(features('late, salary!')).toEqual(features('late salary'));
});

test('the title weighs more than the description', () => {
	expect(features('printer', 'salary')).not.toEqual(features('salary', 'printer'));
});

test('a very long word counts by its beginning, and nobody waits for it', () => {
	const long = 'ab'.repeat(2500);
	expect(features(long)).toEqual(features(long.slice(0, 40)));
	expect(features('', 'a '.repeat(2500)).size).toBeGreaterThan(0);
});
