import knexFactory, { type Knex } from 'knex';
import type { Database } from './config';
import { limitConnection, LIMITS, type Limits } from './database-limits';
import { inTurn } from './in-turn';
import type { Logger } from './logger';
import { migrationSource } from './migrations';
import { seldom } from './seldom';

/** SQLite: write-ahead log, every commit forced to disk, so that what was acknowledged survives a power cut. */
const PRAGMAS = [
	...['journal_mode = WAL', 'synchronous = FULL', 'busy_timeout = 10000', 'foreign_keys = ON'],
	// What is erased is overwritten at once. What that leaves goes when the file is rewritten.
	'secure_delete = ON',
];
const READERS_AND_WRITER = 4;
/** Whoever waits longer for a connection of the pool is told so. */
const CONNECTION_WAIT_MS = 5000;

/** A pool on the configured database; not yet migrated. Without `limits`, on PostgreSQL, whatever is asked takes its time. */
export function openDatabase({ client, connection }: Database, log?: Logger, limits: Limits | null = LIMITS): Knex {
	const common = { ...(log && { log: knexLog(log) }), acquireConnectionTimeout: CONNECTION_WAIT_MS };
	if (client === 'pg') {
		return knexFactory({
			...common,
			client,
			connection: { connectionString: connection, connectionTimeoutMillis: CONNECTION_WAIT_MS, keepAlive: true },
			pool: { min: 0, max: 10, ...(limits && { afterCreate: limitConnection(limits) }) },
		});
	}
	const inMemory = connection === ':memory:';
	return knexFactory({
		...common,
		client,
		connection: { filename: connection },
		useNullAsDefault: true,
		pool: { min: 1, max: inMemory ? 1 : READERS_AND_WRITER, afterCreate: applyPragmas, idleTimeoutMillis: 0x7fffffff },
	});
}

/** Of a connection that is gone it speaks whenever one is wanted. */
const COMPLAINT_EVERY_MS = 10_000;

/** knex would write to standard output, which is for the log, and quote what it was given. */
function knexLog(log: Logger): Knex.Config['log'] {
	const complain = seldom(COMPLAINT_EVERY_MS);
	const say = (level: 'warn' | 'error' | 'debug') => () =>
		complain((leftOut) => log[level]({ left_out: leftOut }, 'the database library has something to say'));
	return { warn: say('warn'), error: say('error'), deprecate: say('debug'), debug: say('debug') };
}

interface SqliteConnection {
	exec(sql: string, done: (error: Error | null) => void): void;
}

function applyPragmas(
	connection: SqliteConnection,
	done: (error: Error | null, connection: SqliteConnection) => void,
): void {
	const sql = PRAGMAS.map((pragma) => `PRAGMA ${pragma};`).join('\n');
	connection.exec(sql, (error) => done(error, connection));
}

/** Brings the schema up to date, all or nothing of it. Resolves with what was done, for the log. */
export async function migrate(knex: Knex): Promise<string[]> {
	const notes: string[] = [];
	await inTurn(knex, (trx) => trx.migrate.latest({ migrationSource: migrationSource(notes) }));
	return notes;
}

/** Writes to the disk and leaves nothing behind. @throws what the database says where it cannot */
export async function tryWriting(knex: Knex): Promise<void> {
	const probe = { ticket_id: '', step: 'probe', detail: '{}', created_at: new Date(0).toISOString() };
	await knex.transaction(async (trx) => {
		await trx('ticket_events').insert(probe);
		await trx('ticket_events').where({ ticket_id: '' }).delete();
	});
}
