import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { startLocalServer } from '../helpers/local-server';
import { ROOT, newDatabaseUrl, spawnService, spawnWithTarget } from '../helpers/process';
import { eventually, validBody } from '../helpers/service';

jest.setTimeout(60_000);

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
	return fetch(`${url}/webhook/ticket`, {
		method: 'POST',
		body: JSON.stringify(body),
		headers: { 'content-type': 'application/json', ...headers },
	});
}

async function statusOf(url: string, id: string): Promise<string | undefined> {
	const response = await fetch(`${url}/webhook/ticket/${id}`);
	return response.ok ? ((await response.json()) as { status: string }).status : undefined;
}

describe('starting', () => {
	it('works with no configuration at all, and says where it listens', async () => {
		const service = await spawnService({ DATABASE_URL: newDatabaseUrl() });
		const { status } = await post(service.url, validBody());
		expect(status).toBe(200);
		const settled = await eventually(
			() => Promise.resolve(service.logs.find(({ msg }) => msg === 'ticket settled')),
			'the log of the settled ticket',
		);
		expect(settled).toMatchObject({ service: 'ticket-triage' });
		expect(await service.kill('SIGTERM')).toBe(0);
	});

	it('is refused on an open address without keys', async () => {
		const refused = spawnService({ DATABASE_URL: newDatabaseUrl(), HOST: '0.0.0.0' });
		await expect(refused).rejects.toThrow(/ended with 1: .*TRIAGE_API_KEYS.*ALLOW_ANONYMOUS/s);
	});

	it('is refused with every problem of the configuration in one message', async () => {
		const refused = spawnService({ DATABASE_URL: 'oracle://x', LOG_LEVEL: 'loud', SYNC_WAIT_MS: 'long' });
		await expect(refused).rejects.toThrow(/3 problem.*SYNC_WAIT_MS.*LOG_LEVEL.*DATABASE_URL/s);
	});

	it('says what to do where the port is taken', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => other.once('listening', resolve));
		const port = String((other.address() as AddressInfo).port);
		await expect(spawnService({ DATABASE_URL: newDatabaseUrl(), PORT: port })).rejects.toThrow(
			'set PORT to a free one',
		);
		const warned = await spawnService({ DATABASE_URL: newDatabaseUrl(), METRICS_PORT: port });
		expect(warned.logs).toContainEqual(
			expect.objectContaining({ level: 'warn', msg: expect.stringContaining('METRICS_PORT is taken') }),
		);
		await warned.kill('SIGTERM');
		other.close();
	});

	it('has metrics, and nothing else, on METRICS_PORT', async () => {
		const free = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => free.once('listening', resolve));
		const { port } = free.address() as AddressInfo;
		await new Promise((resolve) => free.close(resolve));
		const url = newDatabaseUrl();
		const service = await spawnService({ DATABASE_URL: url, METRICS_PORT: String(port) });
		expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('tickets_total');
		expect((await fetch(`http://127.0.0.1:${port}/tickets`)).status).toBe(404);
		const file = new DatabaseSync(url.replace('sqlite:', ''));
		file.exec('DROP TABLE ticket_jobs');
		file.close();
		const broken = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
		expect(broken).toContain('\ndatabase_up 0\n');
		expect(broken).not.toMatch(/^queue_jobs\{/m);
		await service.kill('SIGTERM');
	});

	it('names mappings it cannot deliver for', async () => {
		const url = newDatabaseUrl();
		await (await spawnService({ DATABASE_URL: url })).kill('SIGTERM');
		const file = new DatabaseSync(url.replace('sqlite:', ''));
		file.exec("UPDATE team_mappings SET system = 'jira' WHERE department IN ('IT', 'HR')");
		file.exec("UPDATE team_mappings SET is_active = 0 WHERE department = 'HR'");
		file.close();
		const service = await spawnService({ DATABASE_URL: url });
		const warned = service.logs.filter(({ msg }) => /nothing goes by this mapping/.test(String(msg)));
		expect(warned).toEqual([expect.objectContaining({ level: 'warn', department: 'IT', system: 'jira' })]);
		await service.kill('SIGTERM');
	});
});

describe('ending', () => {
	it('SIGTERM lets callers who wait have their answer, then ends with 0', async () => {
		const target = await startLocalServer(() => ({ status: 201, body: { id: 1 }, delay: 600 }));
		const url = newDatabaseUrl();
		const service = await spawnWithTarget(url, target.url);
		const waiting = Array.from({ length: 5 }, () => post(service.url, validBody()));
		await eventually(() => Promise.resolve(target.requests.length === 5 || undefined), 'five deliveries under way');
		const ended = service.kill('SIGTERM');
		const answers = await Promise.all(
			(await Promise.all(waiting)).map((response) => response.json() as Promise<{ status: string }>),
		);
		expect(answers.map(({ status }) => status)).toEqual(Array(5).fill('routed'));
		expect(await ended).toBe(0);
		expect(service.logs[service.logs.length - 1]).toMatchObject({ msg: 'stopped' });
		await target.close();
	});

	it('works under npm start, and SIGTERM to npm drains too', async () => {
		const service = await spawnService({ DATABASE_URL: newDatabaseUrl() }, ['npm', 'start', '--prefix', ROOT]);
		expect((await post(service.url, validBody())).status).toBe(200);
		await service.kill('SIGTERM');
		await eventually(
			() => Promise.resolve(service.logs.some(({ msg }) => msg === 'stopped') || undefined),
			'the service to stop',
		);
		await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
	});

	it('kill -9 loses nothing that was acknowledged', async () => {
		const url = newDatabaseUrl();
		const acknowledged = new Set<string>();
		for (let round = 0; round < 4; round += 1) {
			const service = await spawnService({ DATABASE_URL: url });
			const enough = acknowledged.size + 6;
			const flood = floodUntilDead(service.url, acknowledged);
			await eventually(() => Promise.resolve(acknowledged.size >= enough || undefined), 'the first answers');
			await new Promise((resolve) => setTimeout(resolve, 150 + round * 120));
			await service.kill('SIGKILL');
			await flood;
		}
		expect(acknowledged.size).toBeGreaterThan(20);
		const file = new DatabaseSync(url.replace('sqlite:', ''));
		file.exec('UPDATE ticket_jobs SET locked_until = 0');
		file.close();
		const service = await spawnService({ DATABASE_URL: url });
		for (const id of acknowledged) {
			const status = await eventually(async () => {
				const now = await statusOf(service.url, id);
				return now === 'received' || now === 'classified' ? undefined : (now ?? 'lost');
			}, `${id} to settle`);
			expect(['routed', 'needs_review']).toContain(status);
		}
		await service.kill('SIGTERM');
	});
});

/** Ten callers, half of whom wait, until the service is gone. Ids of 200 and 202 answers are kept. */
async function floodUntilDead(url: string, acknowledged: Set<string>): Promise<void> {
	const caller = async (n: number): Promise<void> => {
		for (;;) {
			try {
				const response = await post(url, validBody(), n % 2 === 0 ? { prefer: 'respond-async' } : {});
				if (response.ok) acknowledged.add(((await response.json()) as { ticket_id: string }).ticket_id);
			} catch {
				return;
			}
		}
	};
	await Promise.all(Array.from({ length: 10 }, (_, n) => caller(n)));
}
