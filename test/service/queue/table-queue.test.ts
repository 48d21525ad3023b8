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
	return {
		knex,
		clock,
		queue: createTableQueue({ knex, now: () => clock.now, leaseMs: 30_000 }),
		async close() {
			await knex.destroy();
			rmSync(folder, { recursive: true });
		},
	};
});
