import type { Knex } from 'knex';
import { isPostgres } from '../../service/in-turn';

/** Every row of every table, as one text. */
export async function allRows(knex: Knex): Promise<string> {
	const rows = [];
	for (const table of await tablesOf(knex)) rows.push(await knex.select().from(knex.raw(table)));
	return JSON.stringify(rows);
}

async function tablesOf(knex: Knex): Promise<string[]> {
	if (!isPostgres(knex)) return (await knex('sqlite_master').where({ type: 'table' }).pluck('name')) as string[];
	const { rows } = (await knex.raw(`SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name
		FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)) as { rows: { name: string }[] };
	return rows.map(({ name }) => name);
}

/** What stands in each column of each table, by `table.column`. */
export async function allColumns(knex: Knex): Promise<Map<string, string>> {
	const columns = new Map<string, string>();
	for (const table of await tablesOf(knex)) {
		for (const row of (await knex.select().from(knex.raw(table))) as Record<string, unknown>[]) {
			for (const [column, value] of Object.entries(row)) {
				const name = `${table}.${column}`;
				columns.set(name, `${columns.get(name) ?? ''}\n${textOf(value)}`);
			}
		}
	}
	return columns;
}

function textOf(value: unknown): string {
	if (Buffer.isBuffer(value)) return value.toString('latin1');
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
