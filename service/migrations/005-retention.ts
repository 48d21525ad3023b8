import type { Knex } from 'knex';
import { isPostgres } from '../in-turn';

/** When a ticket's text was erased, and what finds the next ones without a look at any other ticket. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.timestamp('erased_at');
	});
	// The status is hidden from indexes of it: SQLite would take one of those, and sort all that has ended.
	await knex.raw(
		`CREATE INDEX ticket_logs_to_erase ON ticket_logs (updated_at) WHERE erased_at IS NULL AND status || '' IN ('routed', 'failed')`,
	);
	await knex.raw('CREATE INDEX ticket_logs_by_reporter ON ticket_logs (lower(email)) WHERE erased_at IS NULL');
	// Whether there was another erasure since the file was last rewritten.
	if (!isPostgres(knex))
		await knex.raw('CREATE INDEX ticket_logs_erased ON ticket_logs (erased_at) WHERE erased_at IS NOT NULL');
}

export async function down(knex: Knex): Promise<void> {
	if (!isPostgres(knex)) await knex.raw('DROP INDEX ticket_logs_erased');
	await knex.raw('DROP INDEX ticket_logs_by_reporter');
	await knex.raw('DROP INDEX ticket_logs_to_erase');
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.dropColumn('erased_at');
	});
}
