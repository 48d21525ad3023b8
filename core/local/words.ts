import { foldText } from '../text';

/** English contractions are one word however they are written: haven't and havent, I'm and im. */
const CONTRACTION = /(?<=n)['’](?=t(?!\p{L}))|(?<=\p{L})['’](?=(?:m|re|ve|ll|d)(?!\p{L}))/gu;

/** Words as everything here reads them: folded, without accents, ß as ss, other apostrophes and hyphens as separators. */
export function wordsOf(text: string): string[] {
	return splitWords(foldWords(text));
}

/** The text with its words as they are read, and all that stands between them. */
export function foldWords(text: string): string {
	return foldText(text).normalize('NFD').replace(/\p{M}/gu, '').replace(CONTRACTION, '').replaceAll('ß', 'ss');
}

/** The words of a folded text. */
export function splitWords(folded: string): string[] {
	return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}
