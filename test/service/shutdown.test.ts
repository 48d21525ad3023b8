import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { newDatabaseUrl, spawnService, spawnWithTarget, type ServiceProcess } from '../helpers/process';
import { eventually, validBody } from '../helpers/service';

jest.setTimeout(90_000);

interface Heard {
	status: number;
	headers: Record<string, unknown>;
	body: Record<string, unknown>;
}

/** On a connection of `agent`. Null where the connection ended without an answer. */
function post(url: string, agent: Agent, headers: Record<string, string> = {}): Promise<Heard | null> {
	return new Promise((resolve) => {
		const options = { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } };
		const sent = request(`${url}/webhook/ticket`, options, (response) => {
			let text = '';
			response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
			response.on('error', () => resolve(null));
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: JSON.parse(text) as Record<string, unknown>,
				}),
			);
		});
		sent.on('error', () => resolve(null));
		sent.end(JSON.stringify(validBody()));
	});
}

/** Callers that keep their connections and send until the service is gone. */
async function load(url: string, callers: number): Promise<Heard[]> {
	const heard: Heard[] = [];
	const caller = async (n: number): Promise<void> => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		for (let failures = 0; failures < 5;) {
			const answer = await post(url, agent, n % 2 === 0 ? { prefer: 'respond-async' } : {});
			if (answer) heard.push(answer);
			failures = answer ? 0 : failures + 1;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		agent.destroy();
	};
	await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
	return heard;
}

function deliveredTo(target: LocalServer): string[] {
	return target.requests.map(({ body }) => (JSON.parse(body) as { ticket_id: string }).ticket_id);
}

function jobsLeft(databaseUrl: string): number {
	const file = new DatabaseSync(databaseUrl.replace('sqlite:', ''));
	const { jobs } = file.prepare('SELECT count(*) AS jobs FROM ticket_jobs').get() as { jobs: number };
	file.close();
	return jobs;
}

function ended(service: ServiceProcess): boolean {
	return service.logs.some(({ msg }) => msg === 'stopped');
}

it('callers who keep sending on open connections neither hold it up nor have anything delivered twice', async () => {
	const url = newDatabaseUrl();
	const target = await startLocalServer(() => ({ status: 201, body: { id: 1 }, delay: 2500 }));
	const service = await spawnWithTarget(url, target.url);
	const loading = load(service.url, 12);
	await eventually(() => Promise.resolve(target.requests.length >= 64 || undefined), 'every slot to be busy');
	expect(await service.kill('SIGTERM')).toBe(0);
	expect(ended(service)).toBe(true);
	const heard = await loading;
	const refused = heard.filter(({ status }) => status === 503);
	for (const { headers } of refused) expect(headers).toMatchObject({ connection: 'close', 'retry-after': '5' });

	const again = await spawnService({
		DATABASE_URL: url,
		ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
		CONFIDENCE_THRESHOLD: '0.2',
	});
	await eventually(() => Promise.resolve(jobsLeft(url) === 0 || undefined), 'the rest to be delivered', 1000);
	const delivered = deliveredTo(target);
	expect(new Set(delivered).size).toBe(delivered.length);
	const acknowledged = heard.filter(({ status }) => status < 300).map(({ body }) => body.ticket_id as string);
	expect(acknowledged.filter((id) => !delivered.includes(id))).toEqual([]);
	await again.kill('SIGTERM');
	await target.close();
});

it('a caller who waits is answered, with its connection closed, and with 202 where its ticket is not begun', async () => {
	const url = newDatabaseUrl();
	const target = await startLocalServer(() => ({ status: 201, body: { id: 1 }, delay: 1500 }));
	const service = await spawnWithTarget(url, target.url);
	const agent = new Agent({ keepAlive: true });
	// More than are worked on at once: the last ones wait for a slot that does not come.
	const waiting = Array.from({ length: 80 }, () => post(service.url, agent));
	await eventually(() => Promise.resolve(target.requests.length === 64 || undefined), 'every slot to be busy');
	const ending = service.kill('SIGTERM');
	const heard = await Promise.all(waiting);
	expect(heard.map((answer) => answer?.status).sort()).toEqual([
		...(Array(64).fill(200) as number[]),
		...(Array(16).fill(202) as number[]),
	]);
	expect(new Set(heard.map((answer) => answer?.headers.connection))).toEqual(new Set(['close']));
	expect(await ending).toBe(0);
	agent.destroy();
	await target.close();
});

it('lets a delivery that takes long come to its end, and answers who waits for it before', async () => {
	const url = newDatabaseUrl();
	const target = await startLocalServer(() => ({ status: 201, body: { id: 77 }, delay: 12_000 }));
	const service = await spawnWithTarget(url, target.url);
	const agent = new Agent({ keepAlive: true });
	const waiting = post(service.url, agent);
	await eventually(() => Promise.resolve(target.requests.length === 1 || undefined), 'the delivery');
	const ending = service.kill('SIGTERM');
	const answer = await waiting;
	expect(answer).toMatchObject({ status: 202, body: { status: 'classified' } });
	expect(await ending).toBe(0);
	const file = new DatabaseSync(url.replace('sqlite:', ''));
	expect(file.prepare('SELECT status, external_ticket_id AS id FROM ticket_logs').all()).toEqual([
		expect.objectContaining({ status: 'routed', id: '77' }),
	]);
	file.close();
	agent.destroy();
	await target.close();
});

it('refuses what comes on an open connection, and says when to come back', async () => {
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl() });
	const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
	const text = JSON.stringify(validBody());
	const length = Buffer.byteLength(text);
	socket.write(
		`POST /webhook/ticket HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n`,
	);
	// Until the service has read so far.
	await new Promise((resolve) => setTimeout(resolve, 1000));
	const ending = service.kill('SIGTERM');
	await eventually(
		() => Promise.resolve(service.logs.some(({ msg }) => msg === 'shutting down') || undefined),
		'the end',
	);
	const answer = new Promise<string>((resolve) => {
		let heard = '';
		socket.on('data', (chunk) => (heard += chunk.toString('utf8')));
		socket.on('close', () => resolve(heard));
	});
	socket.write(`\r\n${text}`);
	expect(await answer).toMatch(/^HTTP\/1\.1 503 .*Connection: close\r\n.*Retry-After: 5\r\n.*shutting down/is);
	expect(await ending).toBe(0);
});

it('a caller who drips its body does not hold it up', async () => {
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl() });
	const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
	socket.on('error', () => undefined);
	socket.write(
		'POST /webhook/ticket HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{',
	);
	const drip = setInterval(() => socket.write(' '), 100);
	await new Promise((resolve) => setTimeout(resolve, 1000));
	expect(await service.kill('SIGTERM')).toBe(0);
	expect(ended(service)).toBe(true);
	clearInterval(drip);
	socket.destroy();
});

it('a second signal within a second is the same one, as npm sends it', async () => {
	const target = await startLocalServer(() => ({ status: 201, body: { id: 1 }, delay: 1500 }));
	const service = await spawnWithTarget(newDatabaseUrl(), target.url);
	const waiting = post(service.url, new Agent());
	await eventually(() => Promise.resolve(target.requests.length === 1 || undefined), 'the delivery');
	service.child.kill('SIGINT');
	await new Promise((resolve) => setTimeout(resolve, 100));
	const ending = service.kill('SIGINT');
	expect(await waiting).toMatchObject({ status: 200 });
	expect(await ending).toBe(0);
	await target.close();
});

it('takes tickets until the delay is over, on connections that it ends, while it is not ready', async () => {
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl(), SHUTDOWN_DELAY_MS: '2000' });
	const agent = new Agent({ keepAlive: true });
	expect(await post(service.url, agent)).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } });
	const ending = service.kill('SIGTERM');
	const refusal = await eventually(
		() => fetch(`${service.url}/readyz`).then((answer) => (answer.ok ? undefined : answer)),
		'it to be not ready',
	);
	expect(refusal.status).toBe(503);
	expect(await post(service.url, agent)).toMatchObject({ status: 200, headers: { connection: 'close' } });
	expect(await ending).toBe(0);
	agent.destroy();
});

it('a person who ends it need not wait for the delay', async () => {
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl(), SHUTDOWN_DELAY_MS: '120000' });
	expect(await service.kill('SIGINT')).toBe(0);
	expect(ended(service)).toBe(true);
});
