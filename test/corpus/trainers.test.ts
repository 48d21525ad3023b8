import { scoresOf, trainSvm, type Linear, type Sample } from '../../corpus/trainers';

const BUCKETS = 16;
const CLASSES = 3;

const toy = (label: number, ...buckets: number[]): Sample => ({
	...{ label, weight: 1, buckets: Int32Array.from(buckets) },
	values: Float64Array.from(buckets, () => 1 / Math.sqrt(buckets.length)),
});

/** Each class has four buckets of its own; bucket 15 stands in all. */
const SAMPLES = [0, 1, 2].flatMap((label) =>
	[0, 1, 2, 3].map((i) => toy(label, label * 4 + i, label * 4 + ((i + 1) % 4), 15)),
);
const guess = (sample: Sample, model: Linear): number => {
	const scores = scoresOf(sample, model);
	return scores.indexOf(Math.max(...scores));
};

describe('SVM', () => {
	const train = trainSvm({ epochs: 20, rate: 0.1, l2: 1e-4 });
	const model = train(SAMPLES, CLASSES, BUCKETS);

	test('separates a toy set, also rows it has not seen', () => {
		expect(SAMPLES.map((sample) => guess(sample, model))).toEqual(SAMPLES.map(({ label }) => label));
		expect([toy(0, 0, 2), toy(1, 5, 7), toy(2, 8, 15)].map((sample) => guess(sample, model))).toEqual([0, 1, 2]);
	});

	test('gives the same weights for the same samples, and leaves those alone', () => {
		const before = structuredClone(SAMPLES);
		expect(train(SAMPLES, CLASSES, BUCKETS)).toEqual(model);
		expect(SAMPLES).toEqual(before);
	});

	test('has finite weights, one for each bucket and class', () => {
		expect(model.weights).toHaveLength(BUCKETS * CLASSES);
		expect(model.bias).toHaveLength(CLASSES);
		expect([...model.weights, ...model.bias].every(Number.isFinite)).toBe(true);
	});

	test('heeds the weight of samples', () => {
		const contested = [toy(0, 1), toy(1, 1), toy(2, 9)];
		const heavier = (label: number): Sample[] =>
			contested.map((sample) => (sample.label === label ? { ...sample, weight: 20 } : sample));
		const guesses = [0, 1].map((label) => guess(toy(0, 1), train(heavier(label), CLASSES, BUCKETS)));
		expect(guesses).toEqual([0, 1]);
	});
});

test('scores are the bias and the weights of what is there', () => {
	const model = { weights: Float64Array.of(1, 2, 3, 4), bias: [10, 20] };
	const features = { buckets: Int32Array.of(0, 1), values: Float64Array.of(1, 0.5) };
	expect(scoresOf(features, model)).toEqual([12.5, 24]);
	expect(scoresOf({ buckets: Int32Array.of(), values: Float64Array.of() }, model)).toEqual([10, 20]);
	expect(model.bias).toEqual([10, 20]);
});
