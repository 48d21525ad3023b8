import knexFactory, { type Knex } from 'knex';
import type { Database } from './config';
import { migrationSource } from './migrations';

/** SQLite: write-ahead log, every commit forced to disk, so that what was acknowledged survives a power cut. */
const PRAGMAS = ['journal_mode = WAL', 'synchronous = FULL', 'busy_timeout = 10000', 'foreign_keys = ON'];
const READERS_AND_WRITER = 4;

/** A pool on the configured database; not yet migrated. */
export function openDatabase({ client, connection }: Database): Knex {
	if (client === 'pg') return knexFactory({ client, connection, pool: { min: 0, max: 10 } });
	const inMemory = connection === ':memory:';
	return knexFactory({
		client,
		connection: { filename: connection },
		useNullAsDefault: true,
		pool: { min: 1, max: inMemory ? 1 : READERS_AND_WRITER, afterCreate: applyPragmas, idleTimeoutMillis: 0x7fffffff },
	});
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

/** Brings the schema up to date. Resolves with what was done, for the log. */
export async function migrate(knex: Knex): Promise<string[]> {
	const notes: string[] = [];
	await knex.migrate.latest({ migrationSource: migrationSource(notes) });
	return notes;
}
