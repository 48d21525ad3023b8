import fc from 'fast-check';
import { servicenow } from '../../core/connectors/servicenow';
import type { HttpRequest } from '../../core/http';
import { PRIORITIES, type Priority } from '../../core/ticket';
import { SERVICENOW_ACCOUNT, createServicenow } from '../../fake-targets/servicenow';
import { ticket as anyTicket } from '../helpers/arbitraries';
import { buildDecision, buildDelivery, buildMapping, thrownBy } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const { username, password, token } = SERVICENOW_ACCOUNT;
const mapping = buildMapping({
	system: 'servicenow',
	endpoint: 'http://localhost:9103',
	settings: { username, password },
});
const delivery = buildDelivery({ mapping });
const valid = servicenow.request(delivery)!;
const record = bodyOf(valid);
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const table = 'http://localhost:9103/api/now/table/incident';
const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: valid.headers });

const LOOKED_UP: Record<Priority, string> = { critical: '1', high: '2', medium: '3', low: '4' };

describe('a delivery', () => {
	it.each(PRIORITIES)('of priority %s is taken, found and commented', (effectivePriority) => {
		const desk = createServicenow();
		const own = { ...delivery, decision: buildDecision({ effectivePriority }) };
		const receipt = delivered(desk, servicenow, own);
		const page = encodeURIComponent(`incident.do?sys_id=${'1'.padStart(32, '0')}`);
		expect(receipt).toEqual({
			externalId: 'INC0010001',
			externalUrl: `http://localhost:9103/nav_to.do?uri=${page}`,
		});
		expect(lookedFor(desk, servicenow, own)).toEqual(receipt);
		const remark = servicenow.comment?.({ mapping, receipt, text: 'Moved to Facilities' }) ?? null;
		const response = ask(desk, remark);
		expect(response.status).toBe(200);
		expect(bodyOf(response)).toMatchObject({ result: { priority: LOOKED_UP[effectivePriority] } });
		const body = bodyOf(servicenow.request(own)!);
		expect(desk.tickets).toMatchObject([
			{ id: 'INC0010001', ticketId: delivery.ticketId, body, comments: ['Moved to Facilities'] },
		]);
	});

	it('is taken with nothing cut whatever a ticket says', () => {
		fc.assert(
			fc.property(anyTicket, fc.integer({ min: 1, max: 500 }), (some, times) => {
				const desk = createServicenow();
				const ticket = { ...some, title: some.title.repeat(times), description: some.description.repeat(times) };
				const own = { ...delivery, ticket };
				delivered(desk, servicenow, own);
				expect(desk.tickets[0]).toMatchObject({
					ticketId: delivery.ticketId,
					body: bodyOf(servicenow.request(own)!),
				});
			}),
		);
	});

	it('is another record each time, and each is found by its own key', () => {
		const desk = createServicenow();
		const again = { ...delivery, number: 2 };
		const ids = ['INC0010001', 'INC0010002'];
		expect([delivery, again].map((one) => delivered(desk, servicenow, one).externalId)).toEqual(ids);
		expect([delivery, again].map((one) => lookedFor(desk, servicenow, one)?.externalId)).toEqual(ids);
	});

	it('goes to a table that is there', () => {
		const desk = createServicenow({ tables: ['sc_task'] });
		const own = { ...delivery, mapping: { ...mapping, settings: { ...mapping.settings, table: 'sc_task' } } };
		expect(delivered(desk, servicenow, own).externalId).toBe('TASK0010001');
		expect(lookedFor(desk, servicenow, own)).toMatchObject({ externalId: 'TASK0010001' });
		expect(ask(desk, valid).status).toBe(400);
	});

	it('is taken for a token', () => {
		const own = { ...delivery, mapping: { ...mapping, settings: { token } } };
		expect(delivered(createServicenow(), servicenow, own).externalId).toBe('INC0010001');
	});
});

it.each([
	['the raw password', `Basic ${password}`],
	['another password', basic(`${username}:another`)],
	['another account', basic(`another:${password}`)],
	['another token', 'Bearer another'],
	['nothing', ''],
])('refuses %s', (_, authorization) => {
	const response = ask(createServicenow(), withHeaders(valid, { authorization }));
	expect(response.status).toBe(401);
	expect(servicenow.explanation(response)).toBe('User Not Authenticated: Required to provide Auth information');
});

it.each([
	['an unknown table', { url: table.replace('incident', 'tickets') }, 400, 'Invalid table tickets'],
	['another API', { url: 'http://localhost:9103/api/now/import/incident' }, 400, 'does not represent any resource'],
	['another method', { method: 'PUT' }, 405, 'Method not supported'],
	['no JSON', { body: '{"short_description"' }, 400, 'The payload is not valid JSON.'],
	['a list', { body: '[]' }, 400, 'The payload is not valid JSON.'],
	['a note on no record', { method: 'PATCH', url: `${table}/${'0'.repeat(32)}` }, 404, "Record doesn't exist"],
	['a look at no record', { method: 'GET', url: `${table}/${'0'.repeat(32)}` }, 404, "Record doesn't exist"],
] as const)('refuses %s', (_, change, status, words) => {
	const desk = createServicenow();
	const response = ask(desk, { ...valid, ...change });
	expect(response.status).toBe(status);
	expect(bodyOf(response)).toMatchObject({ status: 'failure', error: { message: expect.any(String) } });
	expect(servicenow.explanation(response)).toContain(words);
	expect(desk.tickets).toEqual([]);
});

it('has a page for people outside its API', () => {
	const response = ask(createServicenow(), get('http://localhost:9103/elsewhere/api/now/table/incident'));
	expect(response).toMatchObject({ status: 404, body: expect.stringMatching(/^<html>/u) });
});

it('refuses a form', () => {
	const headers = { 'content-type': 'application/x-www-form-urlencoded' };
	expect(ask(createServicenow(), withHeaders(valid, headers)).status).toBe(415);
});

it('cuts what is too long and leaves out what is no column, without a word', () => {
	const desk = createServicenow();
	const body = { ...record, short_description: 'x'.repeat(161), category: 5, assigned_to_team: 'IT', constructor: 1 };
	expect(ask(desk, withBody(valid, body)).status).toBe(201);
	expect(desk.tickets[0].body).toEqual({ ...record, short_description: 'x'.repeat(160), category: '5' });
});

describe('a question', () => {
	const desk = createServicenow();
	beforeAll(() => [1, 2, 3].forEach((number) => delivered(desk, servicenow, { ...delivery, number })));
	const numbers = (query: string): unknown[] =>
		(bodyOf(ask(desk, get(`${table}?${query}`))).result as { number: string }[]).map(({ number }) => number);

	it.each([
		['a column', `sysparm_query=correlation_id=${delivery.ticketId}-2`, ['INC0010002']],
		['two columns', `sysparm_query=impact=2%5Ecorrelation_id=${delivery.ticketId}-3`, ['INC0010003']],
		['what is nowhere', 'sysparm_query=correlation_id=TKT-1', []],
		['an unknown column, which says nothing', 'sysparm_query=ticket=1', ['INC0010001', 'INC0010002', 'INC0010003']],
		['no more than so many', 'sysparm_limit=1', ['INC0010001']],
	])('for %s', (_, query, expected) => expect(numbers(query)).toEqual(expected));

	it('of an instance without the column is no find', () => {
		const { search } = servicenow;
		const request = search!.request(delivery);
		const response = ask(desk, { ...request, url: request.url.replace('correlation_id%3D', 'ticket%3D') });
		const nobody = { ...delivery, ticketId: 'TKT-1' };
		expect(thrownBy(() => search!.found(response, nobody)).message).toContain('does not search by correlation_id');
	});

	it('for one record shows it', () => {
		const { work_notes: _, ...columns } = record;
		expect(bodyOf(ask(desk, get(`${table}/${'1'.padStart(32, '0')}`)))).toEqual({
			result: { ...columns, state: '1', priority: '3', number: 'INC0010001', sys_id: '1'.padStart(32, '0') },
		});
	});
});
