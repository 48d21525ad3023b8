import { TriageError } from '../../core/errors';
import type { HttpRequest, HttpResponse, Send } from '../../core/http';
import { route } from '../../core/route';
import { buildDelivery, buildMapping, buildResponse, PROTOTYPE_NAMES, rejectionOf } from '../helpers/tickets';

function answering(response: Partial<HttpResponse>): { send: Send; sent: HttpRequest[] } {
	const sent: HttpRequest[] = [];
	const send: Send = async (request) => {
		sent.push(request);
		return buildResponse(response);
	};
	return { send, sent };
}

test('the connector’s request is sent once, and its receipt is read', async () => {
	const { send, sent } = answering({ status: 201, body: '{"id":7}' });
	expect(await route(buildDelivery(), send)).toEqual({ externalId: '7', externalUrl: null });
	expect(sent).toHaveLength(1);
	expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://desk.example.com/tickets' });
});

test('what stays in the inbox is not sent', async () => {
	const { send, sent } = answering({});
	const delivery = buildDelivery({ mapping: buildMapping({ system: 'inbox' }) });
	expect(await route(delivery, send)).toEqual({ externalId: null, externalUrl: null });
	expect(sent).toEqual([]);
});

test.each([
	[302, 'rejected'],
	[400, 'rejected'],
	[401, 'auth'],
	[429, 'rate_limited'],
	[503, 'unavailable'],
])('an answer of %i is an error', async (status, code) => {
	const { send } = answering({ status, headers: { 'retry-after': '9' }, body: '{"message":"not today"}' });
	const error = await rejectionOf(route(buildDelivery(), send));
	expect(error).toMatchObject({ code, status, retryAfter: 9 });
	expect(error.message).toContain('http answered');
	expect(error.message).toContain('not today');
});

test.each([200, 201, 202, 204, 299])('an answer of %i is a yes', async (status) => {
	expect(await route(buildDelivery(), answering({ status }).send)).toEqual({ externalId: null, externalUrl: null });
});

test('no answer stays the error it is', async () => {
	const silence = new TriageError('unavailable', 'No answer', { retryable: true });
	expect(await rejectionOf(route(buildDelivery(), () => Promise.reject(silence)))).toBe(silence);
});

test.each(['', 'jirra', 'HTTP', ...PROTOTYPE_NAMES])('there is no connector for %j', async (system) => {
	const { send, sent } = answering({});
	const error = await rejectionOf(route(buildDelivery({ mapping: buildMapping({ system }) }), send));
	expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
	expect(error.message).toContain('inbox, http');
	expect(sent).toEqual([]);
});

test('until when to wait is reckoned from when the answer came, where there is a clock', async () => {
	let now = 0;
	const send: Send = async () => {
		now = Date.UTC(2026, 9, 21, 7, 28, 0);
		return buildResponse({ status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:29:00 GMT' } });
	};
	expect(await rejectionOf(route(buildDelivery(), send, () => now))).toMatchObject({ retryAfter: 60 });
	expect((await rejectionOf(route(buildDelivery(), send))).retryAfter).toBeUndefined();
});
