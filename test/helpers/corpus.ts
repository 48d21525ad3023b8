import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Held } from '../../corpus/folds';
import type { Example } from '../../corpus/read-corpus';
import type { Labelled } from '../../corpus/samples';

const WORDS: Record<string, string> = {
	IT: 'vpn laptop password printer network login software screen',
	Finance: 'invoice refund budget expenses payment supplier tax card',
	Facilities: 'heating lift window cleaning parking desk lamp water',
};

/** Enough to train on in no time: three departments, eight scenarios each, every scenario twice. */
export function tinyCorpus(): Example[] {
	return Object.entries(WORDS).flatMap(([department, words]) =>
		words.split(' ').flatMap((word, i, all) =>
			['en', 'de'].map((language, l) => ({
				title: `${word} and ${all[(i + 1) % all.length]}`,
				description: `About the ${word}: ${all[(i + l + 2) % all.length]}, ${all[(i + 3) % all.length]}.`,
				...{ department, language, scenario: `${word}-case`, industry: ['bank', 'shop', 'factory'][(i + l) % 3] },
			})),
		),
	);
}

/** As files below `folder`, in the corpus's own form. */
export function putCorpus(folder: string, examples: readonly Example[]): string {
	for (const language of new Set(examples.map((example) => example.language))) {
		mkdirSync(join(folder, language), { recursive: true });
		const lines = examples.filter((example) => example.language === language).map((each) => JSON.stringify(each));
		writeFileSync(join(folder, language, 'all.jsonl'), `${lines.join('\n')}\n`);
	}
	return folder;
}

/** A sample whose only word falls into `bucket`. */
export function sample(example: Partial<Example>, bucket = 0, label = 0): Labelled {
	const whole = { title: 't', description: 'd', department: 'IT', language: 'en', scenario: 's', industry: 'bank' };
	const features = { buckets: [bucket], values: [1], words: 1, wordBuckets: [bucket] };
	const [buckets, values] = [Int32Array.of(bucket), Float64Array.of(1)];
	return { example: { ...whole, ...example }, features, buckets, values, label, weight: 1 };
}

const noise = (seed: number): (() => number) => {
	let state = seed;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
};

/** Rows whose labels are drawn from softmax(true scores), while the model's scores are `exaggeration` times those. */
export function exaggerated(count: number, exaggeration: number, seed: number): Held[] {
	const random = noise(seed);
	const known = new Set([0]);
	return Array.from({ length: count }, () => {
		const truth = Array.from({ length: 4 }, () => 3 * (random() + random() - 1));
		const powers = truth.map(Math.exp);
		let rest = random() * powers.reduce((sum, power) => sum + power, 0);
		const label = powers.findIndex((power) => (rest -= power) < 0);
		return { sample: sample({}, 0, label), scores: truth.map((score) => exaggeration * score), known };
	});
}
