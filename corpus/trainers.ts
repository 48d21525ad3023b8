import { softmax } from '../core/local/model';
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

const SEED = 20_240_601;

export interface GradientOptions {
	epochs: number;
	rate: number;
	l2: number;
}

/** Multinomial logistic regression. */
export function trainSoftmax(options: GradientOptions): Train {
	return adagrad(options, (scores, label) => softmax(scores).map((p, c) => p - (c === label ? 1 : 0)));
}

/** One linear SVM against the rest for each class, squared hinge loss. */
export function trainSvm(options: GradientOptions): Train {
	return adagrad(options, (scores, label) =>
		scores.map((score, c) => {
			const side = c === label ? 1 : -1;
			return -side * Math.max(0, 1 - side * score);
		}),
	);
}

/** Adagrad over shuffled samples; the same samples always give the same weights. `slope`: the loss's slope by score. */
function adagrad({ epochs, rate, l2 }: GradientOptions, slope: (scores: number[], label: number) => number[]): Train {
	return (samples, classes, buckets) => {
		const model: Linear = { weights: new Float64Array(buckets * classes), bias: new Array<number>(classes).fill(0) };
		const squares = new Float64Array(buckets * classes).fill(1e-6);
		const random = createRandom(SEED);
		const order = samples.map((_, i) => i);
		for (let epoch = 0; epoch < epochs; epoch += 1) {
			shuffle(order, random);
			for (const i of order) {
				const slopes = slope(scoresOf(samples[i], model), samples[i].label);
				descend(samples[i], slopes, model, { squares, rate, l2 });
			}
		}
		return model;
	};
}

function descend(
	{ buckets, values, weight }: Sample,
	slopes: number[],
	{ weights, bias }: Linear,
	{ squares, rate, l2 }: { squares: Float64Array; rate: number; l2: number },
): void {
	const classes = bias.length;
	for (let f = 0; f < buckets.length; f += 1) {
		const row = buckets[f] * classes;
		for (let c = 0; c < classes; c += 1) {
			const gradient = weight * slopes[c] * values[f] + l2 * weights[row + c];
			squares[row + c] += gradient * gradient;
			weights[row + c] -= (rate * gradient) / Math.sqrt(squares[row + c]);
		}
	}
	slopes.forEach((value, c) => (bias[c] -= 0.01 * weight * value));
}

/** Complement naive Bayes (Rennie et al. 2003): a class by what the other classes' texts hold. */
export function trainComplementBayes(alpha: number): Train {
	return (samples, classes, buckets) => {
		const sums = new Float64Array(buckets * classes).fill(alpha);
		const totals = new Array<number>(classes).fill(alpha * buckets);
		for (const { buckets: at, values, label, weight } of samples) {
			for (let f = 0; f < at.length; f += 1) {
				for (let c = 0; c < classes; c += 1) {
					if (c === label) continue;
					sums[at[f] * classes + c] += weight * values[f];
					totals[c] += weight * values[f];
				}
			}
		}
		const weights = sums.map((sum, i) => -Math.log(sum / totals[i % classes]));
		return { weights: normalised(weights, classes), bias: new Array<number>(classes).fill(0) };
	};
}

function normalised(weights: Float64Array, classes: number): Float64Array {
	const sums = new Array<number>(classes).fill(0);
	weights.forEach((weight, i) => (sums[i % classes] += Math.abs(weight)));
	const mean = sums.reduce((sum, value) => sum + value, 0) / classes;
	return weights.map((weight, i) => (weight * mean) / sums[i % classes]);
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

/** The sum of linear models is one. */
export function blend(models: readonly Linear[], shares: readonly number[]): Linear {
	const weights = models[0].weights.map((_, i) =>
		models.reduce((sum, model, m) => sum + shares[m] * model.weights[i], 0),
	);
	const bias = models[0].bias.map((_, c) => models.reduce((sum, model, m) => sum + shares[m] * model.bias[c], 0));
	return { weights, bias };
}

function shuffle(order: number[], random: () => number): void {
	for (let i = order.length - 1; i > 0; i -= 1) {
		const j = Math.floor(random() * (i + 1));
		[order[i], order[j]] = [order[j], order[i]];
	}
}
