import type { Ticket } from '../ticket';
import { withoutEnd } from '../text';
import { findPersonalData } from './find';
import type { RedactionKind, Span } from './finder';
import { PLACEHOLDER } from './fold';

export { findPersonalData } from './find';
export { REDACTION_KINDS, type RedactionKind, type Span } from './finder';

type Texts = Pick<Ticket, 'title' | 'description'>;

export interface Redaction<T> {
	redacted: T;
	/** Puts the originals back where exactly their placeholder stands. */
	restore: (text: string) => string;
}

/** The least of a password that is looked for elsewhere; shorter ones stand in any sentence. */
const SHORTEST_REPEATED = 6;
/** What may follow a word that is repeated. */
const CLOSING = `"'),;:.?`;
/** Longer words are not taken apart. */
const LONGEST_REPEATED = 300;

/**
 * The title and description without personal data and secrets. Equal values have equal placeholders, `[EMAIL_1]`, numbered
 * in order of appearance and past those that the ticket has itself. Nothing else of the ticket is passed on.
 */
export function redactTicket({ title, description }: Texts): Redaction<Texts> {
	const spans = [findPersonalData(title), findPersonalData(description)];
	const passwords = new Set(
		[title, description].flatMap((text, i) =>
			spans[i]
				.filter(({ kind }) => kind === 'password' || kind === 'secret')
				.map(({ start, end }) => text.slice(start, end))
				.filter((value) => value.length >= SHORTEST_REPEATED),
		),
	);
	const originals = new Map<string, string>();
	const placeholderFor = createPlaceholders(`${title}\n${description}`, originals);
	const [redactedTitle, redactedDescription] = [title, description].map((text, i) =>
		replace(text, withRepeated(text, spans[i], passwords), placeholderFor),
	);
	return {
		redacted: { title: redactedTitle, description: redactedDescription },
		restore: (text) => text.replace(PLACEHOLDER, (placeholder) => originals.get(placeholder) ?? placeholder),
	};
}

/** A placeholder for each value, kept with its value in `originals`. */
function createPlaceholders(
	text: string,
	originals: Map<string, string>,
): (value: string, kind: RedactionKind) => string {
	const taken = new Set(text.match(PLACEHOLDER));
	const given = new Map<string, string>();
	const counts = new Map<RedactionKind, number>();
	return (value, kind) => {
		const before = given.get(value);
		if (before !== undefined) return before;
		let placeholder: string;
		do {
			const count = (counts.get(kind) ?? 0) + 1;
			counts.set(kind, count);
			placeholder = `[${kind.toUpperCase()}_${count}]`;
		} while (taken.has(placeholder));
		given.set(value, placeholder);
		originals.set(placeholder, value);
		return placeholder;
	};
}

function replace(
	text: string,
	spans: readonly Span[],
	placeholderFor: (value: string, kind: RedactionKind) => string,
): string {
	let at = 0;
	const pieces = spans.map(({ kind, start, end }) => {
		const kept = text.slice(at, start);
		at = end;
		return kept + placeholderFor(text.slice(start, end), kind);
	});
	return pieces.join('') + text.slice(at);
}

/** A password told once is one wherever it stands alone. */
function withRepeated(text: string, spans: readonly Span[], passwords: ReadonlySet<string>): Span[] {
	if (passwords.size === 0) return [...spans];
	const repeated: Span[] = [];
	let next = 0;
	for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
		if (word.length > LONGEST_REPEATED) continue;
		while (next < spans.length && spans[next].end <= index) next += 1;
		if (next < spans.length && spans[next].start < index + word.length) continue;
		const bare = withoutEnd(word.replace(/^["'(]+/u, ''), CLOSING);
		const value = [word, bare].find((candidate) => passwords.has(candidate));
		if (value === undefined) continue;
		const start = index + word.indexOf(value);
		repeated.push({ kind: 'password', start, end: start + value.length });
	}
	return [...spans, ...repeated].sort((a, b) => a.start - b.start);
}
