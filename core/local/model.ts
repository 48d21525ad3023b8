import { TriageError } from '../errors';
import { decodeBase64 } from './base64';
import type { Features } from './features';

/** The model file, as the training script writes it. */
export interface ModelFile {
	version: string;
	departments: string[];
	/** Number of hash buckets, a power of two. */
	buckets: number;
	bias: number[];
	/** One byte of `weights` times this is a weight. */
	scale: number;
	/** buckets × departments signed bytes, bucket by bucket, in base64. */
	weights: string;
	/** One bit a bucket: words that were seen in training; base64. */
	knownWords: string;
	/** Divides the scores before softmax. */
	temperature: number;
	confidence: ConfidenceWeights;
	/** From this confidence on, 95 of 100 tickets it had not seen were right; null where that was never so. */
	cutoff: number | null;
}

/**
 * A logistic regression on what a ticket and its scores look like, fitted on tickets the model had not seen:
 * of a hundred tickets it calls 0.8, about eighty are right.
 */
export interface ConfidenceWeights {
	bias: number;
	/** Of the logit of the likeliest department's share. */
	share: number;
	/** Of the lead over the second, in scores. */
	lead: number;
	/** Of the share of words unknown from training, beyond the usual. */
	alien: number;
	/** Of the same times the share: the more unknown words, the less the others tell. */
	doubt: number;
	/** Of log(1 + words). */
	length: number;
}

const WEIGHTS = ['bias', 'share', 'lead', 'alien', 'doubt', 'length'] as const;

export interface Model {
	version: string;
	departments: string[];
	buckets: number;
	/** See ModelFile. */
	cutoff: number | null;
	/** Scores, one for each department, in their order. */
	scores(features: Features): number[];
	/** How much a bucket speaks for a department rather than for the others. */
	lean(bucket: number, department: number): number;
	/** Probabilities, one for each department: calibrated, summing to 1. `foreign`: none of its words are known. */
	predict(features: Features, about?: { foreign: boolean }): number[];
}

/** @throws TriageError misconfigured for a file that was cut off */
export function readModel(file: ModelFile): Model {
	const { departments, buckets, bias, scale } = file;
	const weights = new Int8Array(decodeBase64(file.weights).buffer);
	const knownWords = decodeBase64(file.knownWords);
	if (weights.length !== buckets * departments.length || knownWords.length !== buckets / 8) {
		throw new TriageError('misconfigured', 'The model file of the local classifier is damaged: build it anew');
	}
	if (WEIGHTS.some((name) => !Number.isFinite(file.confidence[name]))) {
		throw new TriageError(
			'misconfigured',
			'The model file of the local classifier is of another version: build it anew',
		);
	}
	const scores = (features: Features): number[] => {
		const sums = new Float64Array(departments.length);
		features.buckets.forEach((bucket, f) => {
			const row = bucket * sums.length;
			for (let c = 0; c < sums.length; c += 1) sums[c] += weights[row + c] * features.values[f];
		});
		return Array.from(sums, (sum, c) => sum * scale + bias[c]);
	};
	return {
		version: file.version,
		departments,
		buckets,
		cutoff: file.cutoff ?? null,
		scores,
		lean: (bucket, department) => leanOf(weights.subarray(bucket * departments.length), department, departments.length),
		predict: (features, { foreign } = { foreign: false }) =>
			calibrated(scores(features), foreign ? 0 : knownShare(features, knownWords), features.words, file),
	};
}

function leanOf(row: Int8Array, department: number, departments: number): number {
	let sum = 0;
	for (let c = 0; c < departments; c += 1) sum += row[c];
	return row[department] - (sum - row[department]) / (departments - 1);
}

/** The share of a ticket's words that training has seen; 0 for a ticket without words. */
export function knownShare(features: Pick<Features, 'wordBuckets'>, knownWords: Uint8Array): number {
	const { wordBuckets } = features;
	if (wordBuckets.length === 0) return 0;
	const known = wordBuckets.filter((bucket) => (knownWords[bucket >> 3] >> (bucket & 7)) & 1).length;
	return known / wordBuckets.length;
}

/** Softmax, with the likeliest department's share replaced by how often such tickets were right. */
function calibrated(
	scores: number[],
	known: number,
	words: number,
	{ temperature, confidence }: Pick<ModelFile, 'temperature' | 'confidence'>,
): number[] {
	const shares = softmax(scores.map((score) => score / temperature));
	if (shares.length === 1) return shares;
	const [first, second, ...others] = [...shares].sort((a, b) => b - a);
	const top = shares.indexOf(first);
	// Not 1 - first, which is 0 long before the others are.
	const rest = others.reduce((sum, share) => sum + share, second);
	const ofRest = (share: number): number => (rest > 0 ? share / rest : 1 / (shares.length - 1));
	// However unsure: the likeliest stays the likeliest.
	const least = ofRest(second) / (1 + ofRest(second));
	const inputs = confidenceInputs(scores, shares, { known, words });
	const sure = Math.max(least, sigmoid(confidenceScore(inputs, confidence)));
	return shares.map((share, c) => (c === top ? sure : ofRest(share) * (1 - sure)));
}

/** From this share of known words on, more of them make nothing surer. */
const FAMILIAR = 0.85;

export type ConfidenceInputs = Omit<ConfidenceWeights, 'bias'>;

/** What the regression sees. */
export function confidenceInputs(
	scores: readonly number[],
	shares: readonly number[],
	{ known, words }: { known: number; words: number },
): ConfidenceInputs {
	const [first, second] = [...scores].sort((a, b) => b - a);
	const share = Math.min(Math.max(...shares), 0.9999);
	const odds = Math.log(share / (1 - share));
	const alien = Math.max(0, FAMILIAR - known);
	return { share: odds, lead: first - second, alien, doubt: alien * odds, length: Math.log1p(words) };
}

export function confidenceScore(inputs: ConfidenceInputs, weights: ConfidenceWeights): number {
	const names = Object.keys(inputs) as (keyof ConfidenceInputs)[];
	return names.reduce((sum, name) => sum + weights[name] * inputs[name], weights.bias);
}

export function sigmoid(score: number): number {
	return 1 / (1 + Math.exp(-score));
}

export function softmax(scores: number[]): number[] {
	const highest = Math.max(...scores);
	const powers = scores.map((score) => Math.exp(score - highest));
	const sum = powers.reduce((total, power) => total + power, 0);
	return powers.map((power) => power / sum);
}
