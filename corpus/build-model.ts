import { createHash } from 'node:crypto';
import type { ModelFile } from '../core/local/model';
import { disturb } from './disturb';
import { calibrate, judge, type Calibration } from './calibrate';
import { holdOut, type Held } from './folds';
import { BUCKETS, DEPARTMENTS, toSamples, type Labelled } from './samples';
import { coverageAt, coverageCurve } from './measure';
import type { Example } from './read-corpus';
import { trainSvm, type Linear, type Train } from './trainers';

/** For loops over all weights, as in trainers.ts. */
const { max, min, round } = Math;

/** What won: docs/decisions/006. */
export const TRAIN: Train = trainSvm({ epochs: 15, rate: 0.02, l2: 1e-4 });

/** What is trained and calibrated on held-out rows. */
export const TASK = { train: TRAIN, classes: DEPARTMENTS.length, buckets: BUCKETS, disturb };

const CUTOFF_PRECISION = 0.95;

export interface Built {
	file: ModelFile;
	/** The rows as models saw them that knew nothing of their scenario. */
	held: Held[];
}

/** A model of the examples, its confidence calibrated on held-out scenarios. The same examples give the same bytes. */
export function buildModel(examples: readonly Example[], progress?: (done: number, folds: number) => void): Built {
	const samples = toSamples(examples);
	const held = holdOut(samples, 'scenario', TASK, progress);
	const calibration = calibrate(held);
	const real = held.filter(({ disturbed }) => !disturbed);
	return { file: { ...trainFile(samples, calibration), cutoff: cutoffOf(real, calibration) }, held: real };
}

/** The least confidence from which 95 of 100 held-out rows were right; null where there is none. */
function cutoffOf(held: readonly Held[], calibration: Calibration): number | null {
	const judged = held.map((row) => judge(row, calibration));
	return coverageAt(coverageCurve(judged), CUTOFF_PRECISION).threshold;
}

/** A model file of all the samples, with a calibration from elsewhere. */
export function trainFile(samples: readonly Labelled[], { temperature, confidence }: Calibration): ModelFile {
	const linear = TRAIN(samples, DEPARTMENTS.length, BUCKETS);
	const known = new Set(samples.flatMap(({ features }) => features.wordBuckets));
	return { ...pack(linear), knownWords: packBits(known), temperature, confidence, cutoff: null };
}

/** Signed bytes: weights rarely reach the largest, so those few are cut rather than all others made coarse. */
function pack({ weights, bias }: Linear): Omit<ModelFile, 'knownWords' | 'temperature' | 'confidence' | 'cutoff'> {
	const sizes = weights
		.filter((weight) => weight !== 0)
		.map(Math.abs)
		.sort();
	const scale = Number(((sizes[Math.floor(sizes.length * 0.9999)] ?? 1) / 127).toPrecision(6));
	const bytes = Buffer.from(Int8Array.from(weights, (weight) => max(-127, min(127, round(weight / scale)))).buffer);
	return {
		version: `local-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`,
		departments: DEPARTMENTS,
		buckets: BUCKETS,
		bias: bias.map((value) => Number(value.toPrecision(6))),
		scale,
		weights: bytes.toString('base64'),
	};
}

function packBits(numbers: ReadonlySet<number>): string {
	const bits = new Uint8Array(BUCKETS / 8);
	for (const number of numbers) bits[number >> 3] |= 1 << (number & 7);
	return Buffer.from(bits).toString('base64');
}
