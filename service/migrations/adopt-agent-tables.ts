import type { Knex } from 'knex';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import { isPostgres } from '../in-turn';
import { adoptedPriority, adoptedStatus } from './agent-values';
import * as fitting from './fit-agent-columns';
import { fitAgentTimes, fitAgentValues } from './fit-agent-values';

type Note = (text: string) => void;

/** The agent's mappings had no system: it is read off the address once, here, and never guessed again. */
export async function adoptMappings(knex: Knex, note: Note): Promise<void> {
	await fit(knex, 'team_mappings', fitting.MAPPING_COLUMNS, note);
	await addMissing(knex, 'team_mappings', {
		system: (table) => table.text('system').notNullable().defaultTo(''),
		settings: (table) => table.text('settings').notNullable().defaultTo('{}'),
	});
	await fillBlanks(knex, 'team_mappings', {
		department: FALLBACK_DEPARTMENT,
		team_name: knex.ref('department'),
		settings: '{}',
		api_headers: '{}',
		api_method: 'POST',
		api_endpoint: '',
		priority_threshold: 'low',
	});
	const rows = (await knex('team_mappings').select('id', 'department', 'api_endpoint', 'system')) as AgentMapping[];
	for (const row of rows) {
		const system = (row.system ?? '').trim() || inferSystem(row.api_endpoint);
		if (system !== row.system) await knex('team_mappings').where({ id: row.id }).update({ system });
		note(`mapping ${row.id} of ${row.department}: taken over from the Python agent as "${system}"`);
	}
	// What says nothing we know keeps nothing out.
	await normalise(knex, 'team_mappings.priority_threshold', (given) => adoptedPriority(given, 'low'), note);
	await normaliseTimes(knex, 'team_mappings', note);
}

interface AgentMapping {
	id: number;
	department: string;
	api_endpoint: string;
	system: string | null;
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
	await fit(knex, 'ticket_logs', fitting.TICKET_COLUMNS, note);
	await addMissing(knex, 'ticket_logs', TICKET_COLUMNS);
	const named = await knex('ticket_logs')
		.whereNull('ticket_id')
		.update({ ticket_id: knex.raw("'TKT-LEGACY-' || id") });
	if (named > 0) note(`${named} ticket(s) without an id got one, TKT-LEGACY- and the row's number`);
	await fillBlanks(knex, 'ticket_logs', {
		priority: 'medium',
		needs_review: false,
		ticket_metadata: '{}',
		title: '',
		email: '',
		description: '',
	});
	await normalise(knex, 'ticket_logs.priority', (given) => adoptedPriority(given, 'medium'), note);
	await knex('ticket_logs')
		.whereNull('effective_priority')
		.orWhere('effective_priority', '')
		.update({ effective_priority: knex.ref('priority') });
	await normalise(knex, 'ticket_logs.effective_priority', (given) => adoptedPriority(given, 'medium'), note);
	await endUnfinished(knex);
	await normalise(knex, 'ticket_logs.status', (given) => adoptedStatus(given).status, note);
	await normaliseTimes(knex, 'ticket_logs', note);
	const [{ count }] = (await knex('ticket_logs').count({ count: '*' })) as { count: number | string }[];
	note(`${count} ticket(s) taken over from the Python agent`);
}

function fit(knex: Knex, table: string, wanted: fitting.WantedColumns, note: Note): Promise<void> {
	return isPostgres(knex)
		? fitting.fitAgentColumns(knex, table, wanted, note)
		: fitAgentValues(knex, table, wanted, note);
}

type AddColumn = (table: Knex.AlterTableBuilder) => unknown;

const TICKET_COLUMNS: Record<string, AddColumn> = {
	effective_priority: (table) => table.text('effective_priority').notNullable().defaultTo(''),
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
};

async function addMissing(knex: Knex, name: string, columns: Record<string, AddColumn>): Promise<void> {
	const existing = await knex(name).columnInfo();
	const missing = Object.entries(columns).filter(([column]) => !Object.hasOwn(existing, column));
	if (missing.length === 0) return;
	await knex.schema.alterTable(name, (table) => missing.forEach(([, add]) => add(table)));
}

async function fillBlanks(
	knex: Knex,
	name: string,
	values: Record<string, string | boolean | Knex.Ref<string, Record<string, string>>>,
): Promise<void> {
	for (const [column, value] of Object.entries(values))
		await knex(name)
			.whereNull(column)
			.update({ [column]: value });
}

/** Every value of `table.column` that is not what we would write becomes that, and is reported with how many had it. */
async function normalise(knex: Knex, place: string, meaning: (given: string | null) => string, note: Note) {
	const [name, column] = place.split('.');
	const rows = (await knex(name).distinct({ given: column })) as { given: string | null }[];
	for (const { given } of rows) {
		const value = meaning(given);
		if (value === given) continue;
		const changed = await knex(name)
			.where({ [column]: given })
			.update({ [column]: value });
		note(`${changed} row(s) of ${name}: ${column} "${String(given ?? '').slice(0, 40)}" became "${value}"`);
	}
}

const UNFINISHED = "'taken over unfinished'";

async function endUnfinished(knex: Knex): Promise<void> {
	const rows = (await knex('ticket_logs').distinct('status')) as { status: string | null }[];
	for (const { status } of rows.filter((row) => adoptedStatus(row.status).unfinished))
		await knex('ticket_logs')
			.where({ status })
			.update({ error_message: knex.raw(`${UNFINISHED} || COALESCE(NULLIF(': ' || error_message, ': '), '')`) });
}

/** Neither database keeps more of the agent's times than the milliseconds that are read. */
async function normaliseTimes(knex: Knex, name: string, note: Note): Promise<void> {
	for (const column of ['created_at', 'updated_at']) {
		if (!isPostgres(knex)) {
			await fitAgentTimes(knex, name, column, note);
			continue;
		}
		await knex(name).update({ [column]: knex.raw("date_trunc('milliseconds', ??)", [column]) });
		await knex(name)
			.whereNull(column)
			.update({ [column]: new Date(0).toISOString() });
	}
}
