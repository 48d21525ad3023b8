import type { Knex } from 'knex';
import type { Queue } from '../queue/queue';
import { countDeliveries } from '../store/event-deliveries';
import { readReviewBacklog } from '../store/review-backlog';
import type { WriteWatch } from '../write-watch';
import type { Stored } from './stored';

export interface ReadStoredDeps {
	knex: Knex;
	queue: Pick<Queue, 'stats'>;
	writes: Pick<WriteWatch, 'ok'>;
	now: () => number;
}

/** One question after the other: the connections are for tickets above all. */
export async function readStored({ knex, queue, writes, now }: ReadStoredDeps): Promise<Stored> {
	const stats = await queue.stats();
	const { tickets, oldest } = await readReviewBacklog(knex);
	const events = await countDeliveries(knex);
	const oldestMs = oldest === null ? 0 : Math.max(0, now() - oldest);
	return { queue: stats, review: { tickets, oldestMs }, events, isWritable: writes.ok() };
}
