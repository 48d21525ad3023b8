import { foldWords, splitWords } from './words';
import { LANGUAGES, type Vocabulary } from './vocabulary/vocabulary';

/** Finds concepts in words. */
export interface ConceptIndex {
	/** `vocabulary.concept`, in a fixed order. */
	names: string[];
	/** The number of the vocabulary each concept stands in. */
	subjects: number[];
	/** Calls `found` with the concept's number, where it begins and how many words it takes. */
	find(words: readonly string[], found: (concept: number, at: number, length: number) => void): void;
}

const LONGEST_TERM = 4;
const SHORTEST_STEM = 4;
const LONGEST_STEM = 40;

type Entries = Map<string, number[]>;

/** Whole terms by their words, beginnings and endings of words by themselves. */
export function indexConcepts(vocabularies: Record<string, Vocabulary>): ConceptIndex {
	const names: string[] = [];
	const subjects: number[] = [];
	const [terms, beginnings, endings]: Entries[] = [new Map(), new Map(), new Map()];
	for (const [subject, [vocabulary, concepts]] of Object.entries(vocabularies).entries()) {
		for (const [concept, languages] of Object.entries(concepts)) {
			const number = names.push(`${vocabulary}.${concept}`) - 1;
			subjects.push(subject);
			// Folded all together: there are tens of thousands of them.
			for (const term of LANGUAGES.flatMap((language) => foldWords(languages[language]).split('|'))) {
				const words = splitWords(term).join(' ');
				addEntry(term.endsWith('*') ? beginnings : term.startsWith('*') ? endings : terms, words, number);
			}
		}
	}
	return {
		names,
		subjects,
		find(words, found) {
			words.forEach((word, at) => {
				findTerms(words, at, terms, found);
				findStems(word, beginnings, endings, (concept) => found(concept, at, 1));
			});
		},
	};
}

function addEntry(entries: Entries, words: string, concept: number): void {
	const concepts = entries.get(words);
	if (!concepts) entries.set(words, [concept]);
	else if (!concepts.includes(concept)) concepts.push(concept);
}

function findTerms(
	words: readonly string[],
	at: number,
	terms: Entries,
	found: (concept: number, at: number, length: number) => void,
): void {
	let term = '';
	for (let length = 1; length <= LONGEST_TERM && at + length <= words.length; length += 1) {
		term = length === 1 ? words[at] : `${term} ${words[at + length - 1]}`;
		terms.get(term)?.forEach((concept) => found(concept, at, length));
	}
}

function findStems(word: string, beginnings: Entries, endings: Entries, found: (concept: number) => void): void {
	const longest = Math.min(word.length, LONGEST_STEM);
	for (let length = SHORTEST_STEM; length <= longest; length += 1) {
		beginnings.get(word.slice(0, length))?.forEach(found);
		endings.get(word.slice(-length))?.forEach(found);
	}
}
