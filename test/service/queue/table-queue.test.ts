import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '../../../service/database';
import { createTableQueue } from '../../../service/queue/table-queue';
import { describeQueue } from './conformance';

describeQueue('the table queue on SQLite', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'triage-queue-'));
	const knex = openDatabase({ client: 'sqlite3', connection: join(folder, 'queue.db') });
	await migrate(knex);
	const clock = { now: 1_700_000_000_000 };
	const queue = createTableQueue({ knex, now: () => clock.now, leaseMs: 30_000 });
	const pass = (ms: number): Promise<void> => Promise.resolve(void (clock.now += ms));
	return {
		...{ knex, clock, queue, pass },
		leaseEnds: () => pass(queue.leaseMs + 1),
		// To the next who opens the file, a dead process's transaction is one that was rolled back.
		async vanishIn(change) {
			const trx = await knex.transaction();
			await change(trx);
			await trx.rollback();
		},
		async close() {
			await knex.destroy();
			rmSync(folder, { recursive: true });
		},
	};
});
