import { softmax } from '../core/local/model';
import type { Features } from '../core/local/features';

export interface Sample {
	features: Features;
	/** Index of the department. */
	label: number;
	/** Counts so many times in the loss. */
	weight: number;
}

export interface Weights {
	/** buckets × classes, bucket by bucket. */
	weights: Float64Array;
	bias: number[];
}

const EPOCHS = 30;
const LEARNING_RATE = 0.5;
const L2 = 1e-6;
const SEED = 20_240_601;

/** Multinomial logistic regression by Adagrad over shuffled samples; the same samples always give the same weights. */
export function trainSoftmax(samples: Sample[], classes: number, buckets: number): Weights {
	const weights = new Float64Array(buckets * classes);
	const squares = new Float64Array(buckets * classes).fill(1e-8);
	const bias = new Array<number>(classes).fill(0);
	const random = createRandom(SEED);
	const order = samples.map((_, i) => i);
	for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
		shuffle(order, random);
		for (const i of order) step(samples[i], { weights, squares, bias });
	}
	return { weights, bias };
}

interface State extends Weights {
	squares: Float64Array;
}

function step({ features, label, weight }: Sample, { weights, squares, bias }: State): void {
	const classes = bias.length;
	const errors = softmax(scoresOf(features, { weights, bias })).map((p, c) => weight * (p - (c === label ? 1 : 0)));
	for (const [bucket, value] of features) {
		for (let c = 0; c < classes; c += 1) {
			const at = bucket * classes + c;
			const gradient = errors[c] * value + L2 * weights[at];
			squares[at] += gradient * gradient;
			weights[at] -= (LEARNING_RATE * gradient) / Math.sqrt(squares[at]);
		}
	}
	errors.forEach((error, c) => (bias[c] -= 0.01 * error));
}

export function scoresOf(features: Features, { weights, bias }: Weights): number[] {
	const scores = [...bias];
	for (const [bucket, value] of features) {
		for (let c = 0; c < bias.length; c += 1) scores[c] += weights[bucket * bias.length + c] * value;
	}
	return scores;
}

function shuffle(order: number[], random: () => number): void {
	for (let i = order.length - 1; i > 0; i -= 1) {
		const j = Math.floor(random() * (i + 1));
		[order[i], order[j]] = [order[j], order[i]];
	}
}

/** mulberry32: small, seeded, good enough to shuffle. */
function createRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
