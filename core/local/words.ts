import { foldText } from '../text';

/** English contractions are one word however they are written: haven't and havent, I'm and im. */
const CONTRACTION = /(?<=n)['’](?=t(?!\p{L}))|(?<=\p{L})['’](?=(?:m|re|ve|ll|d)(?!\p{L}))/gu;

/** Words as everything here reads them: folded, without accents, ß as ss, other apostrophes and hyphens as separators. */
export function wordsOf(text: string): string[] {
	return (
		foldText(text)
			.normalize('NFD')
			.replace(/\p{M}/gu, '')
			.replace(CONTRACTION, '')
			.replaceAll('ß', 'ss')
			.match(/[\p{L}\p{N}]+/gu) ?? []
	);
}
