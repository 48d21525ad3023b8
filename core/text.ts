/**
 * Text that every store and wire can hold: NUL (refused by PostgreSQL) and lone surrogates (not encodable in UTF-8)
 * become U+FFFD, and surrounding white space goes.
 */
export function cleanText(text: string): string {
	return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD').trim();
}

/** As cleanText, on one line. */
export function cleanLine(text: string): string {
	return cleanText(text.replace(/[\r\n\u2028\u2029\v\f]+/gu, ' '));
}

/** Whether a reader would see anything: white space, invisible and replaced characters alone are nothing. */
export function isVisible(text: string): boolean {
	return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/\uFFFD/gu, ''));
}

/** Length in code points, which is what JSON Schema counts. */
export function codePoints(text: string): number {
	let count = 0;
	for (let i = 0; i < text.length; i += 1) {
		const unit = text.charCodeAt(i);
		if (unit < 0xdc00 || unit > 0xdfff) count += 1;
	}
	return count;
}

/** What rules and features read: compatibility forms folded, invisible characters gone, lower case. */
export function foldText(text: string): string {
	return text
		.normalize('NFKC')
		.replace(/\p{Cf}/gu, '')
		.toLowerCase();
}
