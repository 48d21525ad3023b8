import type { Knex } from 'knex';

/** Where a ticket's delivery stands, and what a person decided of it. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.integer('delivery_number').notNullable().defaultTo(1);
		table.text('delivery_state');
		table.text('delivery_target');
		table.integer('delivery_mapping');
		table.text('delivery_at');
		table.text('moved_from');
		table.text('corrected_department');
		table.text('corrected_team');
		table.text('corrected_note');
		table.text('corrected_at');
	});
	// Few tickets are corrected: the others need no place in it.
	await knex.raw('CREATE INDEX ticket_logs_corrected ON ticket_logs (corrected_at) WHERE corrected_at IS NOT NULL');
}

export async function down(knex: Knex): Promise<void> {
	await knex.raw('DROP INDEX ticket_logs_corrected');
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.dropColumns(...COLUMNS);
	});
}

const COLUMNS = [
	...['delivery_number', 'delivery_state', 'delivery_target', 'delivery_mapping', 'delivery_at', 'moved_from'],
	...['corrected_department', 'corrected_team', 'corrected_note', 'corrected_at'],
];
