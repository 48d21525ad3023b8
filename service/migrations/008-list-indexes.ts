import type { Knex } from 'knex';

/** What GET /tickets reads in its order, newest first, whatever it is asked to leave out. */
const INDEXES: Record<string, string> = {
	ticket_logs_by_time: 'created_at, id',
	ticket_logs_by_status: 'status, created_at, id',
	ticket_logs_by_department: 'lower(department), created_at, id',
	ticket_logs_by_both: 'lower(department), status, created_at, id',
};

const FORMER: Record<string, string> = {
	ticket_logs_by_time: 'created_at',
	ticket_logs_by_status: 'status, id',
	ticket_logs_by_department: 'department, id',
};

export async function up(knex: Knex): Promise<void> {
	await replaceIndexes(knex, 'ticket_logs', FORMER, INDEXES);
	await replaceIndexes(
		knex,
		'ticket_events',
		{ ticket_events_by_ticket: 'ticket_id' },
		{ ticket_events_by_ticket: 'ticket_id, id' },
	);
}

export async function down(knex: Knex): Promise<void> {
	await replaceIndexes(
		knex,
		'ticket_events',
		{ ticket_events_by_ticket: 'ticket_id, id' },
		{ ticket_events_by_ticket: 'ticket_id' },
	);
	await replaceIndexes(knex, 'ticket_logs', INDEXES, FORMER);
}

type Indexes = Record<string, string>;

async function replaceIndexes(knex: Knex, table: string, former: Indexes, wanted: Indexes): Promise<void> {
	for (const name of Object.keys(former)) await knex.raw(`DROP INDEX ${name}`);
	for (const [name, columns] of Object.entries(wanted)) await knex.raw(`CREATE INDEX ${name} ON ${table} (${columns})`);
}
