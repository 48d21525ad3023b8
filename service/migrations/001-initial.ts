import type { Knex } from 'knex';
import { adoptMappings, adoptTickets } from './adopt-agent-tables';

/** The tables; those of the Python agent, which have the same names, are taken over with their rows. */
export async function up(knex: Knex, note: (text: string) => void): Promise<void> {
	if (await knex.schema.hasTable('team_mappings')) await adoptMappings(knex, note);
	else await knex.schema.createTable('team_mappings', mappingColumns);
	if (await knex.schema.hasTable('ticket_logs')) await adoptTickets(knex, note);
	else await knex.schema.createTable('ticket_logs', ticketColumns);
	await knex.schema.alterTable('ticket_logs', (table) => {
		table.index(['status', 'id'], 'ticket_logs_by_status');
		table.index(['department', 'id'], 'ticket_logs_by_department');
		table.index(['created_at'], 'ticket_logs_by_time');
	});
	await knex.schema.createTable('ticket_events', eventColumns);
	await knex.schema.createTable('ticket_jobs', jobColumns);
}

export async function down(knex: Knex): Promise<void> {
	for (const table of ['ticket_jobs', 'ticket_events', 'ticket_logs', 'team_mappings'])
		await knex.schema.dropTable(table);
}

function mappingColumns(table: Knex.CreateTableBuilder): void {
	table.increments('id');
	table.text('department').notNullable();
	table.text('team_name').notNullable();
	table.text('system').notNullable();
	table.text('api_endpoint').notNullable().defaultTo('');
	table.text('api_method').notNullable().defaultTo('POST');
	table.text('api_headers').notNullable().defaultTo('{}');
	table.text('settings').notNullable().defaultTo('{}');
	table.text('priority_threshold').notNullable().defaultTo('low');
	table.boolean('is_active').notNullable().defaultTo(true);
	table.timestamp('created_at').notNullable();
	table.timestamp('updated_at').notNullable();
}

function ticketColumns(table: Knex.CreateTableBuilder): void {
	table.increments('id');
	table.text('ticket_id').notNullable().unique();
	table.text('title').notNullable();
	table.text('description').notNullable();
	table.text('email').notNullable();
	table.text('priority').notNullable();
	table.text('effective_priority').notNullable();
	table.text('department');
	table.text('assigned_to');
	table.text('status').notNullable();
	table.double('confidence_score');
	table.boolean('needs_review').notNullable().defaultTo(false);
	table.text('classification');
	table.text('external_ticket_id');
	table.text('external_url');
	table.text('routed_to_system');
	table.text('source');
	table.text('ticket_metadata').notNullable().defaultTo('{}');
	table.text('error_message');
	table.timestamp('created_at').notNullable();
	table.timestamp('updated_at').notNullable();
}

/** A ticket's history: one row a step, never changed. */
function eventColumns(table: Knex.CreateTableBuilder): void {
	table.increments('id');
	table.text('ticket_id').notNullable().index('ticket_events_by_ticket');
	table.text('step').notNullable();
	table.text('detail').notNullable();
	table.timestamp('created_at').notNullable();
}

/** Work to do: one row a ticket, gone when it is done. Times are milliseconds since 1970. */
function jobColumns(table: Knex.CreateTableBuilder): void {
	table.text('ticket_id').primary();
	table.text('state').notNullable();
	table.integer('attempts').notNullable();
	table.integer('priority').notNullable();
	table.bigInteger('run_after').notNullable();
	table.bigInteger('locked_until').notNullable();
	table.bigInteger('created_at').notNullable();
	table.index(['state', 'priority', 'created_at'], 'ticket_jobs_by_turn');
}
