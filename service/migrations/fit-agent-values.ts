import type { Knex } from 'knex';
import { cleanText } from '../../core/text';
import type { WantedColumns } from './fit-agent-columns';

type Note = (text: string) => void;

/**
 * SQLite keeps any value in any column: bytes where a text is read become one, and a ticket whose id is bytes gets another.
 * PostgreSQL has types for that, see fit-agent-columns.ts.
 */
export async function fitAgentValues(knex: Knex, table: string, { kinds }: WantedColumns, note: Note): Promise<void> {
	const existing = Object.keys(await knex(table).columnInfo());
	for (const column of existing.filter((name) => kinds[name] === 'text')) {
		const rows = (await knex(table).select({ id: 'id', bytes: column }).whereRaw("typeof(??) = 'blob'", [column])) as {
			id: number;
			bytes: Buffer;
		}[];
		for (const { id, bytes } of rows) {
			const text = column === 'ticket_id' ? `TKT-LEGACY-${id}` : cleanText(bytes.toString('utf8'));
			await knex(table)
				.where({ id })
				.update({ [column]: text });
		}
		if (rows.length > 0) note(`${rows.length} row(s) of ${table}: the bytes in ${column} became text`);
	}
}

const ISO_TIME = '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z';
const NO_TIME = new Date(0).toISOString();

/** The agent's times are `2025-03-01 09:00:00.000000`, in UTC; here they are ISO 8601 throughout. What is no time becomes 1970. */
export async function fitAgentTimes(knex: Knex, table: string, column: string, note: Note): Promise<void> {
	const iso = "CASE WHEN typeof(??) = 'text' THEN strftime('%Y-%m-%dT%H:%M:%fZ', ??) END";
	const isIso = "(typeof(??) = 'text' AND ?? GLOB ? AND strftime('%s', ??) IS NOT NULL)";
	const here = [column, ISO_TIME, column];
	await knex.raw(`UPDATE ?? SET ?? = ${iso} WHERE NOT ${isIso} AND ${iso} GLOB ?`, [
		...[table, column, column, column, column, ...here, column, column, ISO_TIME],
	]);
	await knex(table)
		.whereNull(column)
		.update({ [column]: NO_TIME });
	const none = await knex(table)
		.whereRaw(`NOT ${isIso}`, [column, ...here])
		.update({ [column]: NO_TIME });
	if (none > 0) note(`${none} row(s) of ${table}: ${column} was no time and is 1970 now`);
}
