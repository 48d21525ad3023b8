import fc from 'fast-check';
import { zendesk } from '../../core/connectors/zendesk';
import type { JsonRecord } from '../../core/json';
import { PRIORITIES } from '../../core/ticket';
import { ZENDESK_ACCOUNT, createZendesk } from '../../fake-targets/zendesk';
import { ticket as anyTicket } from '../helpers/arbitraries';
import { buildDecision, buildDelivery, buildMapping, buildTicket } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const { email, apiToken } = ZENDESK_ACCOUNT;
const settings = { email, api_token: apiToken };
const mapping = buildMapping({ system: 'zendesk', endpoint: 'http://localhost:9102', settings });
const delivery = buildDelivery({ mapping });
const valid = zendesk.request(delivery)!;
const ticket = bodyOf(valid).ticket as JsonRecord;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const lookup = ({ headers }: { headers: Record<string, string> }) => headers['x-idempotency-lookup'];

describe('a delivery', () => {
	it.each(PRIORITIES)('of priority %s is taken, found and commented', (effectivePriority) => {
		const desk = createZendesk();
		const own = { ...delivery, decision: buildDecision({ effectivePriority }) };
		const receipt = delivered(desk, zendesk, own);
		expect(receipt).toEqual({ externalId: '1', externalUrl: 'http://localhost:9102/agent/tickets/1' });
		expect(lookedFor(desk, zendesk, own)).toEqual(receipt);
		const remark = zendesk.comment?.({ mapping, receipt, text: 'Moved to Facilities' }) ?? null;
		expect(ask(desk, remark).status).toBe(200);
		const { ticket: body } = bodyOf(zendesk.request(own)!) as { ticket: JsonRecord };
		expect(desk.tickets).toEqual([{ id: '1', ticketId: delivery.ticketId, body, comments: ['Moved to Facilities'] }]);
	});

	it('is taken whatever a ticket says', () => {
		fc.assert(
			fc.property(anyTicket, (some) => {
				const desk = createZendesk();
				delivered(desk, zendesk, { ...delivery, ticket: some });
				expect(desk.tickets[0].ticketId).toBe(delivery.ticketId);
			}),
		);
	});

	it('is one ticket however often it comes, and another with another number', () => {
		const desk = createZendesk();
		const first = ask(desk, valid);
		const second = ask(desk, valid);
		expect([lookup(first), lookup(second)]).toEqual(['miss', 'hit']);
		expect({ ...second, headers: {} }).toEqual({ ...first, headers: {} });
		expect(delivered(desk, zendesk, { ...delivery, number: 2 }).externalId).toBe('2');
		expect(desk.tickets.map(({ ticketId }) => ticketId)).toEqual([delivery.ticketId, `${delivery.ticketId}-2`]);
	});

	it('is found by its own key alone', () => {
		const desk = createZendesk();
		delivered(desk, zendesk, { ...delivery, number: 2 });
		expect(lookedFor(desk, zendesk, delivery)).toBeNull();
	});
});

describe('a key', () => {
	it('refuses another body', () => {
		const desk = createZendesk();
		ask(desk, valid);
		const response = ask(desk, zendesk.request({ ...delivery, ticket: buildTicket({ title: 'Another' }) }));
		expect(response.status).toBe(400);
		expect(zendesk.explanation(response)).toBe("Request parameters don't match the given idempotency key");
		expect(desk.tickets).toHaveLength(1);
	});

	it('says nothing after two hours', () => {
		let nowMs = 0;
		const desk = createZendesk({ now: () => nowMs });
		const looked = [0, 7_199_999, 7_200_000].map((at) => {
			nowMs = at;
			return lookup(ask(desk, valid));
		});
		expect(looked).toEqual(['miss', 'hit', 'miss']);
		expect(desk.tickets).toHaveLength(2);
	});

	it('is not used up by what was refused', () => {
		const desk = createZendesk();
		expect(ask(desk, withBody(valid, { ticket: {} })).status).toBe(422);
		expect(ask(desk, valid).status).toBe(201);
	});

	it.each(['', 'x'.repeat(256)])('is refused for its length (%#)', (key) => {
		expect(ask(createZendesk(), withHeaders(valid, { 'idempotency-key': key })).status).toBe(400);
	});
});

it.each([
	['the token alone', basic(apiToken)],
	['the raw token', `Basic ${apiToken}`],
	['the address without /token', basic(`${email}:${apiToken}`)],
	['another token', basic(`${email}/token:another`)],
	['another address', basic(`bob@example.com/token:${apiToken}`)],
	['a bearer', `Bearer ${apiToken}`],
	['nothing', ''],
])('refuses %s', (_, authorization) => {
	const response = ask(createZendesk(), withHeaders(valid, { authorization }));
	expect(response.status).toBe(401);
	expect(zendesk.explanation(response)).toBe("Couldn't authenticate you");
});

const REFUSED: [string, unknown, number, string][] = [
	['a ticket that is not wrapped', ticket, 422, 'Description: cannot be blank'],
	['no comment', { ticket: { ...ticket, comment: undefined } }, 422, 'Description: cannot be blank'],
	['an empty comment', { ticket: { ...ticket, comment: { body: ' ' } } }, 422, 'Description: cannot be blank'],
	['a comment that is text', { ticket: { ...ticket, comment: 'text' } }, 400, 'for the comment attribute'],
	['a ticket that is text', { ticket: 'text' }, 400, 'for the ticket attribute'],
	['tags in a text', { ticket: { ...ticket, tags: 'a b' } }, 400, 'for the tags attribute'],
	['a group by name', { ticket: { ...ticket, group_id: 'IT' } }, 400, 'for the group_id attribute'],
	['a number for the subject', { ticket: { ...ticket, subject: 5 } }, 400, 'for the subject attribute'],
	['our priority', { ticket: { ...ticket, priority: 'critical' } }, 422, 'Priority: is not included'],
	['a status of none', { ticket: { ...ticket, status: 'done' } }, 422, 'Status: is not included'],
	['a type of none', { ticket: { ...ticket, type: 'bug' } }, 422, 'Type: is not included'],
	['a long subject', { ticket: { ...ticket, subject: 'x'.repeat(256) } }, 422, 'Subject: is too long'],
	['a nameless requester', { ticket: { ...ticket, requester: { email } } }, 422, 'Name: is too short'],
	[
		'an address that is none',
		{ ticket: { ...ticket, requester: { name: 'Ana', email: 'ana' } } },
		422,
		'Email: is not properly formatted',
	],
	['no JSON', '{"ticket"', 400, 'not valid JSON'],
	['a list', '[]', 400, 'not valid JSON'],
];

it.each(REFUSED)('refuses %s', (_, body, status, words) => {
	const desk = createZendesk();
	const response = ask(desk, withBody(valid, body));
	expect(response.status).toBe(status);
	expect(zendesk.explanation(response)).toContain(words);
	expect(desk.tickets).toEqual([]);
});

it('reads a form as no ticket', () => {
	const headers = { 'content-type': 'application/x-www-form-urlencoded' };
	expect(ask(createZendesk(), withHeaders(valid, headers)).status).toBe(422);
});

it('leaves out what it does not know', () => {
	expect(ask(createZendesk(), withBody(valid, { ticket: { ...ticket, assigned_to: 'IT' } })).status).toBe(201);
});

it.each([
	['POST', '/api/v2/incidents.json'],
	['DELETE', '/api/v2/tickets/1.json'],
	['GET', '/api/v2/tickets/1.json'],
	['PUT', '/api/v2/tickets/1.json'],
	['PUT', '/api/v2/tickets/0.json'],
] as const)('has nothing for %s %s', (method, path) => {
	const response = ask(createZendesk(), { ...valid, method, url: `http://localhost:9102${path}` });
	expect(response.status).toBe(404);
	expect(zendesk.explanation(response)).not.toBe('');
});

describe('a ticket that is there', () => {
	const url = 'http://localhost:9102/api/v2/tickets/1';
	const desk = createZendesk();
	beforeAll(() => void delivered(desk, zendesk, delivery));

	it('is shown', () => {
		const shown = bodyOf(ask(desk, { method: 'GET', url, headers: valid.headers }));
		const { comment, subject, external_id } = ticket as { comment: JsonRecord } & JsonRecord;
		expect(shown).toMatchObject({ ticket: { id: 1, subject, external_id, description: comment.body } });
	});

	it('takes changes', () => {
		const body = JSON.stringify({ ticket: { status: 'solved' } });
		expect(bodyOf(ask(desk, { method: 'PUT', url, headers: valid.headers, body }))).toMatchObject({
			ticket: { id: 1, status: 'solved', priority: 'normal' },
		});
		expect(desk.tickets[0].comments).toEqual([]);
	});

	it('takes no wrong changes', () => {
		const body = JSON.stringify({ ticket: { priority: 'critical', comment: { body: 'a' } } });
		expect(ask(desk, { method: 'PUT', url, headers: valid.headers, body }).status).toBe(422);
		expect(desk.tickets[0].comments).toEqual([]);
	});
});
