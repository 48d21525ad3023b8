import type { Knex } from 'knex';

/** Who wants to hear of tickets, and what is still to be told to whom. */
export async function up(knex: Knex): Promise<void> {
	await knex.schema.createTable('subscriptions', subscriptionColumns);
	await knex.schema.createTable('event_deliveries', deliveryColumns);
}

export async function down(knex: Knex): Promise<void> {
	for (const table of ['event_deliveries', 'subscriptions']) await knex.schema.dropTable(table);
}

function subscriptionColumns(table: Knex.CreateTableBuilder): void {
	table.increments('id');
	table.text('url').notNullable();
	table.text('events').notNullable();
	table.text('secret').notNullable();
	table.text('description');
	table.timestamp('created_at').notNullable();
	table.timestamp('updated_at').notNullable();
	table.timestamp('last_delivered_at');
	table.timestamp('failing_since');
	table.timestamp('disabled_at');
	table.text('last_error');
	table.integer('failures').notNullable().defaultTo(0);
	table.bigInteger('next_attempt_at').notNullable().defaultTo(0);
	table.bigInteger('locked_until').notNullable().defaultTo(0);
	table.text('claim').notNullable().defaultTo('');
}

/** One row for each event and each who is told of it, gone when it was. Times are milliseconds since 1970. */
function deliveryColumns(table: Knex.CreateTableBuilder): void {
	table.bigIncrements('id');
	table.integer('subscription_id').notNullable();
	table.text('ticket_id').notNullable();
	table.text('event_id').notNullable();
	table.text('body').notNullable();
	table.integer('attempts').notNullable().defaultTo(0);
	table.bigInteger('queued_at').notNullable();
	table.bigInteger('run_after').notNullable();
	table.index(['subscription_id', 'run_after', 'id'], 'event_deliveries_by_turn');
	table.index(['ticket_id', 'subscription_id', 'id'], 'event_deliveries_by_ticket');
}
