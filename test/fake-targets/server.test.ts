import { once } from 'node:events';
import { createConnection } from 'node:net';
import { createFaultSource, type Fault, type FaultSource } from '../../fake-targets/faults';
import { keepRecent, type ReceivedRequest } from '../../fake-targets/record';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createEcho } from './echo';

let faults: FaultSource;
let running: RunningTarget;
let answered: (request: ReceivedRequest) => void = () => undefined;

beforeEach(async () => {
	faults = createFaultSource();
	const onAnswered = (request: ReceivedRequest): void => answered(request);
	running = await startFakeTarget(createEcho(), { faults, onAnswered, retryAfterSeconds: 7 });
});
afterEach(async () => {
	answered = () => undefined;
	await running.close();
});

interface How {
	body?: string;
	method?: string;
	path?: string;
	signal?: AbortSignal;
}

function send({ body = 'a ticket', method = 'POST', path = '/tickets?a=1', signal }: How = {}): Promise<Response> {
	const headers = { 'content-type': 'application/json' };
	return fetch(`${running.url}${path}`, {
		method,
		headers,
		redirect: 'manual',
		...(method !== 'GET' && { body }),
		...(signal && { signal }),
	});
}

function sendWith(fault: Fault, how?: How): Promise<Response> {
	faults.queue(fault);
	return send(how);
}

const last = (): ReceivedRequest => running.requests.at(-1)!;

/** What a reset connection looks like to who asked. */
async function causeOf(response: Promise<Response>): Promise<unknown> {
	const failure = await response.then(
		() => new Error('there was an answer'),
		(error: unknown) => error,
	);
	return (failure as Error).cause;
}

/** How much of the body comes, and whether it breaks off. */
async function bytesOf(response: Response): Promise<[number, string]> {
	const reader = (response.body as ReadableStream<Uint8Array>).getReader();
	let length = 0;
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
		return [length, 'whole'];
	} catch {
		return [length, 'broken'];
	}
}

describe('without faults', () => {
	it('answers as the system does, and notes what came and what became of it', async () => {
		const before = performance.timeOrigin + performance.now();
		const response = await send();
		expect([response.status, await response.json()]).toEqual([201, { id: '1' }]);
		expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8');
		expect(last()).toMatchObject({
			...{ method: 'POST', path: '/tickets', body: 'a ticket', status: 201, fault: null, told: true, failure: null },
			...{ creates: true, createdId: '1', ticketId: 'TKT-1' },
			headers: { 'content-type': 'application/json', host: running.url.replace('http://', '') },
		});
		expect([...last().query]).toEqual([['a', '1']]);
		expect(last().at).toBeGreaterThan(before);
	});

	it('keeps a system’s own headers, and says what text and JSON are', async () => {
		const [search, text, nothing] = await Promise.all([
			send({ method: 'GET' }),
			send({ body: 'text' }),
			send({ body: 'nothing' }),
		]);
		expect([search.headers.get('x-kind'), await search.json()]).toEqual(['search', { found: 0 }]);
		expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain; charset=utf-8', 'ok']);
		expect([nothing.status, nothing.headers.get('content-length')]).toEqual([202, '0']);
		expect(running.requests.map(({ createdId }) => createdId)).toEqual([null, null, null]);
	});

	it.each([
		['POST', '/rest/api/3/issue', true],
		['PUT', '/anything', true],
		['GET', '/api/v2/tickets.json', false],
		['POST', '/rest/api/3/search/jql', false],
		['POST', '/rest/api/2/search', false],
		['POST', '/rest/api/3/issue/HELP-1/comment', false],
		['POST', '/api/v2/tickets/4/notes', false],
		['PUT', '/api/v2/tickets/4.json', false],
		['PATCH', '/api/now/table/incident/0123abcd', false],
		['POST', '/api/now/table/incident', true],
	])('takes %s %s for a creation: %s', async (method, path, creates) => {
		await send({ method, path });
		expect(last()).toMatchObject({ method, path, creates });
	});

	it('does not pass a mistake of the system’s stand-in for a fault', async () => {
		const response = await send({ body: 'mistake' });
		expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('a mistake of its own')]);
		expect(last()).toMatchObject({ fault: null, failure: 'Error: the stand-in is wrong' });
	});

	it('refuses a body of more than 10 MiB', async () => {
		expect((await send({ body: 'x'.repeat(10 * 2 ** 20) })).status).toBe(201);
		expect((await send({ body: 'x'.repeat(10 * 2 ** 20 + 1) })).status).toBe(413);
		expect(last()).toMatchObject({ body: '', told: false });
		expect(running.target.tickets).toHaveLength(1);
	});

	it('refuses an address that is none', async () => {
		const { hostname, port } = new URL(running.url);
		const socket = createConnection(Number(port), hostname);
		socket.end('GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
		const [first] = (await once(socket, 'data')) as [Buffer];
		expect(first.toString()).toMatch(/^HTTP\/1\.1 400 /u);
		expect(running.requests).toEqual([]);
	});
});

describe('answers in place of the system’s', () => {
	it.each([
		['rate_limited', 429, false],
		['rate_limited_bare', 429, false],
		['rate_limited_date', 429, false],
		['error_before', 500, false],
		['error_after', 500, true],
		['unavailable', 503, false],
		['html', 200, false],
		['redirect', 302, false],
	] as const)('%s is %i, and the system is told: %s', async (fault, status, told) => {
		const response = await sendWith(fault);
		expect(response.status).toBe(status);
		expect(last()).toMatchObject({ fault, status, told, createdId: told ? '1' : null });
		expect(running.target.tickets).toHaveLength(told ? 1 : 0);
		expect(await response.text()).not.toContain('"id"');
	});

	it('say how long to wait: in seconds, not at all, or until when', async () => {
		const before = Date.now();
		const waits: (string | null)[] = [];
		for (const fault of ['rate_limited', 'rate_limited_bare', 'rate_limited_date'] as const) {
			waits.push((await sendWith(fault)).headers.get('retry-after'));
		}
		expect(waits.slice(0, 2)).toEqual(['7', null]);
		const until = new Date(String(waits[2]));
		expect(until.toUTCString()).toBe(waits[2]);
		expect(until.getTime()).toBeGreaterThanOrEqual(before + 7000);
		expect(until.getTime()).toBeLessThanOrEqual(Date.now() + 8000);
	});

	it('may be pages, or lead to where nobody should go', async () => {
		const html = await sendWith('html');
		expect([html.headers.get('content-type'), await html.text()]).toEqual([
			'text/html; charset=utf-8',
			expect.stringMatching(/^<!DOCTYPE html>[^]*Log in/u),
		]);
		const redirect = await sendWith('redirect');
		expect(redirect.headers.get('location')).toBe('http://169.254.169.254/latest/meta-data/');
	});

	it('are a gateway’s page, whether or not the system got the request', async () => {
		for (let i = 0; i < 20; i += 1) {
			const response = await sendWith('gateway');
			expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('502 Bad Gateway')]);
		}
		const told = running.requests.filter((request) => request.told);
		expect(told.length).toBe(running.target.tickets.length);
		expect(new Set(running.requests.map((request) => request.told))).toEqual(new Set([true, false]));
	});

	it('strike searches as well', async () => {
		expect((await sendWith('unavailable', { method: 'GET' })).status).toBe(503);
	});
});

describe('connections that break', () => {
	it.each([
		['reset_before', '', 0],
		['reset_after', 'a ticket', 1],
	] as const)('%s: %j has been read, and %i created', async (fault, body, created) => {
		expect(await causeOf(sendWith(fault))).toMatchObject({ code: 'ECONNRESET' });
		expect(last()).toMatchObject({ fault, body, status: null, told: created === 1 });
		expect(running.target.tickets).toHaveLength(created);
		expect((await send()).status).toBe(201);
	});

	it.each([
		['a ticket', 5],
		['text', 1],
		['nothing', 0],
	])('cut breaks the answer to %j after %i bytes', async (body, bytes) => {
		const response = await sendWith('cut', { body });
		expect(response.status).toBeLessThan(300);
		expect(await bytesOf(response)).toEqual([bytes, 'broken']);
		expect(last().told).toBe(true);
	});

	it.each([
		['hang', 0],
		['hang_after', 1],
	] as const)('%s is never answered, and %i is created', async (fault, created) => {
		const left = new Promise<ReceivedRequest>((resolve) => (answered = resolve));
		const leaving = new AbortController();
		const hanging = sendWith(fault, { signal: leaving.signal });
		expect(await left).toMatchObject({ status: null, body: 'a ticket', fault });
		expect(running.target.tickets).toHaveLength(created);
		answered = () => undefined;
		await expect(Promise.race([hanging, send().then(() => 'a later one')])).resolves.toBe('a later one');
		leaving.abort();
		await expect(hanging).rejects.toThrow('aborted');
	});
});

describe('huge', () => {
	it('is the system’s answer with 20 MB of blanks after it', async () => {
		const response = await sendWith('huge');
		expect([response.status, response.headers.get('content-length')]).toEqual([201, null]);
		const text = await response.text();
		expect(text.length).toBe('{"id":"1"}'.length + 20 * 2 ** 20);
		expect(JSON.parse(text)).toEqual({ id: '1' });
	});

	it('is given up where the reader has had enough', async () => {
		const ended = new Promise<ReceivedRequest>((resolve) => (answered = resolve));
		const response = await sendWith('huge');
		const reader = (response.body as ReadableStream<Uint8Array>).getReader();
		await reader.read();
		await reader.cancel();
		expect(await ended).toMatchObject({ fault: 'huge', status: 201, createdId: '1' });
		expect((await send()).status).toBe(201);
	});
});

it('counts what is open at the same time', async () => {
	await send();
	await send();
	expect(running.mostOpen()).toBe(1);
	faults.queue('hang', 'hang', 'hang');
	let left = 0;
	const allLeft = new Promise<void>((resolve) => (answered = () => ((left += 1) === 3 ? resolve() : undefined)));
	const open = [1, 2, 3].map(() => send().catch(() => 'gone'));
	await allLeft;
	expect(running.mostOpen()).toBe(3);
	await running.close();
	expect(await Promise.all(open)).toEqual(['gone', 'gone', 'gone']);
});

it('ends with what hangs, and frees its port', async () => {
	faults.queue('hang');
	const hanging = expect(send()).rejects.toThrow('fetch failed');
	while (running.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
	const port = Number(new URL(running.url).port);
	await running.close();
	await hanging;
	const again = await startFakeTarget(createEcho(), { port });
	expect(again.url).toBe(running.url);
	await expect(startFakeTarget(createEcho(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	await again.close();
});

it('keeps on when a client hangs up early', async () => {
	const { hostname, port } = new URL(running.url);
	const socket = createConnection(Number(port), hostname);
	socket.write('POST /tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{');
	while (running.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
	socket.destroy();
	await once(socket, 'close');
	expect((await send()).status).toBe(201);
	expect(running.target.tickets).toHaveLength(1);
});

it('keeps the last 10,000 requests', () => {
	const requests: ReceivedRequest[] = [];
	for (let at = 0; at < 10_005; at += 1) keepRecent(requests, { at } as ReceivedRequest);
	expect(requests).toHaveLength(10_000);
	expect([requests[0].at, requests[9999].at]).toEqual([5, 10_004]);
});
