import fc from 'fast-check';
import { freshservice } from '../../core/connectors/freshservice';
import type { JsonRecord } from '../../core/json';
import { PRIORITIES } from '../../core/ticket';
import { FRESHSERVICE_KEY, createFreshservice } from '../../fake-targets/freshservice';
import { ticket as anyTicket } from '../helpers/arbitraries';
import { buildDecision, buildDelivery, buildMapping } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const settings = { api_key: FRESHSERVICE_KEY, requester_email: 'desk@example.com' };
const mapping = buildMapping({ system: 'freshservice', endpoint: 'http://localhost:9101', settings });
const delivery = buildDelivery({ mapping });
const valid = freshservice.request(delivery)!;
const ticket = bodyOf(valid);
const without = (field: string) => Object.fromEntries(Object.entries(ticket).filter(([name]) => name !== field));
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a delivery', () => {
	it.each(PRIORITIES)('of priority %s is taken, found and commented', (effectivePriority) => {
		const desk = createFreshservice();
		const own = { ...delivery, decision: buildDecision({ effectivePriority }) };
		const receipt = delivered(desk, freshservice, own);
		expect(receipt).toEqual({ externalId: '1', externalUrl: 'http://localhost:9101/a/tickets/1' });
		expect(lookedFor(desk, freshservice, own)).toEqual(receipt);
		const remark = freshservice.comment?.({ mapping, receipt, text: 'Moved to Facilities' }) ?? null;
		expect(ask(desk, remark).status).toBe(201);
		expect(desk.tickets).toMatchObject([
			{ id: '1', ticketId: delivery.ticketId, body: ticketOf(own), comments: ['Moved to Facilities'] },
		]);
	});

	it('is taken whatever a ticket says', () => {
		const desk = createFreshservice();
		fc.assert(
			fc.property(anyTicket, (some) => {
				const { externalId } = delivered(desk, freshservice, {
					...delivery,
					ticket: { ...some, title: `x${some.title}` },
				});
				const held = desk.tickets.at(-1);
				expect(held).toMatchObject({ id: externalId, ticketId: delivery.ticketId });
				expect(String((held?.body as JsonRecord).description)).not.toMatch(/<(?!br>)/u);
			}),
		);
	});

	it('is another ticket each time, and each is found by its own key', () => {
		const desk = createFreshservice();
		const again = { ...delivery, number: 2 };
		expect([delivery, again].map((one) => delivered(desk, freshservice, one).externalId)).toEqual(['1', '2']);
		expect([delivery, again].map((one) => lookedFor(desk, freshservice, one)?.externalId)).toEqual(['1', '2']);
	});

	it('is found once the index has it', () => {
		let nowMs = 1000;
		const desk = createFreshservice({ indexLagMs: 500, now: () => nowMs });
		delivered(desk, freshservice, delivery);
		nowMs = 1499;
		expect(lookedFor(desk, freshservice, delivery)).toBeNull();
		nowMs = 1500;
		expect(lookedFor(desk, freshservice, delivery)).toMatchObject({ externalId: '1' });
	});

	it('is found in its own workspace alone', () => {
		const desk = createFreshservice();
		const elsewhere = { ...delivery, mapping: { ...mapping, settings: { ...settings, workspace_id: 3 } } };
		delivered(desk, freshservice, elsewhere);
		expect(lookedFor(desk, freshservice, delivery)).toBeNull();
		expect(lookedFor(desk, freshservice, elsewhere)).toMatchObject({ externalId: '1' });
	});
});

function ticketOf(own: typeof delivery): object {
	return bodyOf(freshservice.request(own)!);
}

it.each([
	['the raw key', `Basic ${FRESHSERVICE_KEY}`],
	['the key alone, encoded', basic(FRESHSERVICE_KEY)],
	['a user and a password', basic('agent@example.com:secret')],
	['another key', basic('another:X')],
	['a bearer', `Bearer ${FRESHSERVICE_KEY}`],
	['nothing', ''],
])('refuses %s for the key', (_, authorization) => {
	const response = ask(createFreshservice(), withHeaders(valid, { authorization }));
	expect(response.status).toBe(401);
	expect(freshservice.explanation(response)).toBe('You have to be logged in to perform this action.');
});

const REFUSED: [string, unknown, object][] = [
	['a wrapped ticket', { ticket }, { field: 'ticket', code: 'invalid_field' }],
	['an unknown field', { ...ticket, assigned_to: 'IT' }, { field: 'assigned_to', code: 'invalid_field' }],
	['a name of every object', { ...ticket, constructor: 1 }, { field: 'constructor', code: 'invalid_field' }],
	['no subject', without('subject'), { field: 'subject', code: 'missing_field' }],
	['no description', without('description'), { field: 'description', code: 'missing_field' }],
	['no status', without('status'), { field: 'status', code: 'missing_field' }],
	['no priority', without('priority'), { field: 'priority', code: 'missing_field' }],
	['no requester', without('email'), { field: 'requester_id', code: 'missing_field' }],
	[
		'a telephone without a name',
		{ ...without('email'), phone: '+1 555 0100' },
		{ field: 'name', code: 'missing_field' },
	],
	['a blank subject', { ...ticket, subject: ' ' }, { field: 'subject', code: 'invalid_value' }],
	['a long subject', { ...ticket, subject: 'x'.repeat(256) }, { field: 'subject', code: 'invalid_value' }],
	['a subject that is a number', { ...ticket, subject: 5 }, { field: 'subject', code: 'datatype_mismatch' }],
	['a priority by name', { ...ticket, priority: 'high' }, { field: 'priority', code: 'datatype_mismatch' }],
	['a priority as text', { ...ticket, priority: '3' }, { field: 'priority', code: 'datatype_mismatch' }],
	['a priority of none', { ...ticket, priority: 5 }, { field: 'priority', code: 'invalid_value' }],
	['a status of none', { ...ticket, status: 1 }, { field: 'status', code: 'invalid_value' }],
	['a fraction', { ...ticket, group_id: 1.5 }, { field: 'group_id', code: 'datatype_mismatch' }],
	['a group of zero', { ...ticket, group_id: 0 }, { field: 'group_id', code: 'invalid_value' }],
	['a null', { ...ticket, category: null }, { field: 'category', code: 'datatype_mismatch' }],
	['an address that is none', { ...ticket, email: 'ana' }, { field: 'email', code: 'invalid_value' }],
	['tags in a text', { ...ticket, tags: 'a,b' }, { field: 'tags', code: 'datatype_mismatch' }],
	['a tag of 33 characters', { ...ticket, tags: ['x'.repeat(33)] }, { field: 'tags', code: 'invalid_value' }],
	['a tag that is a number', { ...ticket, tags: [1] }, { field: 'tags', code: 'invalid_value' }],
];

it.each(REFUSED)('refuses %s', (_, body, error) => {
	const desk = createFreshservice();
	const response = ask(desk, withBody(valid, body));
	expect(response.status).toBe(400);
	expect(bodyOf(response)).toEqual({ description: 'Validation failed', errors: [expect.objectContaining(error)] });
	expect(freshservice.explanation(response)).toMatch(/^Validation failed: \w+: .{10}/u);
	expect(desk.tickets).toEqual([]);
});

it('names all that is wrong at once', () => {
	const response = ask(createFreshservice(), withBody(valid, {}));
	const fields = (bodyOf(response).errors as { field: string }[]).map(({ field }) => field);
	expect(fields).toEqual(['subject', 'description', 'status', 'priority', 'requester_id']);
});

it.each([
	['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'message'],
	['no JSON', { body: '{"subject"' }, 400, 'invalid_json'],
	['a list', { body: '[]' }, 400, 'invalid_json'],
	['another method', { method: 'PUT' }, 405, 'POST'],
	['another path', { url: 'http://localhost:9101/api/v2/incidents' }, 404, ''],
	['a look at no ticket', { method: 'GET', url: 'http://localhost:9101/api/v2/tickets/1' }, 404, ''],
	['a note on no ticket', { url: 'http://localhost:9101/api/v2/tickets/1/notes' }, 404, ''],
] as const)('refuses %s', (_, change, status, words) => {
	const response = ask(createFreshservice(), {
		...valid,
		...change,
		headers: { ...valid.headers, ...headersIn(change) },
	});
	expect(response.status).toBe(status);
	expect(response.body).toContain(words);
});

function headersIn(change: object): Record<string, string> {
	return 'headers' in change ? (change.headers as Record<string, string>) : {};
}

it.each([
	['without quotation marks', "query=tag:'a'", 'query'],
	['on another field', 'query="priority:3"', 'query'],
	['that is too long', `query="tag:'${'x'.repeat(512)}'"`, 'query'],
	['with an unknown parameter', 'query="tag:\'a\'"&per_page=100', 'per_page'],
	['of nothing', '', 'query'],
])('refuses a filter %s', (_, query, field) => {
	const url = `http://localhost:9101/api/v2/tickets/filter?${query}`;
	const response = ask(createFreshservice(), { method: 'GET', url, headers: valid.headers });
	expect(response.status).toBe(400);
	expect(bodyOf(response).errors).toMatchObject([{ field }]);
});

it.each([
	['no body', {}, 'body', 'missing_field'],
	['a public field that is none', { body: 'a', public: false }, 'public', 'invalid_field'],
	['a text for a flag', { body: 'a', private: 'yes' }, 'private', 'datatype_mismatch'],
])('refuses a note with %s', (_, body, field, code) => {
	const desk = createFreshservice();
	const receipt = delivered(desk, freshservice, delivery);
	const request = freshservice.comment?.({ mapping, receipt, text: 'a' }) ?? null;
	const response = ask(desk, withBody(request, body));
	expect(response.status).toBe(400);
	expect(bodyOf(response).errors).toMatchObject([{ field, code }]);
	expect(desk.tickets[0].comments).toEqual([]);
});

it('shows a ticket', () => {
	const desk = createFreshservice({ now: () => 0 });
	delivered(desk, freshservice, delivery);
	const response = ask(desk, { method: 'GET', url: 'http://localhost:9101/api/v2/tickets/1', headers: valid.headers });
	expect(bodyOf(response)).toEqual({
		ticket: expect.objectContaining({ ...ticket, id: 1, created_at: '1970-01-01T00:00:00.000Z' }),
	});
});

describe('the list', () => {
	const desk = createFreshservice();
	const elsewhere = { ...delivery, mapping: { ...mapping, settings: { ...settings, workspace_id: 3 } } };
	const listed = (query: string) =>
		ask(desk, { method: 'GET', url: `http://localhost:9101/api/v2/tickets${query}`, headers: valid.headers });

	beforeAll(() => {
		[1, 2, 3].forEach((number) => delivered(desk, freshservice, { ...delivery, number }));
		delivered(desk, freshservice, elsewhere);
	});

	it.each([
		['', [3, 2, 1]],
		['?per_page=1', [3]],
		['?per_page=2&page=2', [1]],
		['?page=2', []],
		['?workspace_id=3', [4]],
	])('with "%s"', (query, ids) => {
		const { tickets } = bodyOf(listed(query)) as { tickets: { id: number }[] };
		expect(tickets.map(({ id }) => id)).toEqual(ids);
	});

	it.each([
		['?per_page=101', 'per_page', 'invalid_value', 'It should be a/an Positive Integer less than or equal to 100'],
		['?per_page=0', 'per_page', 'invalid_value', 'It should be a/an Positive Integer less than or equal to 100'],
		['?page=one', 'page', 'datatype_mismatch', 'Value set is of type String.It should be a/an Positive Integer'],
		['?limit=1', 'limit', 'invalid_field', 'Unexpected/invalid field in request'],
	])('is refused with %s', (query, field, code, message) => {
		const response = listed(query);
		expect(response.status).toBe(400);
		expect(bodyOf(response)).toEqual({ description: 'Validation failed', errors: [{ field, code, message }] });
	});
});
