import fc from 'fast-check';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { decodeBase64 } from '../../../core/local/base64';
import type { Features } from '../../../core/local/features';
import { knownShare, readModel, softmax, type ConfidenceWeights, type ModelFile } from '../../../core/local/model';
import { thrownBy } from '../../helpers/tickets';

const PATH = join(__dirname, '../../../core/local/model.json');
const shipped = JSON.parse(readFileSync(PATH, 'utf8')) as ModelFile;

const pack = (...bytes: number[]): string => Buffer.from(Int8Array.from(bytes)).toString('base64');

const UNSURE: ConfidenceWeights = { bias: 0, share: 0, lead: 0, alien: 0, doubt: 0, length: 0 };

const small = (overrides: Partial<ModelFile> = {}): ModelFile => ({
	version: 'small',
	departments: ['IT', 'HR'],
	buckets: 8,
	temperature: 1,
	bias: [0, 0],
	scale: 0.5,
	weights: pack(2, -2, -128, 127, ...new Array<number>(12).fill(0)),
	knownWords: pack(0b101),
	confidence: { ...UNSURE, share: 1 },
	cutoff: null,
	...overrides,
});

/** A text of one word: its bucket and value. */
const at = (bucket: number, value: number): Features => ({
	...{ buckets: [bucket], values: [value], words: 1, wordBuckets: [bucket] },
});
const nothing: Features = { buckets: [], values: [], words: 0, wordBuckets: [] };

describe('the shipped file', () => {
	test('is at most 2 MB', () => {
		expect(statSync(PATH).size).toBeLessThanOrEqual(2_000_000);
	});

	test('has one weight for each bucket and department, and nothing else', () => {
		const { departments, buckets, bias, scale, temperature, weights, version } = shipped;
		expect(departments).toEqual(DEFAULT_DEPARTMENTS.map(({ name }) => name));
		expect(Math.log2(buckets) % 1).toBe(0);
		expect(bias).toHaveLength(departments.length);
		expect(Buffer.from(weights, 'base64')).toHaveLength(buckets * departments.length);
		expect([scale > 0, temperature > 0, bias.every(Number.isFinite)]).toEqual([true, true, true]);
		expect(Buffer.from(shipped.knownWords, 'base64')).toHaveLength(buckets / 8);
		expect(Object.keys(shipped.confidence)).toEqual(['bias', 'share', 'lead', 'alien', 'doubt', 'length']);
		expect(shipped.cutoff).toBeGreaterThan(0.5);
		expect(shipped.cutoff).toBeLessThan(1);
		expect(version).toMatch(/^local-[0-9a-f]{8}$/u);
	});

	test('decodes as Buffer does', () => {
		expect(Buffer.from(decodeBase64(shipped.weights)).equals(Buffer.from(shipped.weights, 'base64'))).toBe(true);
	});
});

describe('base64', () => {
	test('every sequence of bytes comes back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
				const text = Buffer.from(bytes).toString('base64');
				expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
				expect(decodeBase64(text.replace(/=+$/u, ''))).toEqual(Uint8Array.from(bytes));
			}),
		);
	});

	test.each([
		['', []],
		['AA==', [0]],
		['/+8=', [255, 239]],
		['AAEC', [0, 1, 2]],
	])('%j', (text, bytes) => {
		expect([...decodeBase64(text)]).toEqual(bytes);
	});
});

describe('softmax', () => {
	test('gives probabilities that sum to 1 and keep the order', () => {
		const scores = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(scores, (given) => {
				const shares = softmax(given);
				expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
				expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
				expect(shares[given.indexOf(Math.max(...given))]).toBe(Math.max(...shares));
			}),
		);
	});

	test('equal scores share equally, however high', () => {
		expect(softmax([1e300, 1e300])).toEqual([0.5, 0.5]);
		expect(softmax([-1e300])).toEqual([1]);
	});
});

describe('prediction', () => {
	test('weights are signed bytes times scale, bucket by bucket', () => {
		const scores = (features: Features, file = small()): number[] => readModel(file).scores(features);
		expect(scores(nothing)).toEqual([0, 0]);
		expect(scores(at(0, 1))).toEqual([1, -1]);
		expect(scores(at(0, 0.5))).toEqual([0.5, -0.5]);
		expect(scores(at(1, 2))).toEqual([-128, 127]);
		expect(scores(nothing, small({ bias: [3, 1] }))).toEqual([3, 1]);
	});

	test('with the share as it is, a prediction is softmax by temperature', () => {
		const odds = (features: Features, file = small()): number => {
			const [it, hr] = readModel(file).predict(features);
			return Math.log(it / hr);
		};
		expect(odds(nothing)).toBeCloseTo(0, 10);
		expect(odds(at(0, 1))).toBeCloseTo(2, 10);
		expect(odds(at(0, 1), small({ temperature: 2 }))).toBeCloseTo(1, 10);
		expect(odds(nothing, small({ bias: [3, 1] }))).toBeCloseTo(2, 10);
	});

	test('the confidence sees the lead, the unknown words and the length', () => {
		const sure = (
			confidence: Partial<ModelFile['confidence']>,
			features = at(0, 1),
			about = { foreign: false },
		): number => {
			return readModel(small({ confidence: { ...UNSURE, ...confidence } })).predict(features, about)[0];
		};
		const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));
		expect(sure({ bias: 1.5 })).toBeCloseTo(sigmoid(1.5), 10);
		expect(sure({ lead: 1 })).toBeCloseTo(sigmoid(2), 10);
		expect(sure({ alien: 3 })).toBeCloseTo(0.5, 10);
		expect(sure({ alien: 3 }, { ...at(0, 1), wordBuckets: [1] })).toBeCloseTo(sigmoid(3 * 0.85), 10);
		expect(sure({ alien: 3 }, at(0, 1), { foreign: true })).toBeCloseTo(sigmoid(3 * 0.85), 10);
		expect(sure({ doubt: 1 }, at(0, 1), { foreign: true })).toBeCloseTo(sigmoid(2 * 0.85), 10);
		expect(sure({ length: 2 })).toBeCloseTo(sigmoid(2 * Math.log(2)), 10);
		expect(sure({ bias: -9 })).toBeCloseTo(0.5, 10);
	});

	test('is a distribution in which the likeliest stays the likeliest, however far the scores lie apart', () => {
		const scores = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 1, maxLength: 7 });
		const bias = fc.double({ min: -10, max: 10, noNaN: true });
		fc.assert(
			fc.property(scores, bias, (given, sureness) => {
				const departments = given.map((_, i) => `D${i}`);
				const weights = pack(...new Array<number>(8 * given.length).fill(0));
				const confidence = { ...UNSURE, bias: sureness };
				const shares = readModel(small({ departments, bias: given, weights, confidence })).predict(nothing);
				expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
				expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
				expect(shares[given.indexOf(Math.max(...given))]).toBeGreaterThanOrEqual(Math.max(...shares) - 1e-12);
				const sure = 1 / (1 + Math.exp(-sureness));
				if (given.length === 2) expect(Math.max(...shares)).toBeCloseTo(Math.max(0.5, sure), 9);
			}),
		);
	});

	test('a lead so large that the others vanish is no certainty', () => {
		const confidence = { ...UNSURE, bias: 1 };
		for (const lead of [30, 50, 500, 5000]) {
			const [it, hr] = readModel(small({ bias: [lead, 0], confidence })).predict(nothing);
			expect([it + hr, it]).toEqual([expect.closeTo(1, 10), expect.closeTo(0.731, 3)]);
		}
	});

	test('what a bucket speaks for, it speaks against for the others', () => {
		const model = readModel(small());
		expect([0, 1].map((department) => model.lean(0, department))).toEqual([4, -4]);
		expect(model.lean(7, 0)).toBe(0);
	});

	test('one model predicts many tickets, each for itself', () => {
		const model = readModel(small());
		const first = model.predict(at(0, 1));
		model.predict(at(1, 1));
		expect(model.predict(at(0, 1))).toEqual(first);
		expect(model).toMatchObject({ version: 'small', departments: ['IT', 'HR'], buckets: 8 });
	});

	test.each<Partial<ModelFile>>([
		{ weights: pack(1, 2, 3) },
		{ weights: '' },
		{ knownWords: '' },
		{ knownWords: pack(1, 2) },
		{ buckets: 16 },
	])('a file that was cut off is refused: %j', (damage) => {
		expect(thrownBy(() => readModel(small(damage))).code).toBe('misconfigured');
	});
});

test('the share of known words counts each bucket once, and is 0 without words', () => {
	const known = Uint8Array.of(0b101, 0b10);
	const share = (...wordBuckets: number[]): number => knownShare({ wordBuckets }, known);
	expect([share(), share(0), share(1), share(0, 1, 2, 9), share(9, 15)]).toEqual([0, 1, 0, 0.75, 0.5]);
});
