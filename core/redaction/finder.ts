/** What is kept from leaving. Names are not: no rule knows them from other words. */
export const REDACTION_KINDS = ['email', 'phone', 'iban', 'card', 'national_id', 'secret', 'password'] as const;
export type RedactionKind = (typeof REDACTION_KINDS)[number];

/** Stands for what was replaced already; no pattern may match it. */
export const REPLACED = '\uFFFC';

/** A piece of text, in UTF-16 units; `end` is the first one after it. */
export interface Span {
	kind: RedactionKind;
	start: number;
	end: number;
}

export interface Around {
	/** What the pattern matched ahead of its value. */
	lead: string;
	/** The last characters ahead of the value. */
	before: string;
	/** The first characters after the value. */
	after: string;
}

/** Reads folded text (fold.ts): no accents, one kind of dash and of digit. */
export interface Finder {
	kind: RedactionKind;
	/**
	 * Flags `gu`. Every repetition is bounded, so that what a place in the text costs does not depend on the text's length.
	 * The value is the whole match, or its group `value`, which has to end it.
	 */
	pattern: RegExp;
	/** How many of the value's first characters are meant: 0 for none. All of them where this is left out. */
	accept?: (value: string, around: Around) => number;
}

const CONTEXT = 48;

/** Everything the finder finds, from left to right. */
export function search(text: string, { kind, pattern, accept }: Finder): Span[] {
	const spans: Span[] = [];
	pattern.lastIndex = 0;
	for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
		const [whole] = match;
		const value = match.groups?.value ?? whole;
		const end = match.index + whole.length;
		const start = end - value.length;
		const around: Around = {
			lead: whole.slice(0, whole.length - value.length),
			before: text.slice(Math.max(0, start - CONTEXT), start),
			after: text.slice(end, end + CONTEXT),
		};
		const accepted = accept === undefined ? value.length : accept(value, around);
		if (accepted > 0) spans.push({ kind, start, end: start + accepted });
		pattern.lastIndex = accepted > 0 ? start + accepted : afterCharacter(text, match.index);
	}
	return spans;
}

/** With the flag `u`, a search that begins between the two units of a character begins ahead of it: it would never end. */
function afterCharacter(text: string, at: number): number {
	return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** All of the value, or nothing. */
export function whole(valid: (value: string, around: Around) => boolean): NonNullable<Finder['accept']> {
	return (value, around) => (valid(value, around) ? value.length : 0);
}
