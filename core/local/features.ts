import type { Ticket } from '../ticket';
import type { ConceptIndex } from './concepts';
import { splitMail } from './mail';
import { wordsOf } from './words';

/** Sparse vector: buckets and their values. Words, n-grams and concepts are scaled to one length each. */
export interface Features {
	buckets: number[];
	values: number[];
	/** How many words the ticket has. */
	words: number;
	/** Buckets of its distinct words, by themselves. */
	wordBuckets: number[];
}

type Counts = Map<number, number>;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const WORD_SEED = 0x01;
const PAIR_SEED = 0x02;
const GRAM_SEED = 0x03;
const CONCEPT_SEED = 0x04;
const SUBJECT_SEED = 0x05;
const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;
const LONGEST_WORD = 40;

/** How much each part of a ticket says about its subject. */
const TITLE_WEIGHT = 2;
const FRAME_WEIGHT = 0.2;
const QUOTED_WEIGHT = 0.3;
/** Shorter than this, a mail's own text says less than what it passes on. */
const FEW_WORDS = 6;

/** Lengths of the kinds of features. */
const WORD_LENGTH = 1;
const GRAM_LENGTH = 1;
const CONCEPT_LENGTH = 1.5;
const SUBJECT_LENGTH = 1.5;

interface Bags {
	single: Set<number>;
	words: Counts;
	grams: Counts;
	concepts: Counts;
	/** Whose vocabulary the concepts stand in. */
	subjects: Counts;
}

function emptyBags(): Bags {
	return { single: new Set(), words: new Map(), grams: new Map(), concepts: new Map(), subjects: new Map() };
}

/** Words, pairs, character n-grams and concepts of a ticket, hashed into `buckets` (a power of two). */
export function extractFeatures(
	ticket: Pick<Ticket, 'title' | 'description'>,
	buckets: number,
	concepts: ConceptIndex,
): Features {
	const bags = emptyBags();
	let count = 0;
	for (const { text, weight } of partsOf(ticket)) {
		const words = wordsOf(text);
		count += words.length;
		addWords(words, weight, buckets - 1, bags);
		concepts.find(words, (concept) => {
			add(bags.concepts, bucketOfConcept(concept, buckets), weight);
			add(bags.subjects, bucketOfSubject(concepts.subjects[concept], buckets), weight);
		});
	}
	const features: Features = { buckets: [], values: [], words: count, wordBuckets: [...bags.single] };
	append(features, bags.words, WORD_LENGTH);
	append(features, bags.grams, GRAM_LENGTH);
	append(features, bags.concepts, CONCEPT_LENGTH);
	append(features, bags.subjects, SUBJECT_LENGTH);
	return features;
}

function partsOf({ title, description }: Pick<Ticket, 'title' | 'description'>): { text: string; weight: number }[] {
	const { own, frame, quoted } = splitMail(description);
	const passesOn = wordsOf(own).length < FEW_WORDS;
	return [
		{ text: title, weight: TITLE_WEIGHT },
		{ text: own, weight: 1 },
		{ text: frame, weight: FRAME_WEIGHT },
		{ text: quoted, weight: passesOn ? 1 : QUOTED_WEIGHT },
	];
}

function addWords(words: readonly string[], weight: number, mask: number, bags: Bags): void {
	let previous = 0;
	for (const whole of words) {
		const word = whole.slice(0, LONGEST_WORD);
		const hashed = hashWord(word);
		bags.single.add(hashed & mask);
		add(bags.words, hashed & mask, weight);
		if (previous !== 0) add(bags.words, mix(mix(FNV_OFFSET ^ PAIR_SEED, previous), hashed) & mask, weight);
		previous = hashed;
		addGrams(` ${word} `, weight, mask, bags.grams);
	}
}

function addGrams(padded: string, weight: number, mask: number, grams: Counts): void {
	for (let start = 0; start + SHORTEST_GRAM <= padded.length; start += 1) {
		let hashed = FNV_OFFSET ^ GRAM_SEED;
		const end = Math.min(padded.length, start + LONGEST_GRAM);
		for (let i = start; i < end; i += 1) {
			hashed = mix(hashed, padded.charCodeAt(i));
			if (i - start + 1 >= SHORTEST_GRAM) add(grams, scramble(hashed) & mask, weight);
		}
	}
}

/** The buckets of one word and its n-grams, to see what it alone speaks for. */
export function bucketsOfWord(word: string, buckets: number): number[] {
	const bags = emptyBags();
	addWords([word], 1, buckets - 1, bags);
	return [...bags.words.keys(), ...bags.grams.keys()];
}

/** The bucket of a concept by its number in the index. */
export function bucketOfConcept(concept: number, buckets: number): number {
	return hash(concept, CONCEPT_SEED) & (buckets - 1);
}

/** The bucket of a vocabulary as a whole, by its number. */
export function bucketOfSubject(subject: number, buckets: number): number {
	return hash(subject, SUBJECT_SEED) & (buckets - 1);
}

function hashWord(word: string): number {
	let hashed = FNV_OFFSET ^ WORD_SEED;
	for (let i = 0; i < word.length; i += 1) hashed = mix(hashed, word.charCodeAt(i));
	return scramble(hashed);
}

function hash(value: number, seed: number): number {
	return scramble(mix(mix(FNV_OFFSET ^ seed, value & 255), value >>> 8));
}

function mix(hashed: number, value: number): number {
	return Math.imul(hashed ^ value, FNV_PRIME);
}

/** Spreads FNV's weak low bits, which are the ones kept. */
function scramble(hashed: number): number {
	return hashed ^ (hashed >>> 15);
}

function add(counts: Counts, bucket: number, weight: number): void {
	counts.set(bucket, (counts.get(bucket) ?? 0) + weight);
}

/** log(1 + count), scaled together to `length`. */
function append(features: Features, counts: Counts, length: number): void {
	let squares = 0;
	for (const count of counts.values()) squares += Math.log1p(count) ** 2;
	const scale = length / (Math.sqrt(squares) || 1);
	for (const [bucket, count] of counts) {
		features.buckets.push(bucket);
		features.values.push(Math.log1p(count) * scale);
	}
}
