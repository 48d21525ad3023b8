import {
	confidenceInputs,
	confidenceScore,
	sigmoid,
	softmax,
	type ConfidenceInputs,
	type ConfidenceWeights,
} from '../core/local/model';
import type { Held } from './folds';
import type { Judged } from './measure';
import { DEPARTMENTS } from './samples';

export interface Calibration {
	temperature: number;
	confidence: ConfidenceWeights;
}

/** How sure scores are: fitted on rows whose scores come from models that had not seen them. */
export function calibrate(held: readonly Held[]): Calibration {
	const temperature = fitTemperature(held.filter(({ disturbed }) => !disturbed));
	return { temperature, confidence: fitConfidence(held, temperature) };
}

/** The temperature at which the labels are likeliest. */
function fitTemperature(held: readonly Held[]): number {
	const candidates = Array.from({ length: 80 }, (_, i) => Math.round(1.06 ** (i - 40) * 1e4) / 1e4);
	const losses = candidates.map((t) =>
		held.reduce((sum, { scores, sample }) => sum - Math.log(shares(scores, t)[sample.label] + 1e-12), 0),
	);
	return candidates[losses.indexOf(Math.min(...losses))];
}

const STEPS = 3000;
const RATE = 0.05;
const L2 = 1e-3;

/** In this order in all that is fitted. */
const INPUTS = ['share', 'lead', 'alien', 'doubt', 'length'] as const satisfies (keyof ConfidenceInputs)[];

/** Logistic regression of "the likeliest department is right"; full gradient, so the result does not depend on order. */
function fitConfidence(held: readonly Held[], temperature: number): ConfidenceWeights {
	const width = INPUTS.length;
	const inputs = new Float64Array(held.length * width);
	held.forEach((row, i) => {
		const of = inputsOf(row, temperature);
		INPUTS.forEach((name, n) => (inputs[i * width + n] = of[name]));
	});
	const right = Uint8Array.from(held, (row) => (isRight(row) ? 1 : 0));
	const weights = Float64Array.from(INPUTS, (name) => (name === 'share' ? 1 : 0));
	let bias = 0;
	for (let step = 0; step < STEPS; step += 1) {
		const slope = new Float64Array(width);
		let slopeOfBias = 0;
		for (let i = 0; i < held.length; i += 1) {
			let score = bias;
			for (let n = 0; n < width; n += 1) score += weights[n] * inputs[i * width + n];
			const error = sigmoid(score) - right[i];
			slopeOfBias += error;
			for (let n = 0; n < width; n += 1) slope[n] += error * inputs[i * width + n];
		}
		bias -= RATE * (slopeOfBias / held.length + L2 * bias);
		for (let n = 0; n < width; n += 1) weights[n] -= RATE * (slope[n] / held.length + L2 * weights[n]);
	}
	const rounded = (value: number): number => Number(value.toPrecision(6));
	const [share, lead, alien, doubt, length] = Array.from(weights, rounded);
	return { bias: rounded(bias), share, lead, alien, doubt, length };
}

/** How sure a calibrated model is of a held-out row's likeliest department, 0–1. */
export function confidenceOf(held: Held, { temperature, confidence }: Calibration): number {
	const score = confidenceScore(inputsOf(held, temperature), confidence);
	return Math.max(1 / held.scores.length, sigmoid(score));
}

/** What a calibrated model says of a held-out row. */
export function judge(row: Held, calibration: Calibration): Judged {
	const { department, language } = row.sample.example;
	const guess = DEPARTMENTS[row.scores.indexOf(Math.max(...row.scores))];
	return { label: department, guess, confidence: confidenceOf(row, calibration), language };
}

function inputsOf({ scores, sample, known }: Held, temperature: number) {
	const { wordBuckets, words } = sample.features;
	const share =
		wordBuckets.length === 0 ? 0 : wordBuckets.filter((bucket) => known.has(bucket)).length / wordBuckets.length;
	return confidenceInputs(scores, shares(scores, temperature), { known: share, words });
}

function shares(scores: readonly number[], temperature: number): number[] {
	return softmax(scores.map((score) => score / temperature));
}

export function isRight({ scores, sample }: Pick<Held, 'scores' | 'sample'>): boolean {
	return scores.indexOf(Math.max(...scores)) === sample.label;
}
