import type { Knex } from 'knex';
import { toIso } from './tickets';

/** More than that nobody works off, and counting them all would take longer. */
const MOST_COUNTED = 10_000;

/** How many tickets wait for a person, and when the oldest was received, in milliseconds since 1970; null where none waits. */
export async function readReviewBacklog(knex: Knex): Promise<{ tickets: number; oldest: number | null }> {
	const waiting = knex('ticket_logs')
		.where('status', 'needs_review')
		.whereNull('erased_at')
		.orderBy('created_at')
		.limit(MOST_COUNTED)
		.select('created_at')
		.as('waiting');
	const [{ count, oldest }] = (await knex.from(waiting).count({ count: '*' }).min({ oldest: 'created_at' })) as {
		count: number | string;
		oldest: unknown;
	}[];
	return { tickets: Number(count), oldest: oldest === null ? null : Date.parse(toIso(oldest)) };
}
