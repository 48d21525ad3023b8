import type { Knex } from 'knex';

/** Which tickets were accepted under keys of their callers' choosing, so that a repeated request makes no second ticket. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.createTable('idempotency_keys', (table) => {
		table.text('caller').notNullable();
		table.text('key').notNullable();
		// Which of the request's tickets, from 0.
		table.integer('item').notNullable();
		table.text('fingerprint').notNullable();
		table.text('ticket_id').notNullable();
		// Milliseconds since 1970.
		table.bigInteger('created_at').notNullable().index('idempotency_keys_by_time');
		table.primary(['caller', 'key', 'item']);
	});
}

export async function down(knex: Knex): Promise<void> {
	await knex.schema.dropTable('idempotency_keys');
}
