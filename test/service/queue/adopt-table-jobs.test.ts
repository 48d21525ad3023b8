import type { Knex } from 'knex';
import { pino } from 'pino';
import { migrate, openDatabase } from '../../../service/database';
import { adoptTableJobs } from '../../../service/queue/adopt-table-jobs';
import { startBossQueue, type BossQueue } from '../../../service/queue/boss-queue';
import { startPostgres, type Postgres } from '../../helpers/postgres';

let postgres: Postgres;
let knex: Knex;
let queue: BossQueue;
beforeAll(async () => {
	postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
	const connection = await postgres.createDatabase();
	knex = openDatabase({ client: 'pg', connection });
	await migrate(knex);
	queue = await startBossQueue({ knex, connection, now: Date.now, leaseMs: 30_000, log: pino({ level: 'silent' }) });
});
afterEach(async () => {
	await queue.close();
	await knex.destroy();
});

const LONG_AGO = 1_700_000_000_000;

function tableJob(ticketId: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		...{ ticket_id: ticketId, state: 'waiting', attempts: 0, priority: 0, run_after: LONG_AGO, locked_until: 0 },
		...{ created_at: LONG_AGO, ...overrides },
	};
}

it('hands over the jobs of an earlier version with their tries, their order and their time', async () => {
	await knex('ticket_jobs').insert([
		tableJob('TKT-new'),
		tableJob('TKT-tried', { attempts: 2, priority: 3 }),
		tableJob('TKT-running', { state: 'running', attempts: 1, priority: 2, locked_until: Date.now() + 60_000 }),
		tableJob('TKT-later', { run_after: Date.now() + 3_600_000 }),
		tableJob('TKT-dead', { state: 'dead', attempts: 5 }),
	]);
	expect(await adoptTableJobs(knex, queue)).toBe(5);
	expect(await queue.stats()).toMatchObject({ waiting: 4, running: 0, dead: 1 });
	const claimed = [...(await queue.claim(1)), ...(await queue.claim(1)), ...(await queue.claim(10))];
	expect(claimed.map(({ ticketId, attempt, createdAt }) => [ticketId, attempt, createdAt])).toEqual([
		['TKT-tried', 3, LONG_AGO],
		['TKT-running', 2, LONG_AGO],
		['TKT-new', 1, LONG_AGO],
	]);
	expect(await knex('ticket_jobs')).toEqual([]);
	expect(await adoptTableJobs(knex, queue)).toBe(0);
});

it('hands over each once where several processes start at once, and more than one batch', async () => {
	await knex('ticket_jobs').insert(Array.from({ length: 1200 }, (_, i) => tableJob(`TKT-${i}`)));
	const adopted = await Promise.all([1, 2, 3].map(() => adoptTableJobs(knex, queue)));
	expect(adopted.reduce((sum, count) => sum + count, 0)).toBe(1200);
	expect(await queue.stats()).toMatchObject({ waiting: 1200, dead: 0 });
});

it('leaves a ticket the job that it has by now', async () => {
	await knex.transaction((trx) => queue.enqueue(trx, [{ ticketId: 'TKT-1', priority: 0, createdAt: Date.now() }], 0));
	await knex('ticket_jobs').insert(tableJob('TKT-1', { attempts: 4 }));
	expect(await adoptTableJobs(knex, queue)).toBe(1);
	expect((await queue.claim(10)).map(({ ticketId, attempt }) => [ticketId, attempt])).toEqual([['TKT-1', 1]]);
});
