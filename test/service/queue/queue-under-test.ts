import type { Knex } from 'knex';
import type { Job, NewJob, Queue } from '../../../service/queue/queue';

export interface QueueUnderTest {
	queue: Queue;
	knex: Knex;
	/** Milliseconds since 1970 as the queue sees it. */
	clock: { readonly now: number };
	/** Time passes, in milliseconds, for the queue. */
	pass(ms: number): Promise<void>;
	/** So much time that whatever is worked on now was not heard of for too long. */
	leaseEnds(): Promise<void>;
	/** Whoever makes the change dies before its transaction is through. */
	vanishIn(change: (trx: Knex) => Promise<unknown>): Promise<void>;
	close(): Promise<void>;
}

/** What tests do with a queue, each with its own. */
export function handsOn(current: () => QueueUnderTest) {
	return {
		job: (ticketId: string, overrides: Partial<NewJob> = {}): NewJob => ({
			ticketId,
			priority: 1,
			createdAt: current().clock.now,
			...overrides,
		}),
		enqueue: (...jobs: NewJob[]): Promise<Job[]> =>
			current().knex.transaction((trx) => current().queue.enqueue(trx, jobs, 0)),
		inTransaction: (change: (trx: Knex) => Promise<void>): Promise<void> => current().knex.transaction(change),
		claimed: async (limit = 10): Promise<string[]> =>
			(await current().queue.claim(limit)).map(({ ticketId }) => ticketId),
	};
}
