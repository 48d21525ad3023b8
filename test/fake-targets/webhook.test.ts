import fc from 'fast-check';
import { http } from '../../core/connectors/http';
import type { HttpRequest } from '../../core/http';
import { WEBHOOK_PATH, WEBHOOK_SECRET, createWebhook } from '../../fake-targets/webhook';
import { headersOf } from '../../service/sign';
import { ticket as anyTicket } from '../helpers/arbitraries';
import { buildDelivery, buildMapping } from '../helpers/tickets';
import { ask, bodyOf, withBody, withHeaders } from './ask';

const NOW = 1_700_000_000_000;
const mapping = buildMapping({
	endpoint: `http://localhost:9106${WEBHOOK_PATH}`,
	settings: { signing_secret: WEBHOOK_SECRET },
});
const delivery = buildDelivery({ mapping });
const valid = http.request(delivery)!;
const signed: HttpRequest = { ...valid, headers: headersOf(valid, NOW), signature: undefined };
const createSigned = () => createWebhook({ now: () => NOW });

describe('a signed delivery', () => {
	it('is taken, and named in the answer', () => {
		const receiver = createSigned();
		const response = ask(receiver, valid, NOW);
		expect(response.status).toBe(201);
		expect(http.receipt(response, delivery)).toEqual({ externalId: 'REQ-1', externalUrl: null });
		expect(receiver.tickets).toEqual([{ id: 'REQ-1', ticketId: delivery.ticketId, body: bodyOf(valid), comments: [] }]);
	});

	it('is one ticket however often it comes, signed anew each time', () => {
		const receiver = createSigned();
		const answers = [0, 1000, 2000].map((later) => ask(receiver, valid, NOW + later));
		expect(answers.map(({ status }) => status)).toEqual([201, 200, 200]);
		expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['{"id":"REQ-1"}']));
		expect([receiver.tickets.length, receiver.repeats]).toEqual([1, 2]);
	});

	it('is another ticket with another number', () => {
		const receiver = createSigned();
		for (const number of [1, 2]) ask(receiver, http.request({ ...delivery, number }), NOW);
		const { ticketId } = delivery;
		expect(receiver.tickets.map((held) => held.ticketId)).toEqual([ticketId, `${ticketId}-2`]);
		expect(receiver.repeats).toBe(0);
	});

	it('is taken whatever a ticket says', () => {
		fc.assert(
			fc.property(anyTicket, (ticket) => {
				const receiver = createSigned();
				expect(ask(receiver, http.request({ ...delivery, ticket }), NOW).status).toBe(201);
			}),
		);
	});

	it.each(['PUT', 'PATCH'])('may be a %s', (method) => {
		const request = http.request({ ...delivery, mapping: { ...mapping, method } });
		expect(ask(createSigned(), request, NOW).status).toBe(201);
	});

	it('is taken while secrets are being changed', () => {
		const other = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
		const settings = { signing_secret: `${other} ${WEBHOOK_SECRET}` };
		const request = http.request({ ...delivery, mapping: { ...mapping, settings } });
		expect(ask(createSigned(), request, NOW).status).toBe(201);
	});
});

const header = (name: string, value: string) => withHeaders(signed, { [`webhook-${name}`]: value });
const signature = signed.headers['webhook-signature'];

const REFUSED: [string, HttpRequest, number, string][] = [
	['no signature', header('signature', ''), 400, 'Missing required headers'],
	['no id', header('id', ''), 400, 'Missing required headers'],
	['no time', header('timestamp', ''), 400, 'Missing required headers'],
	['a time that is none', header('timestamp', '2026-11-22'), 400, 'Invalid signature headers'],
	['a body that was written anew', withBody(signed, `${signed.body} `), 401, 'No matching signature found'],
	['another id', header('id', 'triage-TKT-1'), 401, 'No matching signature found'],
	['another time', header('timestamp', String(NOW / 1000 + 1)), 401, 'No matching signature found'],
	['another version', header('signature', signature.replace('v1,', 'v1a,')), 401, 'No matching signature found'],
	['a bare signature', header('signature', signature.replace('v1,', '')), 401, 'No matching signature found'],
	['a short signature', header('signature', 'v1,AAAA'), 401, 'No matching signature found'],
	[
		'another secret',
		{ ...valid, signature: { id: 'a', secrets: [`whsec_${Buffer.alloc(24).toString('base64')}`] } },
		401,
		'No matching signature found',
	],
];

it.each(REFUSED)('refuses %s', (_, request, status, message) => {
	const receiver = createSigned();
	const response = ask(receiver, request, NOW);
	expect(response.status).toBe(status);
	expect(http.explanation(response)).toBe(message);
	expect(receiver.tickets).toEqual([]);
});

it.each([
	[-301, 401],
	[-300, 201],
	[300, 201],
	[301, 401],
])('of a message that is %d s away says %d', (seconds, status) => {
	expect(ask(createSigned(), valid, NOW + seconds * 1000).status).toBe(status);
});

it('holds to the published example', () => {
	const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
	const receiver = createWebhook({ secret, now: () => 1_614_265_330_000 });
	const headers = {
		'content-type': 'application/json',
		'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
		'webhook-timestamp': '1614265330',
		'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
	};
	const request: HttpRequest = { method: 'POST', url: valid.url, headers, body: '{"test": 2432232314}' };
	expect(ask(receiver, request).status).toBe(201);
	expect(ask(receiver, { ...request, body: '{"test":2432232314}' }).status).toBe(401);
});

it.each([
	['another path', { url: 'http://localhost:9106/other' }, 404],
	['a question', { method: 'GET' }, 405],
	['no JSON', { body: '{"ticket_id"' }, 400],
] as const)('refuses %s, signed or not', (_, change, status) => {
	const receiver = createWebhook({ secret: null });
	expect(ask(receiver, { ...signed, ...change }).status).toBe(status);
	expect(receiver.tickets).toEqual([]);
});

it('refuses a form', () => {
	const headers = { 'content-type': 'application/x-www-form-urlencoded' };
	expect(ask(createSigned(), withHeaders(signed, headers)).status).toBe(415);
});

describe('without a secret', () => {
	const unsigned = buildMapping({ endpoint: mapping.endpoint });

	it('takes what is not signed, and knows it by its id', () => {
		const receiver = createWebhook({ secret: null });
		const request = http.request({ ...delivery, mapping: unsigned });
		expect([ask(receiver, request), ask(receiver, request)].map(({ status }) => status)).toEqual([201, 200]);
		expect([receiver.tickets.length, receiver.repeats]).toEqual([1, 1]);
	});

	it('takes each message without an id for a new one', () => {
		const receiver = createWebhook({ secret: null });
		const body = JSON.stringify({ ticket_id: 'TKT-1' });
		const request: HttpRequest = {
			...{ method: 'POST', url: valid.url, body },
			headers: { 'content-type': 'application/json' },
		};
		for (const one of [request, request, withBody(request, [])]) expect(ask(receiver, one).status).toBe(201);
		expect(receiver.tickets.map(({ ticketId }) => ticketId)).toEqual(['TKT-1', 'TKT-1', '']);
	});
});
