/** Wide characters take two columns of a terminal. */
const WIDE =
	/^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const NO_WIDTH = /^[\p{M}\p{Cf}\p{Cc}]+$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const { segment } of graphemes.segment(text)) width += NO_WIDTH.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
	return width;
}

/** Rows in aligned columns, all to the left; every row has as many cells as the first. */
export function layOut(rows: readonly (readonly string[])[]): string {
	const shown = rows.map((row) => row.map(printable));
	const widths = shown[0].map((_, i) => Math.max(...shown.map((row) => displayWidth(row[i]))));
	const pad = (cell: string, i: number): string => cell + ' '.repeat(widths[i] - displayWidth(cell));
	return shown.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** What stands in a table may hold what moves a terminal's cursor, or turns what follows around. */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
