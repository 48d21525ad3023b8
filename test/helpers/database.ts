import { randomUUID } from 'node:crypto';
import knexFactory from 'knex';

export interface TestDatabase {
	url: string;
	drop(): Promise<void>;
}

/** By jest.config.js: suites of the service run on either. */
export const onPostgres = (globalThis as { DATABASE?: string }).DATABASE === 'postgres';

/** A new database: in memory, or where a suite runs on PostgreSQL, one there. */
export async function newDatabase(): Promise<TestDatabase> {
	if (!onPostgres) return { url: 'sqlite::memory:', drop: () => Promise.resolve() };
	const template = new URL(String(process.env.POSTGRES_TEMPLATE_URL));
	const name = `triage_${randomUUID().replaceAll('-', '')}`;
	await ask(template, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)} STRATEGY FILE_COPY`);
	const url = new URL(`/${name}`, template).href;
	return { url, drop: () => ask(template, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** From another database: nobody may be in the one that is copied or dropped. */
async function ask(server: URL, sql: string): Promise<void> {
	const knex = knexFactory({ client: 'pg', connection: new URL('/postgres', server).href });
	await knex.raw(sql);
	await knex.destroy();
}
