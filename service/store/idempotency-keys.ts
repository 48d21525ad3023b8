import type { Knex } from 'knex';

/** A request as its caller names it, of which there is one. */
export interface RequestKey {
	/** Name of the API key; empty where nobody is asked for one. */
	caller: string;
	key: string;
	/** Of what it asks for: the same key with another one is another request. */
	fingerprint: string;
}

/** One of a request's tickets. */
export interface ItemKey extends RequestKey {
	/** From 0. */
	item: number;
}

export interface KeptKey extends ItemKey {
	ticket_id: string;
	/** Milliseconds since 1970. */
	created_at: number;
}

export type FoundKey = Pick<KeptKey, 'item' | 'fingerprint' | 'ticket_id'>;

const KEPT_MS = 24 * 3_600_000;
const ROWS_A_STATEMENT = 100;
const ROWS_A_BATCH = 500;

/** @throws a row error where one of them is taken, once whoever takes it has committed */
export async function insertKeys(trx: Knex, keys: KeptKey[]): Promise<void> {
	// In one order for all: of two transactions with the same keys one waits for the other, and not each for each.
	const sorted = [...keys].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
	for (let i = 0; i < sorted.length; i += ROWS_A_STATEMENT) {
		await trx('idempotency_keys').insert(sorted.slice(i, i + ROWS_A_STATEMENT));
	}
}

function orderOf({ caller, key, item }: KeptKey): string {
	return JSON.stringify([caller, key, item]);
}

/** What was accepted under a request's key, whatever its fingerprint was. */
export async function findKeys(knex: Knex, { caller, key }: RequestKey): Promise<FoundKey[]> {
	const found = await knex('idempotency_keys').select('item', 'fingerprint', 'ticket_id').where({ caller, key });
	return found as FoundKey[];
}

/**
 * Removes the oldest of the keys that are older than a day, `now` being milliseconds since 1970.
 * Resolves with whether there may be more.
 */
export async function forgetOldKeys(knex: Knex, now: number): Promise<boolean> {
	const columns = ['caller', 'key', 'item'];
	const old = knex('idempotency_keys')
		.select(columns)
		.where('created_at', '<', now - KEPT_MS)
		.orderBy('created_at')
		.limit(ROWS_A_BATCH);
	const forgotten = await knex('idempotency_keys').whereIn(columns, old).delete();
	return forgotten === ROWS_A_BATCH;
}
