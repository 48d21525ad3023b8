import { foldText } from '../text';
import type { Ticket } from '../ticket';

/** Sparse unit vector: bucket → weight. */
export type Features = Map<number, number>;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const WORD_SEED = 0x01;
const PAIR_SEED = 0x02;
const GRAM_SEED = 0x03;
const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;
const LONGEST_WORD = 40;
const TITLE_WEIGHT = 2;

/**
 * Words, pairs of words and character n-grams of a ticket, hashed into `buckets` (a power of two):
 * 1 + log(count), scaled to length 1. The title counts twice.
 */
export function extractFeatures(ticket: Pick<Ticket, 'title' | 'description'>, buckets: number): Features {
	const counts: Features = new Map();
	const mask = buckets - 1;
	addText(ticket.title, TITLE_WEIGHT, mask, counts);
	addText(ticket.description, 1, mask, counts);
	return toUnitLength(counts);
}

function addText(text: string, weight: number, mask: number, counts: Features): void {
	const words = foldText(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
	let previous = 0;
	for (const word of words) {
		const hash = hashWord(word.slice(0, LONGEST_WORD), WORD_SEED);
		add(counts, hash & mask, weight);
		if (previous !== 0) add(counts, mix(mix(FNV_OFFSET ^ PAIR_SEED, previous), hash) & mask, weight);
		previous = hash;
		addGrams(` ${word.slice(0, LONGEST_WORD)} `, weight, mask, counts);
	}
}

function addGrams(padded: string, weight: number, mask: number, counts: Features): void {
	for (let start = 0; start + SHORTEST_GRAM <= padded.length; start += 1) {
		let hash = FNV_OFFSET ^ GRAM_SEED;
		const end = Math.min(padded.length, start + LONGEST_GRAM);
		for (let i = start; i < end; i += 1) {
			hash = mix(hash, padded.charCodeAt(i));
			if (i - start + 1 >= SHORTEST_GRAM) add(counts, scramble(hash) & mask, weight);
		}
	}
}

function hashWord(word: string, seed: number): number {
	let hash = FNV_OFFSET ^ seed;
	for (let i = 0; i < word.length; i += 1) hash = mix(hash, word.charCodeAt(i));
	return scramble(hash);
}

function mix(hash: number, value: number): number {
	return Math.imul(hash ^ value, FNV_PRIME);
}

/** Spreads FNV's weak low bits, which are the ones kept. */
function scramble(hash: number): number {
	return hash ^ (hash >>> 15);
}

function add(counts: Features, bucket: number, weight: number): void {
	counts.set(bucket, (counts.get(bucket) ?? 0) + weight);
}

function toUnitLength(counts: Features): Features {
	let squares = 0;
	for (const [bucket, count] of counts) {
		const value = 1 + Math.log(count);
		counts.set(bucket, value);
		squares += value * value;
	}
	const length = Math.sqrt(squares) || 1;
	for (const [bucket, value] of counts) counts.set(bucket, value / length);
	return counts;
}
