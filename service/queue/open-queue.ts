import type { Knex } from 'knex';
import type { PgBoss } from 'pg-boss';
import type { Database } from '../config';
import type { Logger } from '../logger';
import { adoptTableJobs } from './adopt-table-jobs';
import { startBossQueue } from './boss-queue';
import type { Queue } from './queue';
import { createTableQueue } from './table-queue';

export interface QueueOptions {
	knex: Knex;
	now: () => number;
	leaseMs: number;
	log: Logger;
}

export interface OpenQueue {
	queue: Queue;
	/** What is behind it where many processes share it. */
	boss: PgBoss | null;
	close(): Promise<void>;
}

/** The queue that goes with the database: on SQLite for this process alone, on PostgreSQL for all that work on it. */
export async function openQueue({ client, connection }: Database, options: QueueOptions): Promise<OpenQueue> {
	if (client === 'sqlite3') return { queue: createTableQueue(options), boss: null, close: () => Promise.resolve() };
	const queue = await startBossQueue({ ...options, connection });
	await adoptTableJobs(options.knex, queue);
	return { queue, boss: queue.boss, close: () => queue.close() };
}
