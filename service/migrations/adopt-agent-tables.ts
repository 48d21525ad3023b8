import type { Knex } from 'knex';

type Note = (text: string) => void;

/** The agent's mappings had no system: it is read off the address once, here, and never guessed again. */
export async function adoptMappings(knex: Knex, note: Note): Promise<void> {
	await addMissing(knex, 'team_mappings', {
		system: (table) => table.text('system').notNullable().defaultTo('http'),
		settings: (table) => table.text('settings').notNullable().defaultTo('{}'),
	});
	const rows = (await knex('team_mappings').select('id', 'department', 'api_endpoint')) as AgentMapping[];
	for (const row of rows) {
		const system = inferSystem(row.api_endpoint ?? '');
		await knex('team_mappings').where({ id: row.id }).update({ system });
		note(`mapping ${row.id} of ${row.department}: taken over from the Python agent as "${system}"`);
	}
	await fillBlanks(knex, 'team_mappings', {
		api_headers: '{}',
		api_method: 'POST',
		api_endpoint: '',
		priority_threshold: 'low',
	});
	await normaliseTimes(knex, 'team_mappings');
}

interface AgentMapping {
	id: number;
	department: string;
	api_endpoint: string | null;
}

export function inferSystem(endpoint: string): string {
	if (/\/rest\/servicedeskapi/i.test(endpoint)) return 'jira_service_management';
	if (/atlassian\.net|\/rest\/api\/[23]|jira/i.test(endpoint)) return 'jira';
	if (/freshservice\.com/i.test(endpoint)) return 'freshservice';
	if (/hooks\.slack\.com|slack\.com\/api/i.test(endpoint)) return 'slack';
	return endpoint === '' ? 'inbox' : 'http';
}

/** The agent's tickets keep their ids; what it did not know is left empty. */
export async function adoptTickets(knex: Knex, note: Note): Promise<void> {
	await addMissing(knex, 'ticket_logs', {
		effective_priority: (table) => table.text('effective_priority').notNullable().defaultTo('medium'),
		needs_review: (table) => table.boolean('needs_review').notNullable().defaultTo(false),
		classification: (table) => table.text('classification'),
		external_url: (table) => table.text('external_url'),
		source: (table) => table.text('source'),
		ticket_metadata: (table) => table.text('ticket_metadata'),
		assigned_to: (table) => table.text('assigned_to'),
		error_message: (table) => table.text('error_message'),
		routed_to_system: (table) => table.text('routed_to_system'),
		external_ticket_id: (table) => table.text('external_ticket_id'),
		confidence_score: (table) => table.double('confidence_score'),
	});
	await fillBlanks(knex, 'ticket_logs', { priority: 'medium', ticket_metadata: '{}', email: '', description: '' });
	await knex('ticket_logs').update({ effective_priority: knex.ref('priority') });
	await normaliseTimes(knex, 'ticket_logs');
	const [{ count }] = (await knex('ticket_logs').count({ count: '*' })) as { count: number | string }[];
	note(`${count} ticket(s) taken over from the Python agent`);
}

type AddColumn = (table: Knex.AlterTableBuilder) => unknown;

async function addMissing(knex: Knex, name: string, columns: Record<string, AddColumn>): Promise<void> {
	const existing = await knex(name).columnInfo();
	const missing = Object.entries(columns).filter(([column]) => !Object.hasOwn(existing, column));
	if (missing.length === 0) return;
	await knex.schema.alterTable(name, (table) => missing.forEach(([, add]) => add(table)));
}

async function fillBlanks(knex: Knex, name: string, values: Record<string, string>): Promise<void> {
	for (const [column, value] of Object.entries(values))
		await knex(name)
			.whereNull(column)
			.update({ [column]: value });
}

/** SQLite holds the agent's times as `2025-03-01 09:00:00.000000`, in UTC; here they are ISO 8601 throughout. */
async function normaliseTimes(knex: Knex, name: string): Promise<void> {
	for (const column of ['created_at', 'updated_at']) {
		if ((knex.client as { config: { client: string } }).config.client === 'sqlite3') {
			const iso = "strftime('%Y-%m-%dT%H:%M:%fZ', ??)";
			await knex.raw(`UPDATE ?? SET ?? = ${iso} WHERE ?? LIKE '____-__-__ %'`, [name, column, column, column]);
		}
		await knex(name)
			.whereNull(column)
			.update({ [column]: new Date(0).toISOString() });
	}
}
