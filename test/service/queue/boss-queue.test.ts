import type { Knex } from 'knex';
import { pino } from 'pino';
import { openDatabase } from '../../../service/database';
import { startBossQueue } from '../../../service/queue/boss-queue';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { describeQueue } from './conformance';

let postgres: Postgres;
beforeAll(async () => {
	postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function backendOf(trx: Knex): Promise<number> {
	const { rows } = (await trx.raw('SELECT pg_backend_pid() AS pid')) as { rows: { pid: number }[] };
	return rows[0].pid;
}

describeQueue('pg-boss on PostgreSQL', async () => {
	const connection = await postgres.createDatabase();
	const log = pino({ level: 'silent' });
	const knex = openDatabase({ client: 'pg', connection }, log);
	const clock = {
		get now() {
			return Date.now();
		},
	};
	const queue = await startBossQueue({
		knex,
		connection,
		now: () => clock.now,
		leaseMs: 30_000,
		log,
	});
	// The clock is that of the database: what is in it grows older instead.
	async function pass(ms: number): Promise<void> {
		const columns = ['start_after', 'created_on', 'started_on', 'heartbeat_on'];
		const earlier = columns.map((column) => `${column} = ${column} - interval '${ms} ms'`);
		await knex.raw(`UPDATE triage_queue.job SET ${earlier.join(', ')}`);
		await queue.boss.supervise();
	}
	return {
		...{ knex, clock, queue, pass },
		leaseEnds: () => pass(queue.leaseMs + 1000),
		async vanishIn(change) {
			const doomed = knex.transaction(async (trx) => {
				await change(trx);
				await knex.raw('SELECT pg_terminate_backend(?, 5000)', [await backendOf(trx)]);
			});
			await expect(doomed).rejects.toThrow();
		},
		async close() {
			await queue.close();
			await knex.destroy();
		},
	};
});
