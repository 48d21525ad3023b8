import { request as send, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import express from 'express';
import { listen, type Patience } from '../../../service/http/server';
import { startService, validBody, type RunningService } from '../../helpers/service';

/** With headers that fetch keeps to itself. */
async function raw(app: RunningService, method: string, path: string, headers: Record<string, string>) {
	const [answer] = (await once(send(app.url + path, { method, headers }).end(), 'response')) as [IncomingMessage];
	answer.resume();
	await once(answer, 'end');
	return { status: answer.statusCode, headers: answer.headers };
}

describe('a rate limit', () => {
	const KEYS = { ops: 'correct-horse-battery', n8n: 'staple-and-more-words' };
	let app: RunningService;
	beforeAll(async () => {
		const keys = Object.entries(KEYS).map((entry) => entry.join(':'));
		app = await startService({ TRIAGE_API_KEYS: keys.join(), RATE_LIMIT_PER_MINUTE: '3', TRUST_PROXY: '1' });
	});
	afterAll(() => app.close());

	const asks = (key: string, from: string) =>
		app.call('GET', '/tickets', { headers: { 'x-api-key': key, 'x-forwarded-for': from } });

	it('counts for each key and address, and says how many are left and when to come again', async () => {
		const answers = [];
		for (let i = 0; i < 5; i += 1) answers.push(await asks(KEYS.ops, '192.0.2.1'));
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
		const [first, , , refused] = answers;
		expect(first.headers.get('ratelimit')).toMatch(/^"3-in-1min"; r=2; t=\d+$/);
		expect(first.headers.get('ratelimit-policy')).toMatch(/^"3-in-1min"; q=3; w=60; pk=:[\w+/=]+:$/);
		expect(refused.headers.get('content-type')).toContain('application/problem+json');
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(refused.json.detail).toContain('3 requests in a minute');
		expect((await asks(KEYS.n8n, '192.0.2.1')).status).toBe(200);
		expect((await asks(KEYS.ops, '192.0.2.2')).status).toBe(200);
	});

	it('takes the addresses of one IPv6 network for one', async () => {
		const statuses = [];
		for (let i = 0; i < 4; i += 1) statuses.push((await asks(KEYS.ops, `2001:db8:1:1::${i}`)).status);
		expect(statuses).toEqual([200, 200, 200, 429]);
	});

	it('ends guessing, and shuts out nobody who has a key', async () => {
		const statuses = [];
		for (let i = 0; i < 4; i += 1) statuses.push((await asks(`guess-number-${i}-of-many`, '192.0.2.9')).status);
		expect(statuses).toEqual([401, 401, 401, 429]);
		expect((await asks(KEYS.ops, '192.0.2.9')).status).toBe(200);
	});

	it('counts whoever says that they sign apart from whoever guesses keys', async () => {
		const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
		const signing = await startService({ WEBHOOK_SECRET: secret, RATE_LIMIT_PER_MINUTE: '2' });
		try {
			const statuses = [];
			for (let i = 0; i < 3; i += 1) statuses.push((await signing.submit(validBody())).status);
			for (let i = 0; i < 3; i += 1) {
				statuses.push((await signing.submit(validBody(), { 'webhook-signature': 'v1,AAAA' })).status);
			}
			expect(statuses).toEqual([401, 401, 429, 401, 401, 429]);
		} finally {
			await signing.close();
		}
	});

	it('leaves probes alone', async () => {
		for (let i = 0; i < 5; i += 1) expect((await app.call('GET', '/livez')).status).toBe(200);
	});

	it('goes by the connection where no proxy is trusted', async () => {
		const direct = await startService({ RATE_LIMIT_PER_MINUTE: '1' });
		try {
			const from = (address: string) => direct.call('GET', '/tickets', { headers: { 'x-forwarded-for': address } });
			expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).toEqual([200, 429]);
		} finally {
			await direct.close();
		}
	});
});

describe('pages of other origins', () => {
	const PORTAL = 'https://portal.firm.example';

	it('read and send nothing, unless they are named', async () => {
		const app = await startService();
		try {
			const headers = { origin: PORTAL };
			const read = await app.call('GET', '/tickets', { headers });
			expect(read.headers.get('access-control-allow-origin')).toBeNull();
			expect((await app.call('POST', '/tickets/retry', { headers })).status).toBe(403);
			expect((await app.submit(validBody(), headers)).status).toBe(403);
			const extension = { origin: app.url.replace('http:', 'chrome-extension:') };
			expect((await app.submit(validBody(), extension)).status).toBe(403);
			const preflight = await raw(app, 'OPTIONS', '/webhook/ticket', {
				...headers,
				'access-control-request-method': 'POST',
			});
			expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
			expect((await app.submit(validBody(), { origin: app.url })).status).toBe(200);
		} finally {
			await app.close();
		}
	});

	it('do as they are let', async () => {
		const app = await startService({ ALLOWED_ORIGINS: PORTAL });
		try {
			const asked = { origin: PORTAL, 'access-control-request-method': 'POST' };
			const preflight = await raw(app, 'OPTIONS', '/webhook/ticket', asked);
			expect(preflight.status).toBe(204);
			expect(preflight.headers['access-control-allow-origin']).toBe(PORTAL);
			expect(preflight.headers['access-control-allow-headers']).toContain('X-API-Key');
			const { status, headers } = await app.submit(validBody(), { origin: PORTAL });
			expect([status, headers.get('access-control-allow-origin')]).toEqual([200, PORTAL]);
			expect(headers.get('access-control-allow-credentials')).toBeNull();
			expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
			const strange = await app.submit(validBody(), { origin: 'https://portal.firm.example.evil.example' });
			expect(strange.status).toBe(403);
			expect(strange.headers.get('access-control-allow-origin')).toBeNull();
		} finally {
			await app.close();
		}
	});
});

describe('where no key is needed, a host name', () => {
	let app: RunningService;
	beforeAll(async () => {
		app = await startService({ ALLOWED_HOSTS: 'Triage.Firm.example' });
	});
	afterAll(() => app.close());

	it.each([
		['evil.example', 421],
		['evil.example:8000', 421],
		['127.0.0.1.evil.example', 421],
		['localhost.evil.example.', 421],
		['127.0.0.1:8000', 200],
		['[::1]:8000', 200],
		['localhost', 200],
		['triage.localhost:80', 200],
		['triage-agent:8000', 200],
		['triage.firm.example', 200],
		['TRIAGE.firm.example.:443', 200],
	])('%s: %s', async (host, status) => {
		expect((await raw(app, 'GET', '/tickets', { host })).status).toBe(status);
	});

	it('matters no more where one is', async () => {
		const closed = await startService({ TRIAGE_API_KEYS: 'ops:correct-horse-battery' });
		try {
			const headers = { host: 'evil.example', 'x-api-key': 'correct-horse-battery' };
			expect((await raw(closed, 'GET', '/tickets', headers)).status).toBe(200);
		} finally {
			await closed.close();
		}
	});
});

describe('who is slow on purpose', () => {
	const patience: Patience = { headersMs: 300, requestMs: 600, silenceMs: 700, checkMs: 50 };

	async function talk(lines: string[], betweenMs: number): Promise<string> {
		const app = express().post('/', express.json(), (_request, response) => void response.send('done'));
		app.get('/never', () => undefined);
		const { server, closing } = await listen(app, 0, '127.0.0.1', patience);
		const { port } = server.address() as { port: number };
		const socket = connect(port, '127.0.0.1');
		let heard = '';
		socket.on('data', (chunk) => (heard += chunk.toString()));
		socket.on('error', () => undefined);
		const closed = once(socket, 'close');
		for (const line of lines) {
			if (socket.writable) socket.write(line);
			await new Promise((resolve) => setTimeout(resolve, betweenMs));
		}
		await closed;
		await closing.close(0);
		return heard;
	}

	it('with the headers is cut off, and told so', async () => {
		const endless = ['GET / HTTP/1.1\r\n', ...Array<string>(40).fill('X-A: b\r\n')];
		expect(await talk(endless, 50)).toMatch(/^HTTP\/1\.1 408 /);
	});

	it('with the body as well', async () => {
		const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
		expect(await talk([head, ...Array<string>(40).fill(' ')], 50)).toMatch(/^HTTP\/1\.1 408 /);
	});

	it('in saying anything is left', async () => {
		expect(await talk(['GET /never HTTP/1.1\r\nHost: a\r\n\r\n'], 0)).toBe('');
	});
});
