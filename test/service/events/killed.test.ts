import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { startFaultyServer, answerText, type FaultyServer } from '../../helpers/faulty-server';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { newDatabaseUrl, spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually, validBody } from '../../helpers/service';
import { DATABASES } from './start';

jest.setTimeout(90_000);

let postgres: Postgres;
beforeAll(async () => {
	postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(DATABASES)('a process that is killed, on %s', (kind) => {
	let url: string;
	let receiver: FaultyServer;
	let answers: boolean;
	let service: ServiceProcess;
	beforeEach(async () => {
		answers = false;
		receiver = await startFaultyServer({ onRequest: (socket) => void (answers && socket.write(answerText(200))) });
		url = kind === 'SQLite' ? newDatabaseUrl() : await postgres.createDatabase();
		await run();
	});
	afterEach(async () => {
		await service.kill('SIGKILL');
		await receiver.close();
	});

	async function run(): Promise<void> {
		service = await spawnService({ DATABASE_URL: url, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' });
	}

	/** Whoever was killed is not heard of for as long as its lease lasts. */
	async function endLeases(): Promise<void> {
		const client = kind === 'SQLite' ? ('sqlite3' as const) : ('pg' as const);
		const knex: Knex = openDatabase({ client, connection: url.replace('sqlite:', '') });
		await knex('subscriptions').update({ locked_until: 0 });
		await knex.destroy();
	}

	const idsOf = (): string[] =>
		receiver.requests.map((request) => String(/^webhook-id: (\S+)/im.exec(request)?.[1])).sort();

	it('when it had told and not noted it tells again, with the same ids; what nobody was told yet is told', async () => {
		const call = callTo(service.url);
		const body = { url: receiver.url, events: ['settled'] };
		expect((await call('POST', '/subscriptions', { body })).status).toBe(201);
		for (let i = 0; i < 10; i += 1) {
			expect((await call('POST', '/webhook/ticket', { body: validBody() })).json.status).toBe('routed');
		}
		const isTold = (count: number) => () => Promise.resolve(new Set(idsOf()).size >= count || undefined);
		await eventually(isTold(1), 'the first requests');
		await service.kill('SIGKILL');
		await endLeases();
		const before = idsOf();
		answers = true;
		await run();
		await eventually(isTold(10), 'all ten events');
		await eventually(async () => {
			const { text } = await callTo(service.url)('GET', '/metrics');
			return /event_deliveries_waiting 0/.test(text) || undefined;
		}, 'nothing to be left');
		const counts = idsOf().reduce((all, id) => all.set(id, (all.get(id) ?? 0) + 1), new Map<string, number>());
		expect(counts.size).toBe(10);
		for (const [id, count] of counts) expect(count).toBe(before.includes(id) ? 2 : 1);
	});
});
