import type { RedactionKind, Span } from '../../core/redaction';
import { measure } from '../../corpus/redaction/measure';
import type { PlantedRow } from '../../corpus/redaction/planted';
import { asTables } from '../../corpus/redaction/tables';

const ROWS: PlantedRow[] = [
	{
		text: 'a@b.example then 0815',
		planted: [{ kind: 'email', value: 'a@b.example' }],
		language: 'en',
	},
	{ text: 'c@d.example', planted: [{ kind: 'email', value: 'c@d.example' }], language: 'de' },
	{ text: 'nothing 4711', planted: [], language: 'de' },
];

const finding =
	(...places: [text: string, piece: string, kind: RedactionKind][]) =>
	(text: string): Span[] =>
		places
			.filter(([where]) => where === text)
			.map(([, piece, kind]) => ({ kind, start: text.indexOf(piece), end: text.indexOf(piece) + piece.length }));

test('a value is found when no character of it is left, whatever it was taken for', () => {
	const { all, kinds, languages, missed } = measure(
		ROWS,
		finding([ROWS[0].text, 'a@b.example', 'phone'], [ROWS[1].text, '@d.example', 'email']),
	);
	expect(all).toEqual({ planted: 2, found: 1 });
	expect([...kinds]).toEqual([['email', { planted: 2, found: 1 }]]);
	expect([...languages]).toEqual([
		['en', { planted: 1, found: 1 }],
		['de', { planted: 1, found: 0 }],
	]);
	expect(missed).toEqual([{ text: ROWS[1].text, kind: 'email', value: 'c@d.example' }]);
});

test('what was taken besides is counted in values, characters and rows', () => {
	const measured = measure(
		ROWS,
		finding([ROWS[0].text, 'a@b.example then', 'email'], [ROWS[2].text, '4711', 'password']),
	);
	expect(measured.falseAlarms).toEqual([{ kind: 'password', text: '4711' }]);
	expect(measured.characters).toEqual({ innocent: 22, removed: 9 });
	expect(measured.clean).toEqual({ rows: 1, changed: 1 });
});

test('the tables name every figure, and what was missed or wrongly taken', () => {
	const text = asTables('Some rows', measure(ROWS, finding([ROWS[2].text, '4711', 'password'])));
	for (const line of [
		'Some rows',
		'all               0 of 2   0.00 %',
		'Wrongly removed: 1 values, 4 of 22 characters (18.18 %)',
		'changed: 1 of 1',
		'Missed email: c@d.example',
		'Taken for password: 4711',
	]) {
		expect(text).toContain(line);
	}
});
