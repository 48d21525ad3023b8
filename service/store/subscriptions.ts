import type { Knex } from 'knex';
import { EVENT_TYPES, type EventType } from '../events/event-types';
import { readColumn, toIso } from './tickets';

export interface NewSubscription {
	/** May be `${NAME}`, or begin with it. */
	url: string;
	events: EventType[];
	/** `whsec_…`, several with spaces between, or `${NAME}`. */
	secret: string;
	description: string | null;
}

export interface Subscription extends NewSubscription {
	id: number;
	createdAt: string;
	updatedAt: string;
	lastDeliveredAt: string | null;
	/** Since when nothing has arrived. */
	failingSince: string | null;
	/** From then on nothing is sent or kept for it, until a person enables it. */
	disabledAt: string | null;
	lastError: string | null;
	/** Rounds in a row in which nothing arrived. */
	failures: number;
}

type Row = Record<string, unknown>;

const subscriptions = (knex: Knex): Knex.QueryBuilder => knex('subscriptions');

export async function listSubscriptions(knex: Knex): Promise<Subscription[]> {
	return ((await subscriptions(knex).orderBy('id')) as Row[]).map(fromRow);
}

export async function findSubscription(knex: Knex, id: number): Promise<Subscription | undefined> {
	const row = (await subscriptions(knex).where({ id }).first()) as Row | undefined;
	return row && fromRow(row);
}

/** Resolves with the subscription as stored, or undefined where there are `most` already; `at` is ISO 8601. */
export async function insertSubscription(
	knex: Knex,
	{ events, ...given }: NewSubscription,
	at: string,
	most: number,
): Promise<Subscription | undefined> {
	return knex.transaction(async (trx) => {
		const row = { ...given, events: JSON.stringify(events), created_at: at, updated_at: at };
		const [stored] = (await subscriptions(trx).insert(row).returning('*')) as Row[];
		const [{ count }] = (await subscriptions(trx).count({ count: '*' })) as { count: number | string }[];
		if (Number(count) <= most) return fromRow(stored);
		await subscriptions(trx).where({ id: stored.id }).delete();
		return undefined;
	});
}

/** With all that is still to be told. Resolves with whether there was one. */
export async function deleteSubscription(knex: Knex, id: number): Promise<boolean> {
	return knex.transaction(async (trx) => {
		// It comes first: whoever is writing deliveries for it is waited for, and nobody begins to.
		const deleted = await subscriptions(trx).where({ id }).delete();
		await trx('event_deliveries').where({ subscription_id: id }).delete();
		return deleted > 0;
	});
}

/** What waits is sent from now on, as if it had just happened. Resolves with the subscription, if there is one. */
export async function enableSubscription(knex: Knex, id: number, now: number): Promise<Subscription | undefined> {
	return knex.transaction(async (trx) => {
		const fresh = { disabled_at: null, failing_since: null, last_error: null, failures: 0, next_attempt_at: 0 };
		const [row] = (await subscriptions(trx)
			.where({ id })
			.update({ ...fresh, updated_at: new Date(now).toISOString() })
			.returning('*')) as Row[];
		const waiting = trx('event_deliveries').where({ subscription_id: id });
		if (row) await waiting.update({ queued_at: now, run_after: now, attempts: 0 });
		return row && fromRow(row);
	});
}

/** Who is to be told of what happens now. They stay until the transaction is through. */
export async function listListeners(trx: Knex): Promise<Pick<Subscription, 'id' | 'events'>[]> {
	const query = subscriptions(trx).whereNull('disabled_at').select('id', 'events').orderBy('id').forKeyShare();
	return ((await query) as Row[]).map(({ id, events }) => ({ id: Number(id), events: eventsIn(events) }));
}

export function fromRow(row: Row): Subscription {
	const text = (value: unknown): string | null => (value === null ? null : String(value));
	const time = (value: unknown): string | null => (value === null ? null : toIso(value));
	return {
		id: Number(row.id),
		url: String(row.url),
		events: eventsIn(row.events),
		secret: String(row.secret),
		description: text(row.description),
		createdAt: toIso(row.created_at),
		updatedAt: toIso(row.updated_at),
		lastDeliveredAt: time(row.last_delivered_at),
		failingSince: time(row.failing_since),
		disabledAt: time(row.disabled_at),
		lastError: text(row.last_error),
		failures: Number(row.failures),
	};
}

function eventsIn(column: unknown): EventType[] {
	const given = readColumn(column);
	return EVENT_TYPES.filter((type) => Array.isArray(given) && given.includes(type));
}
