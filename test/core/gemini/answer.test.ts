import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { TriageError } from '../../../core/errors';
import { readGeminiAnswer, type Said } from '../../../core/gemini/answer';
import { PROTOTYPE_NAMES, thrownBy } from '../../helpers/tickets';

const verdict = { department: 'IT', confidence: 0.87, reasoning: 'A laptop is a device.' };
const said = { id: 'a', ...verdict };
const part = (text: string, more: object = {}) => ({ text, ...more });
const withText = (text: string) => candidate({ content: { role: 'model', parts: [part(text)] } });
const candidate = (overrides: Record<string, unknown> = {}) => ({
	content: { role: 'model', parts: [part(JSON.stringify([said]))] },
	finishReason: 'STOP',
	index: 0,
	...overrides,
});
const answer = (overrides: Record<string, unknown> = {}) => ({ candidates: [candidate()], ...overrides });
const saying = (value: unknown) =>
	answer({ candidates: [withText(typeof value === 'string' ? value : JSON.stringify(value))] });
const read = (value: unknown, ids = ['a']) => readGeminiAnswer(value, ids, DEFAULT_DEPARTMENTS);

/** The message of the error for the whole answer. */
function expectUnreadable(value: unknown): string {
	return expectUnusable(thrownBy(() => read(value)));
}

/** The message of the error for the one ticket asked for. */
function expectNoVerdict(entry: unknown): string {
	const [outcome] = read(saying(typeof entry === 'string' ? `[${entry}]` : [entry]));
	return expectUnusable(outcome);
}

function expectUnusable(outcome: unknown): string {
	expect(outcome).toBeInstanceOf(TriageError);
	expect(outcome).toMatchObject({ code: 'unreadable', retryable: false });
	const { message } = outcome as TriageError;
	expect(message).toMatch(/^Gemini gave no usable answer: /u);
	return message;
}

test('a complete answer has a verdict', () => {
	expect(read(answer())).toEqual([verdict]);
});

test.each([
	['MAX_TOKENS'],
	['SAFETY'],
	['RECITATION'],
	['LANGUAGE'],
	['BLOCKLIST'],
	['PROHIBITED_CONTENT'],
	['SPII'],
	['MALFORMED_FUNCTION_CALL'],
	['MALFORMED_RESPONSE'],
	['OTHER'],
	['FINISH_REASON_UNSPECIFIED'],
	['IMAGE_SAFETY'],
	['UNEXPECTED_TOOL_CALL'],
	['TOO_MANY_TOOL_CALLS'],
	['CONTINUATION'],
	['SOME_REASON_OF_TOMORROW'],
])('an answer that ended with %s is not used, complete as it may look', (finishReason) => {
	expect(expectUnreadable(answer({ candidates: [candidate({ finishReason })] }))).toContain(`(${finishReason})`);
});

test.each([undefined, null, '', 'stop', 1, ['STOP'], 'STOP\nit was ana@example.com', 'X'.repeat(41)])(
	'nor one that ended with %p, and strange reasons are not repeated',
	(finishReason) => {
		expect(expectUnreadable(answer({ candidates: [candidate({ finishReason })] }))).toMatch(/stopped early$/u);
	},
);

test.each(['SAFETY', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'OTHER', 'JAILBREAK'])(
	'a prompt blocked for %s',
	(blockReason) => {
		expect(expectUnreadable({ promptFeedback: { blockReason } })).toMatch(
			new RegExp(`blocked the ticket \\(${blockReason}\\)`, 'u'),
		);
	},
);

test.each([
	[{}],
	[{ candidates: [] }],
	[{ candidates: null }],
	[{ candidates: {} }],
	[{ candidates: [null] }],
	[{ candidates: ['STOP'] }],
	[{ promptFeedback: { blockReason: 'because ana@example.com wrote it' } }],
])('an answer without candidate: %j', (value) => {
	expect(expectUnreadable(value)).toMatch(/blocked the ticket$/u);
});

test.each([undefined, null, 'text', 5, [], [answer()]])('%p is no answer', (value) => {
	expectUnreadable(value);
});

test.each([
	'',
	' ',
	'{',
	JSON.stringify([said]).slice(0, -1),
	'[{"id":"a","department":"IT","confidence":0.9',
	'null',
	'"IT"',
	'5',
	'IT',
	`${JSON.stringify([said])}${JSON.stringify([said])}`,
	`${JSON.stringify(said)}\n${JSON.stringify({ ...said, id: 'b' })}`,
	`It says [sic]: ${JSON.stringify([said])}`,
	`{Note} ${JSON.stringify([said])}`,
	`${JSON.stringify([said])} as in [1]`,
	'['.repeat(100_000),
])('%.60j is not the JSON asked for', (text) => {
	expect(expectUnreadable(saying(text))).toContain('not the JSON asked for');
});

test.each([
	['a fence', (json: string) => `\`\`\`json\n${json}\n\`\`\``],
	['a fence without a name', (json: string) => `\`\`\`\n${json}\n\`\`\``],
	['prose', (json: string) => `Here you are (as asked):\n${json}\nAnything else?`],
	['white space', (json: string) => `\ufeff \n${json}\r\n`],
])('%s around the JSON does not matter, be it an array or an object', (_, wrap) => {
	expect(read(saying(wrap(JSON.stringify([said]))))).toEqual([verdict]);
	expect(read(saying(wrap(JSON.stringify(said))))).toEqual([verdict]);
});

test.each([undefined, null, {}, { parts: null }, { parts: [] }, { parts: [null, 'x', 5, {}] }, { parts: 'x' }])(
	'content %j holds no answer',
	(content) => {
		expectUnreadable(answer({ candidates: [candidate({ content })] }));
	},
);

test('thoughts are passed over, and parts put together', () => {
	const text = JSON.stringify([said]);
	const wrong = JSON.stringify([{ ...said, department: 'HR' }]);
	const empty = [part(''), {}, null, part(text.slice(20))];
	const parts = [part(wrong, { thought: true }), part(text.slice(0, 20)), { inlineData: {} }, ...empty];
	expect(read(answer({ candidates: [candidate({ content: { parts } })] }))).toEqual([verdict]);
	expectUnreadable(answer({ candidates: [candidate({ content: { parts: [part(text, { thought: true })] } })] }));
});

test('only the first candidate counts', () => {
	expect(read(answer({ candidates: [candidate(), withText('[]')] }))).toEqual([verdict]);
	expectUnreadable(answer({ candidates: [candidate({ finishReason: 'SAFETY' }), candidate()] }));
});

describe('several tickets', () => {
	const departments = ['HR', 'IT', 'Legal'];
	const ids = ['a', 'b', 'c'];
	const entries = ids.map((id, i) => ({ ...said, id, department: departments[i] }));
	const named = (outcome: Said | TriageError): string =>
		outcome instanceof TriageError ? outcome.message.replace(/^.*: /u, '') : outcome.department;
	const readAll = (value: unknown): string[] => read(saying(value), ids).map(named);
	const MISSING = 'it did not answer for the ticket';
	const [a, b, c] = entries;

	test.each([[[a, b, c]], [[c, b, a]], [[b, c, a]]])('are told apart by their ids, in whatever order', (...all) => {
		expect(readAll(all.flat())).toEqual(departments);
	});

	test.each([
		['one left out', [c, a], ['HR', MISSING, 'Legal']],
		['one answered twice', [a, b, { ...b, department: 'HR' }, c], ['HR', 'it answered twice for the ticket', 'Legal']],
		['one answered twice the same', [b, a, b, c], ['HR', 'it answered twice for the ticket', 'Legal']],
		['an id nobody gave', [a, { ...b, id: 'd' }, c], ['HR', MISSING, 'Legal']],
		['one more than asked for', [a, b, c, { ...c, id: 'd' }], departments],
		['an id in another case', [a, b, { ...c, id: 'C' }], ['HR', 'IT', MISSING]],
		['an id with white space', [a, b, { ...c, id: ' c' }], ['HR', 'IT', MISSING]],
		['ids that are no texts', [a, { ...b, id: ['b'] }, { ...c, id: { c: 'c' } }], ['HR', MISSING, MISSING]],
		['entries that are none', [null, 'b', 5, [c], a], ['HR', MISSING, MISSING]],
		['an object in place of the array', b, [MISSING, 'IT', MISSING]],
		['the array in an object', { tickets: entries }, [MISSING, MISSING, MISSING]],
		['nothing', [], [MISSING, MISSING, MISSING]],
	])('%s', (_, value, outcomes) => {
		expect(readAll(value)).toEqual(outcomes);
	});

	test('a bad entry is its own ticket’s trouble', () => {
		expect(readAll([a, { ...b, department: 'Marketing' }, { ...c, confidence: 7 }])).toEqual([
			'HR',
			'it named a department that is not configured',
			'its confidence was not a number from 0 to 1',
		]);
	});

	test.each(PROTOTYPE_NAMES)('the id %s is one like any other', (id) => {
		expect(read(saying([said]), [id])).toEqual([expect.any(TriageError)]);
		expect(read(saying({}), [id])).toEqual([expect.any(TriageError)]);
		expect(read(saying([{ ...said, id }]), [id, 'a'])).toEqual([verdict, expect.any(TriageError)]);
	});

	test('a key __proto__ gives an entry nothing', () => {
		expectNoVerdict(`{"__proto__":${JSON.stringify(said)}}`);
		expectNoVerdict(`{"id":"a","__proto__":${JSON.stringify(said)}}`);
	});

	test.each([1, null, true])('an id %j in place of its text is none', (id) => {
		expect(read(saying([{ ...said, id }]), [String(id)])).toEqual([expect.any(TriageError)]);
	});
});

test.each(['Marketing', '', 'IT, HR', 'IT\u200b', null, 1, ['IT'], { name: 'IT' }, undefined, ...PROTOTYPE_NAMES])(
	'a department %j is outside the list and never guessed into it',
	(department) => {
		const message = expectNoVerdict({ ...said, department });
		expect(message).toContain('a department that is not configured');
		expect(message).not.toContain('Marketing');
	},
);

test.each([
	['it', 'IT'],
	[' FACILITIES ', 'Facilities'],
])('the department %j is spelled %s', (department, name) => {
	expect(read(saying([{ ...said, department }]))).toMatchObject([{ department: name }]);
});

test.each(['7', '"high"', '"0.9"', '"NaN"', 'null', 'true', '[0.9]', '{}', '-0.1', '1.0001', '1e999', '-1e999'])(
	'confidence %s is none',
	(confidence) => {
		const entry = `{"id":"a","department":"IT","confidence":${confidence},"reasoning":"r"}`;
		expect(expectNoVerdict(entry)).toMatch(/confidence was not a number from 0 to 1$/u);
	},
);

test('NaN is no JSON, and a missing confidence is none', () => {
	expectUnreadable(saying('[{"id":"a","department":"IT","confidence":NaN,"reasoning":"r"}]'));
	expect(expectNoVerdict({ id: 'a', department: 'IT', reasoning: 'r' })).toContain('confidence');
});

test.each([
	[0, 0],
	[1, 1],
	[0.123456, 0.1235],
])('confidence %d is read as %d', (confidence, rounded) => {
	expect(read(saying([{ ...said, confidence }]))).toMatchObject([{ confidence: rounded }]);
});

test.each([
	['x'.repeat(5000), 'x'.repeat(1000)],
	[`${'x'.repeat(999)}\u{1f600}`, 'x'.repeat(999)],
	[['x'], ''],
	[null, ''],
	[undefined, ''],
])('reasoning %.20j is a text with an end, or empty', (reasoning, text) => {
	expect(read(saying([{ ...said, reasoning }]))).toEqual([{ ...verdict, reasoning: text }]);
});
