import type { Knex } from 'knex';

/** What all processes agree on before they call somebody: one row for each target, two for Gemini. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.createTable('limits', (table) => {
		table.text('key').primary();
		// Whoever writes names the one that was read: what another wrote since is not overwritten.
		table.bigInteger('version').notNullable();
		table.text('state').notNullable();
		// Milliseconds since 1970.
		table.bigInteger('updated_at').notNullable().index('limits_by_time');
	});
}

export async function down(knex: Knex): Promise<void> {
	await knex.schema.dropTable('limits');
}
