import '../helpers/n8n';
import { ExecuteContext } from 'n8n-core';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { HttpRequest } from '../../core/http';
import { createSend } from '../../nodes/shared/send';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { verifies } from '../helpers/webhook';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let target: LocalServer;

beforeAll(async () => {
	target = await startLocalServer(() => ({ status: 202, body: 'ok' }));
});

afterEach(() => {
	target.requests.length = 0;
});

afterAll(() => target.close());

/** n8n's own helpers, as a node has them. */
function execution(): IExecuteFunctions {
	const node = { id: '1', name: 'Route', type: 'routeTicket', typeVersion: 1, position: [0, 0], parameters: {} };
	const rest = [{}, 'manual', { resultData: { runData: {} } }, 0, [], {}, {}, []];
	return Reflect.construct(ExecuteContext, [{ expression: {} }, node, ...rest]) as IExecuteFunctions;
}

const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
	method: 'POST',
	url: `${target.url}/in`,
	headers: { 'content-type': 'application/json', 'x-key': 'k', 'webhook-id': 'mine' },
	body: JSON.stringify({ title: 'Drück „mich“ 😀', empty: null }),
	...more,
});

test('what n8n sends is what was signed, and says when', async () => {
	const earliest = Math.floor(Date.now() / 1000);
	const signature = { id: 'triage-TKT-1', secrets: [SECRET] };
	expect(await createSend(execution(), 'The target')(request({ signature }))).toMatchObject({
		status: 202,
		body: 'ok',
	});
	const [{ headers, body, path }] = target.requests;
	expect({ path, body }).toEqual({ path: '/in', body: request().body });
	expect(headers).toMatchObject({ 'x-key': 'k', 'webhook-id': 'triage-TKT-1' });
	expect(Number(headers['webhook-timestamp'])).toBeGreaterThanOrEqual(earliest);
	expect(Number(headers['webhook-timestamp'])).toBeLessThanOrEqual(Date.now() / 1000);
	expect(await verifies(SECRET, headers, body)).toBe(true);
	expect(JSON.stringify(target.requests)).not.toContain(SECRET);
});

test.each(['"text"', 'null', '[" "]', '{"a":1e400}'])('the body %s is sent to the byte', async (body) => {
	await createSend(execution(), 'The target')(request({ body, signature: { id: 'a', secrets: [SECRET] } }));
	expect(target.requests[0].body).toBe(body);
	expect(await verifies(SECRET, target.requests[0].headers, body)).toBe(true);
});

test('a request without signature goes out with its own headers', async () => {
	await createSend(execution(), 'The target')(request());
	expect(target.requests[0].headers['webhook-id']).toBe('mine');
	expect(target.requests[0].headers).not.toHaveProperty('webhook-signature');
});

test('n8n is given the signature, never the secret', async () => {
	const httpRequest = jest.fn().mockResolvedValue({ statusCode: 200, headers: {}, body: '' });
	const context = { helpers: { httpRequest } } as unknown as IExecuteFunctions;
	await createSend(context, 'The target')(request({ signature: { id: 'a', secrets: [SECRET] } }));
	const [[options]] = httpRequest.mock.calls as [Record<string, unknown>][];
	expect(options).toMatchObject({ method: 'POST', headers: { 'webhook-id': 'a' } });
	expect(JSON.stringify(options)).not.toContain('whsec_');
});
