/**
 * Text that every store and wire can hold: NUL (refused by PostgreSQL) and lone surrogates (not encodable in UTF-8)
 * become U+FFFD, and surrounding white space goes.
 */
export function cleanText(text: string): string {
	return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD').trim();
}

/** As cleanText, on one line. */
export function cleanLine(text: string): string {
	return cleanText(text.replace(/[\r\n\u0085\u2028\u2029\v\f]+/gu, ' '));
}

/** As cleanLine, without control characters: those of an answer would be obeyed by the terminal that shows it. */
export function plainLine(text: string): string {
	return cleanLine(text.replace(/\p{Cc}+/gu, ' '));
}

/** Whether a reader would see anything: white space, invisible and replaced characters alone are nothing. */
export function isVisible(text: string): boolean {
	return /[\p{L}\p{N}\p{P}\p{S}]/u.test(withoutInvisible(text));
}

/** Length in code points, which is what JSON Schema counts. */
export function codePoints(text: string): number {
	return Array.from(text).length;
}

/** The first `most` UTF-16 units, or one less where that would cut a character in half. */
export function shorten(text: string, most: number): string {
	return text.slice(0, most).replace(/\p{Surrogate}$/u, '');
}

/** The text without these characters at its end; unlike /[…]+$/ in linear time, however many of them stand elsewhere. */
export function withoutEnd(text: string, characters: string): string {
	let end = text.length;
	while (end > 0 && characters.includes(text[end - 1])) end -= 1;
	return text.slice(0, end);
}

/** Characters that are there and show nothing, U+2800 and the mark of what was replaced among them. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/gu;

/** The text without what nobody can see, which is what hidden instructions and evasions are made of. */
export function withoutInvisible(text: string): string {
	return text.replace(INVISIBLE, '');
}

/** What rules and features read: compatibility forms folded, invisible characters gone, lower case. */
export function foldText(text: string): string {
	return withoutInvisible(text.normalize('NFKC')).toLowerCase().normalize('NFKC');
}

/** Folded, without accents, hyphens as spaces, one kind of apostrophe: what people leave out or spell in several ways. */
export function plainText(text: string): string {
	return foldText(text)
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(/[’‘`´]/gu, "'")
		.replace(/[\p{Pd}\s]+/gu, ' ');
}
