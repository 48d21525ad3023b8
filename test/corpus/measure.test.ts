import fc from 'fast-check';
import { coverageCurve, measure, type Judged } from '../../corpus/measure';

const row = (label: string, guess: string, confidence: number): Judged => ({
	label,
	guess,
	confidence,
	language: 'en',
});
const right = (confidence: number): Judged => row('A', 'A', confidence);
const wrong = (confidence: number): Judged => row('A', 'B', confidence);

describe('six rows, by hand', () => {
	const scores = measure(
		[
			row('A', 'A', 0.95),
			row('A', 'B', 0.85),
			row('B', 'B', 0.75),
			row('B', 'B', 0.65),
			row('C', 'A', 0.55),
			row('A', 'A', 0.35),
		],
		['A', 'B', 'C', 'D'],
	);

	test('accuracy and confusion[label][guess]', () => {
		expect(scores.rows).toBe(6);
		expect(scores.accuracy).toBeCloseTo(4 / 6, 12);
		expect(scores.confusion).toEqual([
			[2, 1, 0, 0],
			[0, 2, 0, 0],
			[1, 0, 0, 0],
			[0, 0, 0, 0],
		]);
	});

	test('precision, recall and F1 of each department', () => {
		const [a, b, c, d] = scores.departments;
		expect(a).toEqual({ department: 'A', rows: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
		expect(b).toEqual({ department: 'B', rows: 2, precision: 2 / 3, recall: 1, f1: 0.8 });
		expect(c).toEqual({ department: 'C', rows: 1, precision: 0, recall: 0, f1: 0 });
		expect(d).toEqual({ department: 'D', rows: 0, precision: 0, recall: 0, f1: 0 });
	});

	test('macro-F1 is the mean of the departments that have rows', () => {
		expect(scores.macroF1).toBeCloseTo((2 / 3 + 0.8 + 0) / 3, 12);
	});

	test('the calibration error: 0.05, 0.85, 0.25, 0.35, 0.55 and 0.65, one row each', () => {
		expect(scores.calibrationError).toBeCloseTo(2.7 / 6, 12);
		expect(scores.bins.map(({ rows }) => rows)).toEqual([0, 0, 0, 1, 0, 1, 1, 1, 1, 1]);
	});
});

test('a bin is weighed by its rows, and its errors make up for each other', () => {
	const scores = measure([right(0.72), wrong(0.74), right(0.76), right(0.78), wrong(0.1)], ['A', 'B']);
	expect(scores.bins[7]).toEqual({ rows: 4, confidence: expect.closeTo(0.75, 12), accuracy: 0.75 });
	expect(scores.calibrationError).toBeCloseTo(0.1 / 5, 12);
});

test('0 is in the first bin and 1 in the last', () => {
	const { bins } = measure([wrong(0), right(1)], ['A', 'B']);
	expect([bins.length, bins[0].rows, bins[9].rows]).toEqual([10, 1, 1]);
});

describe('coverage', () => {
	const at = (judged: Judged[], precision: number) =>
		measure(judged, ['A', 'B']).coverage.find((each) => each.precision === precision);

	test('is asked for at 90, 95 and 98 %', () => {
		expect(measure([right(1)], ['A']).coverage.map(({ precision }) => precision)).toEqual([0.9, 0.95, 0.98]);
	});

	test.each([
		['right first', [right(0.9), right(0.8), wrong(0.8)]],
		['wrong first', [right(0.9), wrong(0.8), right(0.8)]],
		['backwards', [wrong(0.8), right(0.8), right(0.9)]],
	])('rows of one confidence stand or fall together: %s', (_, judged) => {
		expect(at(judged, 0.9)).toEqual({ precision: 0.9, threshold: 0.9, share: 1 / 3 });
		expect(coverageCurve(judged)).toEqual([
			{ threshold: 0.9, share: 1 / 3, precision: 1 },
			{ threshold: 0.8, share: 1, precision: 2 / 3 },
		]);
	});

	test('an early error may be made up for further down', () => {
		const judged = [wrong(0.9), ...Array.from({ length: 9 }, () => right(0.5))];
		expect(at(judged, 0.9)).toEqual({ precision: 0.9, threshold: 0.5, share: 1 });
		expect(at(judged, 0.95)).toEqual({ precision: 0.95, threshold: null, share: 0 });
	});

	test('a threshold taken at its word decides that share with that precision', () => {
		const rows = fc.record({ good: fc.boolean(), confidence: fc.integer({ min: 0, max: 20 }) });
		fc.assert(
			fc.property(fc.array(rows, { minLength: 1, maxLength: 60 }), (given) => {
				const judged = given.map(({ good, confidence }) => (good ? right : wrong)(confidence / 20));
				for (const { precision, threshold, share } of measure(judged, ['A', 'B']).coverage) {
					const decided = judged.filter(({ confidence }) => threshold !== null && confidence >= threshold);
					expect(decided.length / judged.length).toBeCloseTo(share, 12);
					const good = decided.filter(({ label, guess }) => label === guess).length;
					expect(good).toBeGreaterThanOrEqual(precision * decided.length - 1e-9);
				}
			}),
		);
	});
});
