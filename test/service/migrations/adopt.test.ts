import type { Knex } from 'knex';
import { openDatabase, migrate } from '../../../service/database';
import { migrationSource } from '../../../service/migrations';
import { inferSystem } from '../../../service/migrations/adopt-agent-tables';
import { seedsFor } from '../../../service/seeds';
import { listMappings, seedMappings } from '../../../service/store/mappings';
import { listTickets } from '../../../service/store/ticket-pages';
import { findTicket } from '../../../service/store/tickets';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';

let knex: Knex;
beforeEach(() => {
	knex = openDatabase({ client: 'sqlite3', connection: ':memory:' });
});
afterEach(() => knex.destroy());

/** A database as the Python agent left it: no `system`, times without a zone, confidence as text. */
async function agentDatabase(): Promise<void> {
	await knex.raw(`CREATE TABLE team_mappings (id INTEGER PRIMARY KEY, department VARCHAR(50) NOT NULL, team_name VARCHAR(100) NOT NULL,
		api_endpoint VARCHAR(500), api_method VARCHAR(10), api_headers TEXT, priority_threshold VARCHAR(20), is_active BOOLEAN,
		created_at DATETIME, updated_at DATETIME)`);
	await knex.raw(`CREATE TABLE ticket_logs (id INTEGER PRIMARY KEY, ticket_id VARCHAR(50) UNIQUE, title VARCHAR(200), description TEXT,
		email VARCHAR(255), priority VARCHAR(20), department VARCHAR(50), assigned_to VARCHAR(100), status VARCHAR(20),
		confidence_score VARCHAR(10), external_ticket_id VARCHAR(100), routed_to_system VARCHAR(50), ticket_metadata TEXT,
		error_message VARCHAR(500), created_at DATETIME, updated_at DATETIME)`);
	const time = '2025-03-01 09:00:00.123456';
	const mapping = { api_method: 'POST', is_active: true, created_at: time, updated_at: time };
	await knex('team_mappings').insert([
		{
			...mapping,
			department: 'IT',
			team_name: 'Ops',
			api_endpoint: 'https://acme.atlassian.net/rest/api/2/issue',
			priority_threshold: 'high',
		},
		{
			...mapping,
			department: 'HR',
			team_name: 'People',
			api_endpoint: 'https://hooks.slack.com/services/T/B/x',
			api_headers: '{"A":"b"}',
		},
		{
			...mapping,
			department: 'Finance',
			team_name: 'Books',
			api_endpoint: 'https://desk.example/api',
			is_active: false,
		},
	]);
	await knex('ticket_logs').insert([
		{
			ticket_id: 'TKT-0A1B2C3D',
			title: 'Old one',
			description: 'From before',
			email: 'a@example.com',
			priority: 'high',
			department: 'IT',
			status: 'routed',
			confidence_score: '0.95',
			created_at: time,
			updated_at: time,
		},
		{
			ticket_id: 'TKT-0A1B2C3E',
			title: 'Failed',
			priority: null,
			status: 'failed',
			created_at: time,
			updated_at: null,
		},
	]);
}

it('takes the tables of the Python agent over, without loss, and reports it', async () => {
	await agentDatabase();
	const notes = await migrate(knex);
	expect(notes).toEqual([
		'mapping 1 of IT: taken over from the Python agent as "jira"',
		'mapping 2 of HR: taken over from the Python agent as "slack"',
		'mapping 3 of Finance: taken over from the Python agent as "http"',
		'2 ticket(s) taken over from the Python agent',
	]);
	const mappings = await listMappings(knex);
	expect(mappings).toEqual([
		expect.objectContaining({ department: 'Finance', system: 'http', isActive: false, priorityThreshold: 'low' }),
		expect.objectContaining({ department: 'HR', system: 'slack', headers: { A: 'b' } }),
		expect.objectContaining({
			department: 'IT',
			system: 'jira',
			priorityThreshold: 'high',
			createdAt: '2025-03-01T09:00:00.123Z',
		}),
	]);
	expect(await findTicket(knex, 'TKT-0A1B2C3D')).toMatchObject({
		title: 'Old one',
		confidence_score: 0.95,
		effective_priority: 'high',
		needs_review: false,
		classification: null,
		ticket_metadata: {},
		created_at: '2025-03-01T09:00:00.123Z',
	});
	expect((await listTickets(knex, {}, { limit: 10 })).tickets.map(({ priority }) => priority)).toEqual([
		'medium',
		'high',
	]);
});

it('leaves adopted mappings alone when it seeds, and does all this once', async () => {
	await agentDatabase();
	await migrate(knex);
	expect(await seedMappings(knex, seedsFor(DEFAULT_DEPARTMENTS, []), new Date().toISOString())).toBe(false);
	expect(await migrate(knex)).toEqual([]);
	expect(await listMappings(knex)).toHaveLength(3);
});

it('makes the tables where there are none, seeds every department, and can undo itself', async () => {
	expect(await migrate(knex)).toEqual([]);
	expect(await seedMappings(knex, seedsFor(DEFAULT_DEPARTMENTS, []), new Date().toISOString())).toBe(true);
	const seeded = await listMappings(knex);
	expect(seeded).toHaveLength(7);
	expect(seeded.every(({ system, isActive }) => system === 'inbox' && isActive)).toBe(true);
	await knex.migrate.rollback({ migrationSource: migrationSource([]) }, true);
	expect(await knex.schema.hasTable('ticket_logs')).toBe(false);
});

it.each([
	['https://acme.atlassian.net/rest/servicedeskapi/request', 'jira_service_management'],
	['https://jira.acme.example/rest/api/2/issue', 'jira'],
	['https://acme.freshservice.com/api/v2/tickets', 'freshservice'],
	['https://slack.com/api/chat.postMessage', 'slack'],
	['https://desk.example/tickets', 'http'],
	['', 'inbox'],
])('reads the system off %p', (endpoint, system) => expect(inferSystem(endpoint)).toBe(system));
