import { deriveTicketId, readTicketRow } from '../../../service/cli/ticket-row';
import { TICKET } from '../../helpers/triage-cli';

const read = (value: unknown, email: string | null = null, line = 1) => readTicketRow({ line, end: 0, value }, email);

test('a row becomes a ticket by the rules of the API', () => {
	expect(read({ ...TICKET, id: 7, department: 'IT', language: 'en' })).toEqual({
		line: 1,
		ticket: { ...TICKET, priority: 'medium', source: null, metadata: {} },
		ticketId: expect.stringMatching(/^TKT-[0-9A-F]{24}$/),
	});
});

test('every problem of a row is named', () => {
	expect(read({ description: '', priority: 'P1', metadata: 'k=1' })).toEqual({
		line: 1,
		problems: [
			{ field: 'title', message: 'is required' },
			{ field: 'description', message: 'must not be empty' },
			{ field: 'email', message: 'is required' },
			{ field: 'priority', message: 'must be one of low, medium, high, critical' },
			{ field: 'metadata', message: 'must be an object' },
		],
	});
	expect(read([TICKET])).toMatchObject({ problems: [{ field: '' }] });
	expect(read(null)).toMatchObject({ problems: [{ field: '' }] });
});

test.each([{}, { email: '  ' }, { email: null }])('an address fills in for %j', (given) => {
	expect(read({ title: 'a', description: 'b', ...given }, 'desk@example.com')).toMatchObject({
		ticket: { email: 'desk@example.com' },
	});
});

test('an address of its own stays, be it wrong', () => {
	expect(read(TICKET, 'desk@example.com')).toMatchObject({ ticket: { email: TICKET.email } });
	expect(read({ ...TICKET, email: 'nobody' }, 'desk@example.com')).toMatchObject({ problems: [{ field: 'email' }] });
	expect(read({ ...TICKET, email: 5 }, 'desk@example.com')).toMatchObject({ problems: [{ field: 'email' }] });
});

test('the id is made of the line and the content, whatever the order of the fields', () => {
	const id = (value: unknown, line = 1, email: string | null = null): unknown =>
		(read(value, email, line) as unknown as { ticketId: string }).ticketId;
	const metadata = { a: 1, b: { c: 2, d: 3 } };
	const same = id({ ...TICKET, metadata });
	expect(id({ metadata: { b: { d: 3, c: 2 }, a: 1 }, ...TICKET, other: 1 })).toBe(same);
	expect(id({ ...TICKET, metadata }, 2)).not.toBe(same);
	expect(id({ ...TICKET, metadata: { ...metadata, a: 2 } })).not.toBe(same);
	expect(id({ title: 'a', description: 'b' }, 1, 'x@example.com')).toBe(
		id({ title: 'a', description: 'b' }, 1, 'y@example.com'),
	);
});

test('ids of earlier versions stay what they are', () => {
	const ticket = { ...TICKET, priority: 'medium' as const, source: null, metadata: {} };
	expect(deriveTicketId(1, ticket)).toBe('TKT-EC42037D82C60EA70A80E83C');
});
