import { createRandom } from './random';

export interface Sample {
	buckets: Int32Array;
	values: Float64Array;
	/** Index of the department. */
	label: number;
	/** Counts so many times. */
	weight: number;
}

/** A linear model: scores = bias + weights · features. */
export interface Linear {
	/** buckets × classes, bucket by bucket. */
	weights: Float64Array;
	bias: number[];
}

export type Train = (samples: readonly Sample[], classes: number, buckets: number) => Linear;

/** Where code runs in a context of its own, as tests do, each look for the global takes longer than the root itself. */
const { max, sqrt } = Math;

const SEED = 20_240_601;

export interface GradientOptions {
	epochs: number;
	rate: number;
	l2: number;
}

/**
 * One linear SVM against the rest for each class: squared hinge loss, Adagrad over shuffled samples. The same samples
 * always give the same weights.
 */
export function trainSvm(options: GradientOptions): Train {
	return (samples, classes, buckets) => {
		const model: Linear = { weights: new Float64Array(buckets * classes), bias: [] };
		// One after the other, and not sample by sample: what belongs to one class stays in the processor's cache.
		for (let c = 0; c < classes; c += 1) {
			const { weights, bias } = separate(samples, c, buckets, options);
			for (let b = 0; b < buckets; b += 1) model.weights[b * classes + c] = weights[b];
			model.bias.push(bias);
		}
		return model;
	};
}

/** The weight of each bucket for a class, above 0 on its own side. */
function separate(
	samples: readonly Sample[],
	own: number,
	buckets: number,
	{ epochs, rate, l2 }: GradientOptions,
): { weights: Float64Array; bias: number } {
	const weights = new Float64Array(buckets);
	const squares = new Float64Array(buckets).fill(1e-6);
	let bias = 0;
	const random = createRandom(SEED);
	const order = samples.map((_, i) => i);
	for (let epoch = 0; epoch < epochs; epoch += 1) {
		shuffle(order, random);
		for (const i of order) {
			const { buckets: at, values, label, weight } = samples[i];
			let score = bias;
			for (let f = 0; f < at.length; f += 1) score += weights[at[f]] * values[f];
			const side = label === own ? 1 : -1;
			const slope = -weight * side * max(0, 1 - side * score);
			for (let f = 0; f < at.length; f += 1) {
				const b = at[f];
				const gradient = slope * values[f] + l2 * weights[b];
				squares[b] += gradient * gradient;
				weights[b] -= (rate * gradient) / sqrt(squares[b]);
			}
			bias -= 0.01 * slope;
		}
	}
	return { weights, bias };
}

export function scoresOf({ buckets, values }: Pick<Sample, 'buckets' | 'values'>, { weights, bias }: Linear): number[] {
	const classes = bias.length;
	const scores = [...bias];
	for (let f = 0; f < buckets.length; f += 1) {
		const row = buckets[f] * classes;
		for (let c = 0; c < classes; c += 1) scores[c] += weights[row + c] * values[f];
	}
	return scores;
}

function shuffle(order: number[], random: () => number): void {
	for (let i = order.length - 1; i > 0; i -= 1) {
		const j = Math.floor(random() * (i + 1));
		[order[i], order[j]] = [order[j], order[i]];
	}
}
