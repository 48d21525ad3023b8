import { MappingsProblem } from '../../../service/cli/mappings/command';
import { readMappings } from '../../../service/cli/mappings/read-mappings';

const read = (text: string | Buffer) => readMappings(Buffer.from(text));
const values = (text: string): unknown[] => read(text).map(({ value }) => value);

function problemOf(text: string | Buffer): string {
	try {
		read(text);
	} catch (error) {
		expect(error).toBeInstanceOf(MappingsProblem);
		return (error as Error).message;
	}
	throw new Error('it was read');
}

const ENTRY = { department: 'IT', system: 'http', settings: { labels: ['a', 'b'], deep: { x: [1.5, true, null] } } };

test.each([
	['JSON', JSON.stringify([ENTRY])],
	['JSON with tabs', JSON.stringify([ENTRY], null, '\t')],
	['JSON as the API answers', JSON.stringify({ mappings: [ENTRY] })],
	['a byte order mark', `\ufeff${JSON.stringify([ENTRY])}`],
	[
		'YAML',
		'- department: IT\n  system: http\n  settings: # here\n    labels: [a, b]\n    deep: {x: [1.5, true, null]}\n',
	],
	[
		'YAML below mappings, with CRLF',
		'mappings:\r\n- department: IT\r\n  system: http\r\n  settings: {labels: [a, b], deep: {x: [1.5, true, ~]}}\r\n',
	],
	[
		'aliases',
		'- department: IT\n  system: http\n  settings:\n    labels: &x [a, b]\n    deep: {x: [1.5, true, null]}\n',
	],
])('%s is read', (_name, text) => expect(values(text)).toEqual([ENTRY]));

test.each(['[]', 'mappings: []', '{"mappings": []}', '---\n[]\n'])('%j is an empty list', (text) => {
	expect(read(text)).toEqual([]);
});

test('what an older YAML takes for something else is a text, whatever version the file asks for', () => {
	const text = '%YAML 1.1\n---\n- {a: yes, b: off, c: 2026-01-31, d: 1:30, e: 0777, 1: x, __proto__: {y: 1}}\n';
	const [value] = values(text) as Record<string, unknown>[];
	expect(Object.entries(value)).toEqual([
		['1', 'x'],
		...[
			['a', 'yes'],
			['b', 'off'],
			['c', '2026-01-31'],
			['d', '1:30'],
			['e', 777],
			['__proto__', { y: 1 }],
		],
	]);
});

test('an alias stands for a value of its own', () => {
	const [first, second] = values('- &x {department: IT, settings: {a: 1}}\n- *x\n') as object[];
	expect(second).toEqual(first);
	expect(second).not.toBe(first);
});

test.each([
	['settings.deep.x.1', 7],
	['settings.deep', 5],
	['settings.missing', 3],
	['settings', 3],
	['priority_threshold', 1],
	['', 1],
])('%j stands in line %p', (field, line) => {
	const [entry] = read(
		'- department: IT\n  system: http\n  settings:\n    a.b: 1\n    deep:\n      x: [1,\n       2]\n',
	);
	expect(entry.lineOf(field)).toBe(line);
});

test.each<[string, string | Buffer, string]>([
	['a key twice', '- department: IT\n  system: http\n  department: hush\n', 'line 3: Map keys must be unique'],
	['a key twice, in JSON', '[{"a": "hush",\n"a": 2}]', 'line 2: Map keys must be unique'],
	['a tag', '- a: !secret hush\n', 'line 1: Unresolved tag'],
	['a tag of the language', '- a: !!binary aHVzaA==\n', 'line 1: Unresolved tag'],
	['a tag of JavaScript', '- a: !!js/function hush\n', 'line 1: Unresolved tag'],
	['a key that is a list', '- ? [hush]\n  : 1\n', 'line 1: With stringKeys'],
	['two documents', '- a: 1\n---\n- hush: 1\n', 'a second document begins'],
	['no number of JSON', '- a: .inf\n- b: 1e999\n- c: .nan\n', 'line 3: this is no number that JSON has'],
	['a number that would be rounded', '- group_id: 12345678901234567890\n', 'line 1: this number is too long'],
	['a bracket that stays open', 'hush: [hush', 'line 1: Flow sequence'],
	['a quote that stays open', 'a: "hush\nb: hush', 'line 2: Missing closing "quote'],
	['what does not belong there', '}hush', 'line 1: Unexpected flow-map-end token'],
	['UTF-16', Buffer.from('- a: hush', 'utf16le').subarray(0, -1), 'must be a list of mappings'],
	['Latin-1', Buffer.from('- a: Gr\u00f6\u00dfe', 'latin1'), 'not text in UTF-8'],
	['nothing', '', 'must be a list of mappings'],
	['a text', 'hush', 'must be a list of mappings'],
	['one mapping', 'department: IT\nsystem: http\n', 'must be a list of mappings'],
	['a list beside something else', 'mappings: []\nversion: 1\n', 'must be a list of mappings'],
	['no list', 'mappings: 3\n', 'must be a list of mappings'],
	['an alias of nothing', '- a: *hush\n', 'an alias'],
	['an alias of itself', '&a [*a]', 'nested deeper than'],
	['too many levels', `- ${'[1,'.repeat(30)}${']'.repeat(30)}`, 'nested deeper than'],
	['far too many levels', '['.repeat(100_000), 'nested deeper than'],
	['far too many levels of another kind', '- '.repeat(20_000), 'nested deeper than'],
])('%s is refused, and not quoted', (_name, text, message) => {
	const problem = problemOf(text);
	expect(problem).toContain(message);
	expect(problem).not.toContain('hush');
});

test('every problem is named at once', () => {
	expect(problemOf('- a: 1\n  a: 2\n- b: !x 1\n  c: .inf\n').split('\n')).toHaveLength(4);
});

test('aliases of aliases do not grow without bounds', () => {
	const lines = Array.from({ length: 9 }, (_, i) => `- &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
	expect(problemOf(`- &l0 [x]\n${lines.join('\n')}\n`)).toContain('more than 100 aliases');
});
