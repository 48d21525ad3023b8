import type { Span } from '../../core/redaction';
import type { PlantedRow } from './planted';

/** What a way of finding personal data did with the rows. */
export interface Measured {
	/** By kind and by language: how many values were planted, and how many of them no character was left of. */
	kinds: Map<string, Recall>;
	languages: Map<string, Recall>;
	all: Recall;
	/** Spans that touch no planted value. */
	falseAlarms: { text: string; kind: string }[];
	/** Rows without a planted value, and those of them that were changed. */
	clean: { rows: number; changed: number };
	/** Characters outside of planted values, and those of them that were removed. */
	characters: { innocent: number; removed: number };
	missed: { text: string; kind: string; value: string }[];
}

export interface Recall {
	planted: number;
	found: number;
}

/** Counts UTF-16 units; a value counts as found whatever kind it was taken for. */
export function measure(rows: readonly PlantedRow[], find: (text: string) => Span[]): Measured {
	const measured: Measured = {
		kinds: new Map(),
		languages: new Map(),
		all: { planted: 0, found: 0 },
		falseAlarms: [],
		clean: { rows: 0, changed: 0 },
		characters: { innocent: 0, removed: 0 },
		missed: [],
	};
	for (const row of rows) measureRow(row, find(row.text), measured);
	return measured;
}

function measureRow(row: PlantedRow, spans: readonly Span[], measured: Measured): void {
	const { text, language } = row;
	const planted = placesOf(row);
	const removed = Array.from(text.split(''), (_, i) => spans.some(({ start, end }) => start <= i && i < end));
	const innocent = removed.map((_, i) => !planted.some(({ start, end }) => start <= i && i < end));
	for (const { kind, value, start, end } of planted) {
		const found = removed.slice(start, end).every(Boolean);
		for (const recall of [entry(measured.kinds, kind), entry(measured.languages, language), measured.all]) {
			recall.planted += 1;
			recall.found += Number(found);
		}
		if (!found) measured.missed.push({ text, kind, value });
	}
	for (const { kind, start, end } of spans) {
		const touches = planted.some((place) => place.start < end && start < place.end);
		if (!touches) measured.falseAlarms.push({ kind, text: text.slice(start, end) });
	}
	measured.clean.rows += Number(planted.length === 0);
	measured.clean.changed += Number(planted.length === 0 && spans.length > 0);
	measured.characters.innocent += innocent.filter(Boolean).length;
	measured.characters.removed += innocent.filter((is, i) => is && removed[i]).length;
}

function placesOf({ text, planted }: PlantedRow) {
	let from = 0;
	return planted.map(({ kind, value }) => {
		const start = text.indexOf(value, from);
		from = start + value.length;
		return { kind, value, start, end: from };
	});
}

function entry(recalls: Map<string, Recall>, key: string): Recall {
	const recall = recalls.get(key) ?? { planted: 0, found: 0 };
	recalls.set(key, recall);
	return recall;
}
