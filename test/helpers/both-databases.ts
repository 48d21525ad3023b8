import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Database } from '../../service/config';
import { openDatabase } from '../../service/database';
import { startPostgres, type Postgres } from './postgres';

export interface Databases {
	client: Database['client'];
	/** A new, empty database. */
	create(): Promise<Database>;
	/** A pool on it, or on a new one; closed after the test. */
	open(database?: Database): Promise<Knex>;
}

/** The same tests on SQLite and on a real PostgreSQL. Once in a file: it starts a server. */
export function describeOnBoth(what: string, tests: (databases: Databases) => void): void {
	describe(`${what}, on SQLite`, () => {
		const folder = mkdtempSync(join(tmpdir(), 'triage-sqlite-'));
		let made = 0;
		afterAll(() => rmSync(folder, { recursive: true }));
		const create = (): Promise<Database> =>
			Promise.resolve({ client: 'sqlite3', connection: join(folder, `${(made += 1)}.db`) });
		tests(closing('sqlite3', create));
	});
	describe(`${what}, on PostgreSQL`, () => {
		let postgres: Postgres;
		beforeAll(async () => {
			postgres = await startPostgres();
		});
		afterAll(() => postgres.stop());
		tests(closing('pg', async () => ({ client: 'pg', connection: await postgres.createDatabase() })));
	});
}

function closing(client: Database['client'], create: () => Promise<Database>): Databases {
	const open: Knex[] = [];
	afterEach(async () => {
		await Promise.all(open.splice(0).map((knex) => knex.destroy()));
	});
	return {
		client,
		create,
		async open(database) {
			const knex = openDatabase(database ?? (await create()));
			open.push(knex);
			return knex;
		},
	};
}
