import fc from 'fast-check';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { decodeBase64, readModel, softmax, type ModelFile } from '../../../core/local/model';

const PATH = join(__dirname, '../../../core/local/model.json');
const shipped = JSON.parse(readFileSync(PATH, 'utf8')) as ModelFile;

const small = (overrides: Partial<ModelFile> = {}): ModelFile => ({
	version: 'small',
	departments: ['IT', 'HR'],
	buckets: 2,
	temperature: 1,
	bias: [0, 0],
	scale: 0.5,
	weights: Buffer.from(Int8Array.of(2, -2, -128, 127)).toString('base64'),
	...overrides,
});

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
		const odds = (features: Map<number, number>, file = small()): number => {
			const [it, hr] = readModel(file).predict(features);
			return Math.log(it / hr);
		};
		expect(odds(new Map())).toBeCloseTo(0, 10);
		expect(odds(new Map([[0, 1]]))).toBeCloseTo(2, 10);
		expect(odds(new Map([[0, 0.5]]))).toBeCloseTo(1, 10);
		expect(odds(new Map([[1, 0.1]]))).toBeCloseTo(-12.75, 8);
		expect(odds(new Map([[0, 1]]), small({ temperature: 2 }))).toBeCloseTo(1, 10);
		expect(odds(new Map(), small({ bias: [3, 1] }))).toBeCloseTo(2, 10);
	});

	test('one model predicts many tickets, each for itself', () => {
		const model = readModel(small());
		const first = model.predict(new Map([[0, 1]]));
		model.predict(new Map([[1, 1]]));
		expect(model.predict(new Map([[0, 1]]))).toEqual(first);
		expect(model).toMatchObject({ version: 'small', departments: ['IT', 'HR'], buckets: 2 });
	});
});
