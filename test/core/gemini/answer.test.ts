import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { geminiError, readGeminiAnswer } from '../../../core/gemini/answer';
import { TriageError } from '../../../core/errors';
import { buildResponse, PROTOTYPE_NAMES, thrownBy } from '../../helpers/tickets';

const said = { department: 'IT', confidence: 0.87, reasoning: 'A laptop is a device.' };
const part = (text: string, more: object = {}) => ({ text, ...more });
const candidate = (overrides: Record<string, unknown> = {}) => ({
	content: { role: 'model', parts: [part(JSON.stringify(said))] },
	finishReason: 'STOP',
	index: 0,
	...overrides,
});
const answer = (overrides: Record<string, unknown> = {}) => ({
	candidates: [candidate()],
	usageMetadata: { totalTokenCount: 9 },
	modelVersion: 'gemini-test-1',
	...overrides,
});
const saying = (value: unknown) =>
	answer({ candidates: [withText(typeof value === 'string' ? value : JSON.stringify(value))] });
const withText = (text: string) => candidate({ content: { role: 'model', parts: [part(text)] } });
const read = (value: unknown) => readGeminiAnswer(value, DEFAULT_DEPARTMENTS);

function expectUnreadable(value: unknown): string {
	const error = thrownBy(() => read(value));
	expect(error).toMatchObject({ code: 'unreadable', retryable: false });
	expect(error.message).toMatch(/^Gemini gave no usable answer: /u);
	return error.message;
}

test('a complete answer is a classification', () => {
	expect(read(answer())).toEqual({ ...said, classifier: 'gemini', model: 'gemini-test-1', alternatives: [] });
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

test.each([undefined, null, '', 'stop', 1, ['STOP'], 'STOP\nit was ana@example.com', 'x'.repeat(5000)])(
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
	JSON.stringify(said).slice(0, -1),
	'{"department":"IT","confidence":0.9',
	'[]',
	'null',
	'"IT"',
	'IT',
	`\`\`\`json\n${JSON.stringify(said)}\n\`\`\``,
	`${JSON.stringify(said)}${JSON.stringify(said)}`,
])('%j is not the JSON asked for', (text) => {
	expect(expectUnreadable(saying(text))).toContain('not the JSON asked for');
});

test.each([undefined, null, {}, { parts: null }, { parts: [] }, { parts: [null, 'x', 5, {}] }, { parts: 'x' }])(
	'content %j holds no answer',
	(content) => {
		expectUnreadable(answer({ candidates: [candidate({ content })] }));
	},
);

test('thoughts are passed over, and parts put together', () => {
	const text = JSON.stringify(said);
	const wrong = JSON.stringify({ ...said, department: 'HR' });
	const parts = [part(wrong, { thought: true }), part(text.slice(0, 20)), { inlineData: {} }, part(text.slice(20))];
	expect(read(answer({ candidates: [candidate({ content: { parts } })] })).department).toBe('IT');
	expectUnreadable(answer({ candidates: [candidate({ content: { parts: [part(text, { thought: true })] } })] }));
});

test('only the first candidate counts', () => {
	expect(read(answer({ candidates: [candidate(), withText('{}')] })).department).toBe('IT');
	expectUnreadable(answer({ candidates: [candidate({ finishReason: 'SAFETY' }), candidate()] }));
});

test.each(['Marketing', '', 'IT, HR', 'IT\u200b', null, 1, ['IT'], { name: 'IT' }, undefined, ...PROTOTYPE_NAMES])(
	'a department %j is outside the list and never guessed into it',
	(department) => {
		const message = expectUnreadable(saying({ ...said, department }));
		expect(message).toContain('a department that is not configured');
		expect(message).not.toContain('Marketing');
	},
);

test.each([
	['it', 'IT'],
	[' FACILITIES ', 'Facilities'],
])('the department %j is spelled %s', (department, name) => {
	expect(read(saying({ ...said, department })).department).toBe(name);
});

test.each(['7', '"high"', 'NaN', '"0.9"', 'null', 'true', '[0.9]', '{}', '-0.1', '1.0001', '1e999', '-1e999'])(
	'confidence %s is none',
	(confidence) => {
		expectUnreadable(saying(`{"department":"IT","confidence":${confidence},"reasoning":"r"}`));
	},
);

test('a missing confidence is none', () => {
	expectUnreadable(saying({ department: 'IT', reasoning: 'r' }));
});

test.each([
	[0, 0],
	[1, 1],
	[0.123456, 0.1235],
])('confidence %d is read as %d', (confidence, rounded) => {
	expect(read(saying({ ...said, confidence })).confidence).toBe(rounded);
});

test('reasoning is a text with an end, or empty', () => {
	expect(read(saying({ ...said, reasoning: 'x'.repeat(5000) })).reasoning).toHaveLength(1000);
	expect(read(saying({ ...said, reasoning: ['x'] })).reasoning).toBe('');
	expect(read(saying({ department: 'IT', confidence: 1 })).reasoning).toBe('');
});

test.each([undefined, null, 5])('a model version %p is unknown', (modelVersion) => {
	expect(read(answer({ modelVersion })).model).toBe('unknown');
});

test('whatever comes, the result is within the departments or a TriageError', () => {
	const names = DEFAULT_DEPARTMENTS.map(({ name }) => name);
	const replies = fc.oneof(
		fc.anything(),
		fc.record({ department: fc.constantFrom('IT', 'x'), confidence: fc.anything() }).map(saying),
		fc.anything().map((content) => answer({ candidates: [candidate({ content })] })),
	);
	fc.assert(
		fc.property(replies, (reply) => {
			let outcome: unknown;
			try {
				outcome = read(reply);
			} catch (error) {
				outcome = error;
			}
			if (outcome instanceof TriageError) return expect(outcome.code).toBe('unreadable');
			expect(names).toContain((outcome as typeof said).department);
			expect((outcome as typeof said).confidence).toBeGreaterThanOrEqual(0);
			expect((outcome as typeof said).confidence).toBeLessThanOrEqual(1);
		}),
		{ numRuns: 300 },
	);
});

describe('a refusing status', () => {
	const refused = (status: number, body: string) => geminiError(buildResponse({ status, body }));

	test.each([
		[400, 'INVALID_ARGUMENT', 'rejected', false],
		[403, 'PERMISSION_DENIED', 'auth', false],
		[404, 'NOT_FOUND', 'not_found', false],
		[429, 'RESOURCE_EXHAUSTED', 'rate_limited', true],
		[500, 'INTERNAL', 'unavailable', true],
		[503, 'UNAVAILABLE', 'unavailable', true],
	])('%i %s means %s', (code, status, meaning, retryable) => {
		const error = refused(code, JSON.stringify({ error: { code, status, message: 'key AIza-s3cret, ticket text' } }));
		expect(error).toMatchObject({ code: meaning, retryable, status: code });
		expect(error.message).toContain(`Gemini answered ${code} (${status})`);
		expect(error.message).not.toMatch(/s3cret|ticket text/u);
	});

	test.each([
		'',
		'upstream error',
		'{}',
		'{"error":"x"}',
		'{"error":{"status":5}}',
		'{"error":{"status":"for ana@example.com"}}',
		'[]',
	])('with the body %j says its number alone', (body) => {
		expect(refused(502, body).message).toBe('Gemini answered 502: it is out of order: try again later');
	});

	test('a wrong key comes as 400, told by the reason in its details, and is a matter of credentials', () => {
		const body = (reason: unknown): string =>
			JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', details: [null, 'x', { reason }] } });
		const error = refused(400, body('API_KEY_INVALID'));
		expect(error).toMatchObject({ code: 'auth', retryable: false, status: 400 });
		expect(error.message).toContain('key');
		expect(refused(400, body('SOMETHING_ELSE')).code).toBe('rejected');
		expect(refused(400, body(['API_KEY_INVALID'])).code).toBe('rejected');
	});

	test('the wait that a header asks for is kept', () => {
		const response = buildResponse({ status: 429, headers: { 'retry-after': '37' } });
		expect(geminiError(response).retryAfter).toBe(37);
	});
});
