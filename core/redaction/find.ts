import { EMAIL } from './email';
import { REPLACED, search, type Finder, type Span } from './finder';
import { fold, type Folded } from './fold';
import { NUMBERS } from './numbers';
import { PASSWORD } from './password';
import { PHONE } from './phone';
import { SECRET } from './secret';

const FINDERS: readonly Finder[] = [...EMAIL, ...NUMBERS, ...SECRET, ...PASSWORD, ...PHONE];

/** What one replacement lays bare the next pass sees; no honest ticket needs a third. */
const MOST_PASSES = 8;

/** Personal data and secrets in a text, from left to right and apart from each other. Takes time in proportion to its length. */
export function findPersonalData(text: string): Span[] {
	const found: Span[] = [];
	let rest = fold(text);
	for (let pass = 0; pass < MOST_PASSES; pass += 1) {
		const spans = join(FINDERS.flatMap((finder) => search(rest.text, finder)));
		if (spans.length === 0) break;
		found.push(...spans.map(({ kind, start, end }) => ({ kind, start: rest.from[start], end: rest.to[end - 1] })));
		rest = without(rest, spans);
	}
	return join(found);
}

/** Overlapping spans as one, of the kind of the longest: nothing is left over and nothing is taken twice. */
function join(spans: Span[]): Span[] {
	const joined: Span[] = [];
	let longest = 0;
	for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
		const last = joined.at(-1);
		const length = span.end - span.start;
		if (last === undefined || span.start >= last.end) {
			joined.push({ ...span });
			longest = length;
			continue;
		}
		last.end = Math.max(last.end, span.end);
		if (length > longest) [last.kind, longest] = [span.kind, length];
	}
	return joined;
}

function without({ text, from, to }: Folded, spans: readonly Span[]): Folded {
	const rest: { texts: string[]; from: number[]; to: number[] } = { texts: [], from: [], to: [] };
	let at = 0;
	const keep = (end: number): void => {
		rest.texts.push(text.slice(at, end));
		for (; at < end; at += 1) {
			rest.from.push(from[at]);
			rest.to.push(to[at]);
		}
	};
	for (const { start, end } of spans) {
		keep(start);
		rest.texts.push(REPLACED);
		rest.from.push(from[start]);
		rest.to.push(to[end - 1]);
		at = end;
	}
	keep(text.length);
	return { text: rest.texts.join(''), from: rest.from, to: rest.to };
}
