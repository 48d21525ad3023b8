import type { HttpRequest, Signature } from '../../core/http';
import { http } from '../../core/connectors/http';
import * as n8n from '../../nodes/shared/sign';
import { createSend } from '../../service/send';
import * as service from '../../service/sign';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { buildDelivery, buildMapping, buildTicket } from '../helpers/tickets';
import { verifies } from '../helpers/webhook';

/** Of the reference libraries' own tests. */
const KNOWN = {
	secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
	id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
	seconds: 1614265330,
	body: '{"test": 2432232314}',
	signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const OTHER = `whsec_${Buffer.alloc(64, 251).toString('base64')}`;

describe.each([
	['the service', service],
	['n8n', n8n],
])('the headers of %s', (_, { headersOf }) => {
	const signatureHeaders = (body: string, signature: Signature, nowMs: number): Record<string, string> =>
		headersOf({ method: 'POST', url: '', headers: {}, body, signature }, nowMs);
	const signed = (body: string, secrets: string[], nowMs = 0) =>
		signatureHeaders(body, { id: 'triage-1', secrets }, nowMs);

	it.each([0, 1, 999])('are those of the reference libraries (%i ms into the second)', (ms) => {
		const { secret, id, seconds, body, signature } = KNOWN;
		expect(signatureHeaders(body, { id, secrets: [secret] }, seconds * 1000 + ms)).toEqual({
			'webhook-id': id,
			'webhook-timestamp': String(seconds),
			'webhook-signature': signature,
		});
	});

	it.each(['', '{}', '{"a":"é € 😀 \u2028"}', 'x'.repeat(100_000)])(
		'are verified by another computation (%#)',
		async (body) => {
			const headers = signed(body, [KNOWN.secret], 1_700_000_000_000);
			expect(await verifies(KNOWN.secret, headers, body)).toBe(true);
			expect(await verifies(OTHER, headers, body)).toBe(false);
			expect(await verifies(KNOWN.secret, headers, `${body} `)).toBe(false);
			expect(await verifies(KNOWN.secret, { ...headers, 'webhook-timestamp': '1700000001' }, body)).toBe(false);
			expect(await verifies(KNOWN.secret, { ...headers, 'webhook-id': 'triage-2' }, body)).toBe(false);
		},
	);

	it('hold a signature for each secret, in their order', async () => {
		const headers = signed('{}', [OTHER, KNOWN.secret]);
		const alone = [OTHER, KNOWN.secret].map((secret) => signed('{}', [secret])['webhook-signature']);
		expect(headers['webhook-signature']).toBe(alone.join(' '));
		expect(await verifies(OTHER, headers, '{}')).toBe(true);
		expect(await verifies(KNOWN.secret, headers, '{}')).toBe(true);
	});

	it('are added to what a request has, come before it, and are none where nothing is signed', () => {
		const request: HttpRequest = { method: 'POST', url: '', headers: { 'x-a': '1', 'webhook-id': 'mine' }, body: '{}' };
		const before = structuredClone(request);
		expect(headersOf(request, 0)).toEqual(request.headers);
		const signature = { id: 'triage-1', secrets: [OTHER] };
		expect(headersOf({ ...request, signature }, 5000)).toEqual({ 'x-a': '1', ...signed('{}', [OTHER], 5000) });
		expect(request).toEqual(before);
	});
});

describe('over the wire', () => {
	const outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 5000 });
	let target: LocalServer;

	beforeAll(async () => {
		target = await startLocalServer(() => ({ status: 202 }));
	});

	afterEach(() => {
		jest.restoreAllMocks();
		target.requests.length = 0;
	});

	afterAll(async () => {
		await target.close();
		await outgoing.close();
	});

	const request = (settings: Record<string, unknown>, headers: Record<string, string> = {}): HttpRequest => {
		const mapping = buildMapping({ endpoint: target.url, headers, settings });
		return http.request(buildDelivery({ mapping, ticket: buildTicket({ title: 'Drück „mich“ 😀' }) }))!;
	};

	it('a delivery is verified from what arrived, by any of its secrets', async () => {
		await outgoing.send(request({ signing_secret: `${KNOWN.secret} ${OTHER}`, body: ['{{title}}'] }));
		const [{ headers, body }] = target.requests;
		expect(body).toBe('["Drück „mich“ 😀"]');
		expect(headers['webhook-id']).toBe('triage-TKT-0123456789ABCDEF0123');
		expect(await verifies(KNOWN.secret, headers, body)).toBe(true);
		expect(await verifies(OTHER, headers, body)).toBe(true);
		expect(JSON.stringify(headers)).not.toContain('whsec_');
	});

	it('each attempt says its own time, and all of them the same id', async () => {
		const delivery = request({ signing_secret: OTHER });
		for (const seconds of [1_700_000_000, 1_700_000_300]) {
			jest.spyOn(Date, 'now').mockReturnValue(seconds * 1000 + 7);
			await outgoing.send(delivery);
		}
		const [first, second] = target.requests;
		expect(first.headers['webhook-timestamp']).toBe('1700000000');
		expect(second.headers['webhook-timestamp']).toBe('1700000300');
		expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
		expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
		for (const { headers, body } of target.requests) expect(await verifies(OTHER, headers, body)).toBe(true);
	});

	it('a header of the same name does not stand in for the signature', async () => {
		const signed = request({ signing_secret: OTHER });
		const forged = { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
		await outgoing.send({ ...signed, headers: { ...signed.headers, ...forged } });
		const [{ headers, body }] = target.requests;
		expect(headers['webhook-id']).toBe('triage-TKT-0123456789ABCDEF0123');
		expect(await verifies(OTHER, headers, body)).toBe(true);
	});

	it('without a secret nothing is added', async () => {
		await outgoing.send(request({}, { 'x-key': 'k' }));
		const names = Object.keys(target.requests[0].headers);
		expect(names).toContain('x-key');
		expect(names.filter((name) => name.startsWith('webhook-'))).toEqual(['webhook-id']);
	});
});
