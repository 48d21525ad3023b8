import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Origin } from '../tracing/context';
import { fromRow, type Subscription } from './subscriptions';

export interface NewDelivery {
	/** The subscription's number. */
	listener: number;
	ticketId: string;
	/** The same for all who are told, and for every try. */
	eventId: string;
	body: string;
	/** Milliseconds since 1970. */
	at: number;
}

/** An event on its way to a subscriber. */
export interface EventDelivery {
	/** PostgreSQL gives big numbers as texts. */
	id: number | string;
	eventId: string;
	body: string;
	/** Milliseconds since 1970: since when it waits. */
	queuedAt: number;
	/** The ticket it is about, and how that came. */
	about: Origin & { ticket_id: string };
}

/** A subscription that one process serves until its lease ends. */
export interface ServedSubscription extends Subscription {
	claim: string;
	/** When the lease ends, in milliseconds since 1970. */
	lockedUntil: number;
}

/** What a round of deliveries came to. Times in milliseconds since 1970. */
export interface Round {
	delivered: EventDelivery[];
	failed: EventDelivery[];
	/** Columns of the subscription. */
	change: Record<string, unknown>;
	/** When the lease ends; 0 gives it back. */
	lockedUntil: number;
	now: number;
}

/** How long an event waits that did not arrive: so long, twice as long with each failure, at most the longest. */
export interface Backoff {
	firstMs: number;
	longestMs: number;
}

const ROWS_A_STATEMENT = 100;
/** Beyond, the doubled time would not fit the column. */
const MOST_DOUBLINGS = 15;

export async function insertDeliveries(trx: Knex, deliveries: readonly NewDelivery[]): Promise<void> {
	for (let i = 0; i < deliveries.length; i += ROWS_A_STATEMENT) {
		const rows = deliveries.slice(i, i + ROWS_A_STATEMENT).map(({ listener, ticketId, eventId, body, at }) => {
			return { subscription_id: listener, ticket_id: ticketId, event_id: eventId, body, queued_at: at, run_after: at };
		});
		await trx('event_deliveries').insert(rows);
	}
}

/** What is still to be told of these tickets is told to nobody. Resolves with how many deliveries that were. */
export async function dropDeliveries(trx: Knex, ticketIds: readonly string[]): Promise<number> {
	return trx('event_deliveries').whereIn('ticket_id', ticketIds).delete();
}

/**
 * Subscriptions with something to send, without those that the caller serves already, each leased to it alone. Of those who
 * ask at once the last waits for the first, sees what that changed, and gets the rest.
 */
export async function claimSubscriptions(
	knex: Knex,
	now: number,
	leaseMs: number,
	served: readonly number[] = [],
): Promise<ServedSubscription[]> {
	const free = (): Knex.QueryBuilder =>
		knex('subscriptions')
			.whereNull('disabled_at')
			.whereNotIn('id', served)
			.where('next_attempt_at', '<=', now)
			.where('locked_until', '<', now);
	const due = knex('event_deliveries')
		.select(knex.raw('1'))
		.whereRaw('event_deliveries.subscription_id = subscriptions.id')
		.where('run_after', '<=', now);
	const ids = (await free().whereExists(due).pluck('id')) as number[];
	// Most often there is nothing, and a write would wait for every other.
	if (ids.length === 0) return [];
	const [claim, lockedUntil] = [randomUUID(), now + leaseMs];
	const rows = (await free().whereIn('id', ids).update({ claim, locked_until: lockedUntil }).returning('*')) as Record<
		string,
		unknown
	>[];
	return rows.map((row) => ({ ...fromRow(row), claim, lockedUntil }));
}

/** The first `limit` that are due, of each ticket the oldest alone. */
export async function nextDeliveries(
	knex: Knex,
	listener: number,
	now: number,
	limit: number,
): Promise<EventDelivery[]> {
	const due = dueDeliveries(knex, listener, now).limit(limit).as('due');
	const rows = (await knex(due)
		.leftJoin('ticket_logs', 'ticket_logs.ticket_id', 'due.ticket_id')
		.select('due.*', 'ticket_logs.request_id', 'ticket_logs.traceparent')
		.orderBy(['due.run_after', 'due.id'])) as Record<string, unknown>[];
	return rows.map(({ id, event_id, body, queued_at, ticket_id, request_id, traceparent }) => ({
		id: id as EventDelivery['id'],
		eventId: String(event_id),
		body: String(body),
		queuedAt: Number(queued_at),
		about: { ticket_id: String(ticket_id), request_id, traceparent } as EventDelivery['about'],
	}));
}

/** In the order of an index, with another to look for earlier ones of the ticket. */
export function dueDeliveries(knex: Knex, listener: number, now: number): Knex.QueryBuilder {
	const earlier = knex('event_deliveries as earlier')
		.select(knex.raw('1'))
		.whereRaw('earlier.ticket_id = event_deliveries.ticket_id')
		.whereRaw('earlier.subscription_id = event_deliveries.subscription_id')
		.whereRaw('earlier.id < event_deliveries.id');
	return knex('event_deliveries')
		.where({ subscription_id: listener })
		.where('run_after', '<=', now)
		.whereNotExists(earlier)
		.orderBy(['run_after', 'id'])
		.select('id', 'event_id', 'body', 'queued_at', 'ticket_id', 'run_after');
}

export async function countDeliveries(knex: Knex): Promise<number> {
	const [{ count }] = (await knex('event_deliveries').count({ count: '*' })) as { count: number | string }[];
	return Number(count);
}

/** Whether more than `most` events wait for a subscriber. */
export async function isOverfull(knex: Knex, listener: number, most: number): Promise<boolean> {
	const waiting = knex('event_deliveries').where({ subscription_id: listener }).orderBy(['run_after', 'id']);
	return (await waiting.offset(most).first('id')) !== undefined;
}

/** Resolves with whether the subscription was still the caller's; nothing is written where it was not. */
export async function saveRound(
	knex: Knex,
	{ id, claim }: ServedSubscription,
	{ delivered, failed, change, lockedUntil, now }: Round,
	backoff: Backoff,
): Promise<boolean> {
	const idsOf = (deliveries: EventDelivery[]): EventDelivery['id'][] => deliveries.map((delivery) => delivery.id);
	return knex.transaction(async (trx) => {
		const held = await trx('subscriptions')
			.where({ id, claim })
			.update({ ...change, locked_until: lockedUntil });
		if (held === 0) return false;
		if (delivered.length > 0) await trx('event_deliveries').whereIn('id', idsOf(delivered)).delete();
		if (failed.length === 0) return true;
		await trx('event_deliveries')
			.whereIn('id', idsOf(failed))
			.update({ attempts: trx.raw('attempts + 1'), run_after: runAfter(trx, now, backoff) });
		return true;
	});
}

/** Arithmetic that both databases know; without the types PostgreSQL would take the numbers for small ones. */
function runAfter(trx: Knex, now: number, { firstMs, longestMs }: Backoff): Knex.Raw {
	const most = Math.min(MOST_DOUBLINGS, Math.max(0, Math.floor(Math.log2(longestMs / firstMs))));
	const sql =
		'CAST(? AS BIGINT) + CASE WHEN attempts > ? THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) << attempts END';
	return trx.raw(sql, [now, most, longestMs, firstMs]);
}
