import type { Knex } from 'knex';

/** Ours among the advisory locks of the database; any number would do. */
const LOCK = 7_420_116;

export function isPostgres(knex: Knex): boolean {
	return (knex.client as { config: { client: string } }).config.client === 'pg';
}

/**
 * Does `work` in a transaction, and while it lasts no other process does any that is in turn: the next one waits, and finds
 * what this one did. Who dies leaves nothing behind.
 */
export async function inTurn<T>(knex: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
	return knex.transaction(async (trx) => {
		// On SQLite it is the first write that waits for other writers; reading first would fail where one is at work.
		await (isPostgres(trx) ? trx.raw('SELECT pg_advisory_xact_lock(?)', [LOCK]) : trx.raw('PRAGMA user_version = 0'));
		return work(trx);
	});
}
