import type { Knex } from 'knex';

/** By which request a ticket came, and in which trace. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.text('request_id');
		table.text('traceparent');
	});
}

export async function down(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.dropColumns('request_id', 'traceparent');
	});
}
