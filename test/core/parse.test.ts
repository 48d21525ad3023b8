import { emailProblem, EMAIL, parseTicket, textProblem, type Problem } from '../../core/parse';
import type { Ticket } from '../../core/ticket';
import { buildTicket } from '../helpers/tickets';

const body = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
	title: 'Printer is jammed',
	description: 'It pulls two sheets.',
	email: 'ana@example.com',
	...overrides,
});

function accepted(value: unknown, email: 'required' | 'optional' = 'required'): Ticket {
	const parsed = parseTicket(value, { email });
	if ('ticket' in parsed) return parsed.ticket;
	throw new Error(`refused: ${JSON.stringify(parsed.problems)}`);
}

function problems(value: unknown, email: 'required' | 'optional' = 'required'): Problem[] {
	const parsed = parseTicket(value, { email });
	return 'problems' in parsed ? parsed.problems : [];
}

describe('a ticket', () => {
	test('gets its defaults', () => {
		expect(accepted(body())).toEqual({ ...body(), priority: 'medium', source: null, metadata: {} });
	});

	test('keeps all that was given, and nothing that is not asked for', () => {
		const ticket = buildTicket({ priority: 'critical', source: 'mail', metadata: { a: [1, { b: null }] } });
		expect(accepted({ ...ticket, status: 'routed', department: 'HR' })).toEqual(ticket);
	});

	test('null stands for a missing optional field', () => {
		expect(accepted(body({ priority: null, source: null, metadata: null }))).toEqual(accepted(body()));
	});

	test('text is cleaned, the title to one line', () => {
		const ticket = accepted(body({ title: ' a\r\nb\0 ', description: '\n1\n2\ud800\n', source: ' web\nform ' }));
		expect(ticket).toMatchObject({ title: 'a b\ufffd', description: '1\n2\ufffd', source: 'web form' });
	});

	test('keys of the prototype in metadata are data', () => {
		const metadata: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
		expect(JSON.stringify(accepted(body({ metadata })).metadata)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});
});

describe('what is no ticket', () => {
	test.each([undefined, null, 0, 'title', true, [], [body()], () => body()])('%p', (value) => {
		expect(problems(value)).toEqual([{ field: '', message: 'must be an object with title and description' }]);
	});

	test('has every problem told at once', () => {
		const all = problems({ title: 1, description: ' ', email: 'ana', priority: 'urgent', source: 5, metadata: [] });
		expect(all.map(({ field }) => field)).toEqual(['title', 'description', 'email', 'priority', 'source', 'metadata']);
	});

	test.each([
		['title', undefined, 'is required'],
		['title', null, 'must be a text'],
		['title', ['a'], 'must be a text'],
		['title', '\u200b \0', 'must not be empty'],
		['title', 'x'.repeat(201), 'must have at most 200 characters, has 201'],
		['description', undefined, 'is required'],
		['description', '\ud800', 'must not be empty'],
		['description', '\u{1f600}'.repeat(5001), 'must have at most 5000 characters, has 5001'],
		['email', undefined, 'is required'],
		['email', '', 'must be an e-mail address such as ana@example.com'],
		['email', `${'a'.repeat(250)}@b.co`, 'must have at most 254 characters'],
		['priority', 'urgent', 'must be one of low, medium, high, critical'],
		['priority', 'HIGH', 'must be one of low, medium, high, critical'],
		['priority', ['high'], 'must be one of low, medium, high, critical'],
		['priority', '__proto__', 'must be one of low, medium, high, critical'],
		['source', {}, 'must be a text'],
		['source', 'x'.repeat(101), 'must have at most 100 characters'],
		['metadata', 'a', 'must be an object'],
		['metadata', [], 'must be an object'],
		['metadata', { a: 'x'.repeat(20_000) }, 'must have at most 20000 characters as JSON'],
		['metadata', nest(10), 'must not be nested deeper than 10 levels'],
		['metadata', nest(50_000), 'must not be nested deeper than 10 levels'],
	])('%s %p %s', (field, value, message) => {
		expect(problems(body({ [field]: value }))).toEqual([{ field, message }]);
	});

	test('problems do not quote what was sent', () => {
		const secret = 'hunter2-hunter2';
		const all = problems({
			title: { secret },
			description: [secret],
			email: secret,
			priority: secret,
			source: [secret],
		});
		expect(all).toHaveLength(5);
		expect(JSON.stringify(all)).not.toContain(secret);
	});
});

/** An object with `levels` more objects inside. */
function nest(levels: number): unknown {
	let value: unknown = {};
	for (let i = 0; i < levels; i += 1) value = { a: value };
	return value;
}

describe('limits are reached before they are passed', () => {
	test.each([
		['title', 'x'.repeat(200)],
		['title', '\u{1f600}'.repeat(200)],
		['description', 'x'.repeat(5000)],
		['description', '\u{1f600}'.repeat(5000)],
		['source', '\u{1f600}'.repeat(100)],
		['email', `${'a'.repeat(249)}@b.co`],
	])('%s', (field, value) => {
		expect(accepted(body({ [field]: value }))).toMatchObject({ [field]: value });
	});

	test('metadata', () => {
		const metadata = { a: 'x'.repeat(20_000 - '{"a":""}'.length) };
		expect(JSON.stringify(metadata)).toHaveLength(20_000);
		expect(accepted(body({ metadata })).metadata).toEqual(metadata);
		expect(problems(body({ metadata: nest(9) }))).toEqual([]);
	});

	test('space around does not count', () => {
		expect(textProblem(3)('abc')).toBeNull();
		expect(accepted(body({ title: `${' '.repeat(300)}a` })).title).toBe('a');
	});
});

describe('e-mail', () => {
	test.each([
		'ana@example.com',
		'a+b.c_d-e@sub.example.co.uk',
		'o!#$%&*+-/=?^_`{|}~@example.com',
		'ana@müller.de',
		"sean.o'neil@example.com",
		'用户@例子.公司',
		'1@2.3',
		'ana@xn--mller-kva.de',
	])('%s is one', (email) => {
		expect(emailProblem(email)).toBeNull();
	});

	test.each([
		'ana',
		"'ana@example.com",
		"'ana@example.com'",
		'@example.com',
		'ana@',
		'ana@example',
		'ana@example.',
		'ana@.com',
		'ana@exa..mple.com',
		'ana@-example.com',
		'ana@example-.com',
		'ana@@example.com',
		'ana@b@example.com',
		'ana b@example.com',
		'Ana <ana@example.com>',
		'ana@example.com, bob@example.com',
		'ana@example.com\nbcc:bob@example.com',
		'ana@exam_ple.com',
		'"ana"@example.com',
		'ana@example.com?subject=x',
		'ana@[127.0.0.1]',
		'ana@example.com/../',
		'javascript:alert(1)@example.com',
	])('%j is none', (email) => {
		expect(emailProblem(email)).toMatch(/^must be an e-mail address/u);
	});

	test('space around is dropped', () => {
		expect(accepted(body({ email: ' ana@example.com\n' })).email).toBe('ana@example.com');
	});

	test.each([undefined, null, '', ' \n'])('%p is none given, where it may be missing', (email) => {
		expect(accepted(body({ email }), 'optional').email).toBe('');
	});

	test.each(['ana', 5, {}])('%p is a problem even where it may be missing', (email) => {
		expect(problems(body({ email }), 'optional').map(({ field }) => field)).toEqual(['email']);
	});

	test.each([
		`a@${'a'.repeat(5000)}`,
		`a@${'a-'.repeat(2500)}`,
		`a@${'a.'.repeat(2500)}`,
		`a@${'-'.repeat(5000)}.`,
		`a@${'a-'.repeat(2499)}a.`,
		'a'.repeat(5000),
		'@'.repeat(5000),
		`${'a@'.repeat(2500)}`,
	])('the pattern comes to an end on long text that nearly fits (%#)', (text) => {
		expect(EMAIL.test(text)).toBe(false);
	});
});
