import { existsSync } from 'node:fs';
import { UsageError } from '../service/cli/options';
import { loadConfig, type Database, type Environment } from '../service/config';
import { openDatabase } from '../service/database';
import { databaseProblem } from '../service/database-problem';
import { createLogger } from '../service/logger';
import { readCorrections, type CorrectedTicket } from '../service/store/corrections';

/**
 * What persons corrected in the database that the environment names, relative to `root`. Nothing there is changed.
 * @throws ConfigError, UsageError where there is no such database
 */
export async function* correctedTickets(environment: Environment, root: string): AsyncGenerator<CorrectedTicket> {
	const { database, environment: kind } = loadConfig(environment, root);
	if (!isThere(database)) {
		throw new UsageError(
			`There is no database ${database.connection} (DATABASE_URL): the service makes it at its start`,
		);
	}
	const knex = openDatabase(database, createLogger('silent', kind, 2));
	try {
		// Before the service of this version was started on it there can be none.
		if (await knex.schema.hasColumn('ticket_logs', 'corrected_at')) yield* readCorrections(knex);
	} catch (error) {
		throw databaseProblem(database, error);
	} finally {
		await knex.destroy();
	}
}

/** SQLite would make the file. */
function isThere({ client, connection }: Database): boolean {
	return client !== 'sqlite3' || existsSync(connection);
}
