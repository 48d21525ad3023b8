import fc from 'fast-check';
import { inspect } from 'node:util';
import { describeError } from '../../service/logger';
import type { Lookup } from '../../service/outgoing/guard';
import { createSend } from '../../service/send';
import { answering, answerText, FAULTS, startFaultyServer } from '../helpers/faulty-server';
import { startLocalServer } from '../helpers/local-server';
import { rejectionOf } from '../helpers/tickets';

const outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 1000 });
afterAll(() => outgoing.close());

const post = (url: string, headers: Record<string, string> = {}) =>
	outgoing.send({ method: 'POST', url, headers, body: '{}' });

it.each([
	...['http://[::1', 'desk', 'http://', 'https://user:pass@desk.example/', 'https://user@desk.example/'],
	...[
		'ftp://desk.example/',
		'file:///etc/passwd',
		'mailto:ana@example.com',
		'data:text/plain,x',
		'unix:/run/desk.sock',
	],
])('the endpoint %p is the mapping’s fault, and not tried again', async (url) => {
	const error = await rejectionOf(post(url));
	expect(error).toMatchObject({ code: 'misconfigured', retryable: false, inDoubt: false });
	expect(error.message).not.toContain('user:pass');
});

it.each<Record<string, string>>([
	{ 'x-a': 'line\nbreak' },
	{ 'bad name': 'x' },
	{ 'x-a': 'smile 😀' },
	{ expect: '100-continue' },
	{ 'content-length': '1000' },
	{ 'transfer-encoding': 'chunked' },
])('the headers %p are the mapping’s fault, and not tried again', async (headers) => {
	const target = await startLocalServer(() => ({}));
	expect(await rejectionOf(post(target.url, headers))).toMatchObject({
		code: 'misconfigured',
		retryable: false,
		inDoubt: false,
	});
	expect(target.requests).toEqual([]);
	await target.close();
});

it('a target that is not there may be there later', async () => {
	expect(await rejectionOf(post('http://127.0.0.1:1/'))).toMatchObject({ code: 'unavailable', retryable: true });
});

it('sends method, path, query, headers and body as they are, and no fragment', async () => {
	const target = await startLocalServer(() => ({ status: 201, headers: { 'X-Request-Id': '7' }, body: 'made' }));
	const request = { method: 'PUT', url: `${target.url}/a%20b/ü?q=1&q=2#x`, headers: { 'X-Key': 'k' }, body: 'Grüße' };
	expect(await outgoing.send({ ...request, method: 'PUT' })).toMatchObject({
		status: 201,
		headers: { 'x-request-id': '7' },
		body: 'made',
	});
	expect(target.requests).toMatchObject([
		{ method: 'PUT', path: '/a%20b/%C3%BC?q=1&q=2', headers: { 'x-key': 'k' }, body: 'Grüße' },
	]);
	await target.close();
});

describe('names', () => {
	const found = (address: string): Parameters<Parameters<Lookup>[2]> => [null, [{ address, family: 4 }]];

	it('are connected to where they were checked, and looked up for each connection', async () => {
		const server = await startFaultyServer({ onRequest: (socket) => socket.end(answerText(201)) });
		const lookup = jest.fn<ReturnType<Lookup>, Parameters<Lookup>>((_hostname, _options, done) =>
			done(...found('127.0.0.1')),
		);
		const { send, close } = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 1000, lookup });
		const url = server.url.replace('127.0.0.1', 'desk.example');
		expect(await send({ method: 'POST', url, headers: {}, body: '{}' })).toMatchObject({ status: 201 });
		expect(lookup.mock.calls.map(([hostname]) => hostname)).toEqual(['desk.example']);
		await server.idle();
		// 0.0.0.0 leads to the same listener, but is not allowed: the name changed its mind.
		lookup.mockImplementation((_hostname, _options, done) => done(...found('0.0.0.0')));
		expect(await rejectionOf(send({ method: 'POST', url, headers: {}, body: '{}' }))).toMatchObject({
			code: 'misconfigured',
			inDoubt: false,
			message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS'),
		});
		expect([lookup.mock.calls.length, server.connections(), server.requests.length]).toEqual([2, 1, 1]);
		await close();
		await server.close();
	});

	it('that change their mind do not move a connection that is kept', async () => {
		const server = await startFaultyServer(answering(201));
		const lookup = jest.fn<ReturnType<Lookup>, Parameters<Lookup>>((_hostname, _options, done) =>
			done(...found('127.0.0.1')),
		);
		const { send, close } = createSend({ allowedPrivateHosts: ['desk.example'], timeoutMs: 1000, lookup });
		const request = { url: server.url.replace('127.0.0.1', 'desk.example'), headers: {}, body: '{}' };
		await send({ ...request, method: 'POST' });
		lookup.mockImplementation((_hostname, _options, done) => done(...found('169.254.169.254')));
		await new Promise((resolve) => setImmediate(resolve));
		expect(await send({ ...request, method: 'POST' })).toMatchObject({ status: 201 });
		expect([lookup.mock.calls.length, server.connections(), server.requests.length]).toEqual([1, 1, 2]);
		await close();
		await server.close();
	});
});

it('goes past the proxies of the environment', async () => {
	const [target, proxy] = [await startFaultyServer(answering(201)), await startFaultyServer(answering(200))];
	const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
	const proxies = Object.fromEntries(names.map((name) => [name, proxy.url]));
	const all = { ...process.env, ...proxies, NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1' };
	const environment = jest.replaceProperty(process, 'env', all);
	const { send, close } = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 1000 });
	expect(await send({ method: 'POST', url: target.url, headers: {}, body: '{}' })).toMatchObject({ status: 201 });
	environment.restore();
	expect([target.requests.length, proxy.connections()]).toEqual([1, 0]);
	await close();
	await Promise.all([target.close(), proxy.close()]);
});

describe('errors', () => {
	const FAULTY = [FAULTS.resetAfterRequest, FAULTS.closeInBody, FAULTS.echo, answering(101), {}];
	const servers = Promise.all(FAULTY.map((behaviour) => startFaultyServer(behaviour)));
	const hasty = createSend({
		allowedPrivateHosts: ['127.0.0.1'],
		timeoutMs: 25,
		lookup: (hostname, _options, done) =>
			done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []),
	});
	afterAll(async () => {
		await hasty.close();
		for (const server of await servers) await server.close();
	});

	const secret = fc.string({
		unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz23456789'),
		minLength: 12,
		maxLength: 20,
	});

	it('hold nothing of what was sent, however they are written down', async () => {
		const places = [
			...(await servers).map(({ url }) => url),
			...['http://127.0.0.1:1', 'http://10.0.0.1', 'https://desk.example', 'gopher://desk.example', 'http://[::1'],
		];
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...places),
				fc.tuple(secret, secret, secret, secret),
				fc.constantFrom('', '\n', '\0', '€'),
				async (place, [path, query, value, body], odd) => {
					const request = { url: `${place}/${path}?key=${query}`, headers: { 'x-key': `${value}${odd}` }, body };
					const error = await rejectionOf(hasty.send({ ...request, method: 'POST' }));
					const written = [
						JSON.stringify(describeError(error)),
						JSON.stringify({ ...error, message: error.message, cause: error.cause }),
						inspect(error, { depth: 12, showHidden: true, maxStringLength: null }),
					].join('\n');
					for (const part of [path, query, value, body]) expect(written).not.toContain(part);
				},
			),
			{ numRuns: 150 },
		);
	});
});
