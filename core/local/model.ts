import { TriageError } from '../errors';
import type { Features } from './features';

/** The model file, as the training script writes it. */
export interface ModelFile {
	version: string;
	departments: string[];
	/** Number of hash buckets, a power of two. */
	buckets: number;
	/** Divides the scores before softmax, so that confidence means a share of right answers. */
	temperature: number;
	bias: number[];
	/** One byte of `weights` times this is a weight. */
	scale: number;
	/** buckets × departments signed bytes, bucket by bucket, in base64. */
	weights: string;
}

export interface Model {
	version: string;
	departments: string[];
	buckets: number;
	/** Probabilities, one for each department, in their order. */
	predict(features: Features): number[];
}

/** @throws TriageError misconfigured for a file that was cut off */
export function readModel(file: ModelFile): Model {
	const { departments, buckets, bias, scale, temperature } = file;
	const weights = new Int8Array(decodeBase64(file.weights).buffer);
	if (weights.length !== buckets * departments.length) {
		throw new TriageError('misconfigured', 'The model file of the local classifier is damaged: build it anew');
	}
	const predict = (features: Features): number[] => {
		const scores = new Float64Array(departments.length);
		for (const [bucket, value] of features) {
			const row = bucket * scores.length;
			for (let c = 0; c < scores.length; c += 1) scores[c] += weights[row + c] * value;
		}
		return softmax(Array.from(scores, (score, c) => (score * scale + bias[c]) / temperature));
	};
	return { version: file.version, departments, buckets, predict };
}

export function softmax(scores: number[]): number[] {
	const highest = Math.max(...scores);
	const powers = scores.map((score) => Math.exp(score - highest));
	const sum = powers.reduce((total, power) => total + power, 0);
	return powers.map((power) => power / sum);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Neither Buffer nor atob exists in the core. */
export function decodeBase64(text: string): Uint8Array {
	const values = new Uint8Array(128);
	for (let i = 0; i < ALPHABET.length; i += 1) values[ALPHABET.charCodeAt(i)] = i;
	const bytes = new Uint8Array(Math.floor((text.replace(/=+$/u, '').length * 3) / 4));
	for (let i = 0, at = 0; at < bytes.length; i += 4) {
		const group =
			(values[text.charCodeAt(i)] << 18) |
			(values[text.charCodeAt(i + 1)] << 12) |
			(values[text.charCodeAt(i + 2)] << 6) |
			values[text.charCodeAt(i + 3)];
		bytes[at++] = group >> 16;
		if (at < bytes.length) bytes[at++] = (group >> 8) & 255;
		if (at < bytes.length) bytes[at++] = group & 255;
	}
	return bytes;
}
