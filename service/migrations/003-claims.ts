import type { Knex } from 'knex';

/** Each claim of a job has a name, by which one that was overtaken is known. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_jobs', (table) => {
		table.text('claim').notNullable().defaultTo('');
	});
}

export async function down(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_jobs', (table) => {
		table.dropColumn('claim');
	});
}
