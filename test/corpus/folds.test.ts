import fc from 'fast-check';
import { holdOut, type Grouping } from '../../corpus/folds';
import type { Labelled } from '../../corpus/samples';
import type { Train } from '../../corpus/trainers';
import { sample } from '../helpers/corpus';

const BUCKETS = 64;

/** Held-out rows, and what the model of each fold was trained on. */
function spyOn(samples: Labelled[], grouping: Grouping) {
	const seen: Labelled[][] = [];
	const train: Train = (given, classes, buckets) => {
		seen.push([...given] as Labelled[]);
		return { weights: new Float64Array(buckets * classes), bias: new Array<number>(classes).fill(seen.length) };
	};
	const progress: string[] = [];
	const task = { train, classes: 2, buckets: BUCKETS };
	const held = holdOut(samples, grouping, task, (done, folds) => progress.push(`${done}/${folds}`));
	return { seen, held, progress };
}

const examples = fc.array(
	fc.record({
		scenario: fc.constantFrom('vpn', 'pay', 'lift', 'nda', 'theft', 'thanks', 'mail', 'desk'),
		industry: fc.constantFrom('bank', 'shop', 'factory'),
	}),
	{ minLength: 1, maxLength: 40 },
);
const samplesOf = (given: { scenario: string; industry: string }[]): Labelled[] =>
	given.map((example, i) => sample({ ...example, title: `row ${i}` }, i));

describe.each(['scenario', 'industry', 'none'] as const)('grouped by %s', (grouping) => {
	test('every row is held out exactly once, by a model that saw all rows of the other folds and none of its own', () => {
		fc.assert(
			fc.property(examples, (given) => {
				const samples = samplesOf(given);
				const { seen, held } = spyOn(samples, grouping);
				const out = seen.map((rows) => samples.filter((row) => !rows.includes(row)));
				expect(held.map((row) => row.sample)).toEqual(out.flat());
				expect(new Set(held.map((row) => row.sample))).toEqual(new Set(samples));
				// The spy's bias says which training it was.
				held.forEach((row) => expect(out[row.scores[0] - 1]).toContain(row.sample));
			}),
		);
	});

	test('a row knows the words its model had seen, and no others', () => {
		const { seen, held } = spyOn(samplesOf(fc.sample(examples, { numRuns: 1, seed: 7 })[0]), grouping);
		for (const { known, scores } of held) {
			expect(known).toEqual(new Set(seen[scores[0] - 1].flatMap(({ features }) => features.wordBuckets)));
		}
	});
});

test.each(['scenario', 'industry'] as const)('no %s is on both sides of a fold', (grouping) => {
	fc.assert(
		fc.property(examples, (given) => {
			const samples = samplesOf(given);
			for (const rows of spyOn(samples, grouping).seen) {
				const trained = new Set(rows.map(({ example }) => example[grouping]));
				const judged = samples.filter((row) => !rows.includes(row)).map(({ example }) => example[grouping]);
				expect(judged.filter((group) => trained.has(group))).toEqual([]);
			}
		}),
	);
});

test('every industry is a fold of its own', () => {
	const samples = samplesOf(['bank', 'shop', 'bank', 'factory'].map((industry) => ({ scenario: 's', industry })));
	expect(spyOn(samples, 'industry').progress).toEqual(['1/3', '2/3', '3/3']);
});

test('the same rows give the same folds', () => {
	const samples = samplesOf(Array.from({ length: 30 }, (_, i) => ({ scenario: `case-${i % 12}`, industry: 'bank' })));
	expect(spyOn(samples, 'scenario')).toEqual(spyOn(samples, 'scenario'));
});

test('rows made of a fold’s held-out ones are scored besides, and marked', () => {
	const samples = samplesOf(['vpn', 'pay', 'lift', 'nda'].map((scenario) => ({ scenario, industry: 'bank' })));
	const given: Labelled[][] = [];
	const disturb = (rows: readonly Labelled[]): Labelled[] => {
		given.push([...rows]);
		return rows.slice(0, 1);
	};
	const train: Train = (_seen, classes, buckets) => ({ weights: new Float64Array(buckets * classes), bias: [0, 0] });
	const held = holdOut(samples, 'none', { train, classes: 2, buckets: BUCKETS, disturb });
	const [made, real] = [held.filter(({ disturbed }) => disturbed), held.filter(({ disturbed }) => !disturbed)];
	expect(new Set(real.map(({ sample: row }) => row))).toEqual(new Set(samples));
	expect(made.map(({ sample: row }) => row)).toEqual(given.flatMap((rows) => rows.slice(0, 1)));
});
