import { inspect } from 'node:util';
import fc from 'fast-check';
import { jsonDepth } from '../../core/json';
import { parseTicket } from '../../core/parse';
import { codePoints, isVisible } from '../../core/text';
import { LIMITS, PRIORITIES, type Ticket } from '../../core/ticket';
import { hostileText } from '../helpers/arbitraries';
import { PROTOTYPE_NAMES } from '../helpers/tickets';

const anything = fc.anything({
	withDate: true,
	withMap: true,
	withSet: true,
	withNullPrototype: true,
	withObjectString: true,
	withTypedArray: true,
	key: fc.oneof(hostileText, fc.constantFrom(...PROTOTYPE_NAMES)),
});
const mode = fc.constantFrom('required' as const, 'optional' as const);

/** Often a ticket, often one with a flaw. */
const nearlyTicket = fc.record(
	{
		title: fc.oneof({ weight: 4, arbitrary: hostileText }, { weight: 1, arbitrary: anything }),
		description: fc.oneof({ weight: 4, arbitrary: hostileText }, { weight: 1, arbitrary: anything }),
		email: fc.oneof(
			{ weight: 4, arbitrary: fc.emailAddress() },
			{ weight: 1, arbitrary: hostileText },
			{ weight: 1, arbitrary: anything },
		),
		priority: fc.oneof(
			{ weight: 4, arbitrary: fc.constantFrom(...PRIORITIES, undefined) },
			{ weight: 1, arbitrary: anything },
		),
		source: fc.oneof({ weight: 4, arbitrary: fc.option(hostileText) }, { weight: 1, arbitrary: anything }),
		metadata: fc.oneof(fc.dictionary(hostileText, fc.jsonValue()), anything),
	},
	{ requiredKeys: ['title', 'description'] },
);

function expectValid(ticket: Ticket): void {
	for (const [text, limit] of [
		[ticket.title, LIMITS.title],
		[ticket.description, LIMITS.description],
	] as const) {
		expect(isVisible(text)).toBe(true);
		expect(codePoints(text)).toBeLessThanOrEqual(limit);
		expect(text).not.toContain('\0');
		expect(Buffer.from(text).toString()).toBe(text);
	}
	expect(ticket.title).not.toMatch(/[\r\n]/u);
	expect(ticket.email).toMatch(/^$|^[^\s@]+@[^\s@]+\.[^\s@]+$/u);
	expect(PRIORITIES).toContain(ticket.priority);
	expect(ticket.source === null || codePoints(ticket.source) <= LIMITS.source).toBe(true);
	expect(jsonDepth(ticket.metadata, 100)).toBeLessThanOrEqual(LIMITS.metadataDepth);
	expect(JSON.stringify(ticket.metadata).length).toBeLessThanOrEqual(LIMITS.metadataLength);
	expect(Object.keys(ticket).sort()).toEqual(['description', 'email', 'metadata', 'priority', 'source', 'title']);
}

test('anything at all is a valid ticket or a list of problems', () => {
	fc.assert(
		fc.property(anything, mode, (value, email) => {
			const parsed = parseTicket(value, { email });
			if ('ticket' in parsed) expectValid(parsed.ticket);
			else expect(parsed.problems.length).toBeGreaterThan(0);
		}),
	);
});

test('a ticket read is valid, and reading it again changes nothing', () => {
	let read = 0;
	fc.assert(
		fc.property(nearlyTicket, mode, (value, email) => {
			const parsed = parseTicket(value, { email });
			if ('problems' in parsed) return expect(parsed.problems.length).toBeGreaterThan(0);
			read += 1;
			expectValid(parsed.ticket);
			expect(parseTicket(parsed.ticket, { email })).toEqual({ ticket: parsed.ticket });
		}),
		{ numRuns: 500 },
	);
	expect(read).toBeGreaterThan(20);
});

test('each problem names a field and says what is wrong, once a field', () => {
	const fields = ['', 'title', 'description', 'email', 'priority', 'source', 'metadata'];
	fc.assert(
		fc.property(fc.oneof(anything, nearlyTicket), (value) => {
			const parsed = parseTicket(value, { email: 'required' });
			const named = 'problems' in parsed ? parsed.problems.map(({ field }) => field) : [];
			expect(fields).toEqual(expect.arrayContaining(named));
			expect(new Set(named).size).toBe(named.length);
		}),
	);
});

test('what was given is not changed', () => {
	fc.assert(
		fc.property(nearlyTicket, (value) => {
			const before = inspect(value, { depth: null });
			parseTicket(value, { email: 'required' });
			expect(inspect(value, { depth: null })).toBe(before);
		}),
	);
});
