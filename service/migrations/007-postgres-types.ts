import type { Knex } from 'knex';
import { isPostgres } from '../in-turn';

/** Times are times on PostgreSQL. SQLite holds times as text whatever they are called. */
export async function up(knex: Knex): Promise<void> {
	if (!isPostgres(knex)) return;
	await knex.raw(`ALTER TABLE ticket_logs
		ALTER COLUMN delivery_at TYPE timestamptz USING delivery_at::timestamptz,
		ALTER COLUMN corrected_at TYPE timestamptz USING corrected_at::timestamptz`);
}

export async function down(knex: Knex): Promise<void> {
	if (!isPostgres(knex)) return;
	const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
	await knex.raw(`ALTER TABLE ticket_logs
		ALTER COLUMN delivery_at TYPE text USING ${iso('delivery_at')},
		ALTER COLUMN corrected_at TYPE text USING ${iso('corrected_at')}`);
}
