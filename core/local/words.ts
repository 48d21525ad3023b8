import { foldText } from '../text';

/** Words as everything here reads them: folded, without accents, apostrophes and hyphens as separators. */
export function wordsOf(text: string): string[] {
	return (
		foldText(text)
			.normalize('NFD')
			.replace(/\p{M}/gu, '')
			.match(/[\p{L}\p{N}]+/gu) ?? []
	);
}
