import type { Knex } from 'knex';
import { migrate, openDatabase } from '../../../service/database';
import { adoptedPriority, adoptedStatus } from '../../../service/migrations/agent-values';
import { listMappings } from '../../../service/store/mappings';
import { listTickets } from '../../../service/store/ticket-pages';

let knex: Knex;
let notes: string[];
beforeEach(async () => {
	knex = openDatabase({ client: 'sqlite3', connection: ':memory:' });
	await knex.raw(`CREATE TABLE team_mappings (id INTEGER PRIMARY KEY, department VARCHAR(50), team_name VARCHAR(100),
		system VARCHAR(50), api_endpoint VARCHAR(500), api_method VARCHAR(10), api_headers TEXT, priority_threshold VARCHAR(20),
		is_active BOOLEAN, created_at DATETIME, updated_at DATETIME)`);
	await knex.raw(`CREATE TABLE ticket_logs (id INTEGER PRIMARY KEY, ticket_id VARCHAR(50) UNIQUE, title VARCHAR(200), description TEXT,
		email VARCHAR(255), priority VARCHAR(20), effective_priority VARCHAR(20), status VARCHAR(20), department VARCHAR(50),
		error_message VARCHAR(500), created_at DATETIME, updated_at DATETIME)`);
	const time = '2025-03-01 09:00:00.123456';
	const times = { created_at: time, updated_at: time };
	const slack = 'https://hooks.slack.com/services/T/B/x';
	await knex('team_mappings').insert([
		{ ...times, department: 'IT', team_name: 'Ops', system: 'http', api_endpoint: slack, priority_threshold: 'P2' },
		{ ...times, department: 'HR', team_name: null, system: '  ', api_endpoint: slack, priority_threshold: 'HIGH' },
		{ ...times, department: null, team_name: null, system: null, api_endpoint: null, priority_threshold: 'any' },
	]);
	const statuses = ['COMPLETED', 'done', 'processing', 'Pending', 'received', 'classified', 'routed', 'FAILED', null];
	await knex('ticket_logs').insert(
		statuses.map((status, i) => ({
			...times,
			ticket_id: i === 0 ? null : `TKT-${i}`,
			status,
			priority: ['P1', 'HIGH', 'urgent', null, 'P3', 'p4', 'low', 'Critical', 'medium'][i],
			effective_priority: i === 6 ? 'critical' : i === 5 ? '' : null,
			error_message: status === 'Pending' ? 'timeout' : null,
		})),
	);
	notes = await migrate(knex);
});
afterEach(() => knex.destroy());

it('keeps the system of a mapping that has one, and fills what is missing', async () => {
	const mappings = [...(await listMappings(knex))].sort((a, b) => a.id - b.id);
	expect(mappings).toEqual([
		expect.objectContaining({ department: 'IT', teamName: 'Ops', system: 'http', priorityThreshold: 'high' }),
		expect.objectContaining({ department: 'HR', teamName: 'HR', system: 'slack', priorityThreshold: 'high' }),
		expect.objectContaining({ department: 'General', teamName: 'General', system: 'inbox', priorityThreshold: 'low' }),
	]);
});

it('brings statuses, priorities and ids into the ones that there are', async () => {
	const tickets = [...(await listTickets(knex, {}, { limit: 20 })).tickets].reverse();
	expect(tickets.map(({ status }) => status)).toEqual([
		...['routed', 'routed', 'failed', 'failed', 'failed', 'failed', 'routed', 'failed', 'failed'],
	]);
	expect(tickets.map(({ priority }) => priority)).toEqual([
		...['critical', 'high', 'medium', 'medium', 'medium', 'low', 'low', 'critical', 'medium'],
	]);
	expect(tickets.map(({ effective_priority }) => effective_priority)).toEqual([
		...['critical', 'high', 'medium', 'medium', 'medium', 'low', 'critical', 'critical', 'medium'],
	]);
	expect(tickets.map(({ error_message }) => error_message)).toEqual([
		...[null, null, 'taken over unfinished', 'taken over unfinished: timeout', 'taken over unfinished'],
		...['taken over unfinished', null, null, 'taken over unfinished'],
	]);
	expect(tickets[0].ticket_id).toBe('TKT-LEGACY-1');
	expect(tickets[0]).toMatchObject({ title: '', description: '', email: '', needs_review: false });
});

it('reports what it changed', () => {
	expect(notes).toEqual(
		expect.arrayContaining([
			'mapping 1 of IT: taken over from the Python agent as "http"',
			'mapping 2 of HR: taken over from the Python agent as "slack"',
			"1 ticket(s) without an id got one, TKT-LEGACY- and the row's number",
			'1 row(s) of ticket_logs: status "COMPLETED" became "routed"',
			'1 row(s) of ticket_logs: priority "P1" became "critical"',
			'9 ticket(s) taken over from the Python agent',
		]),
	);
});

it.each([
	['Needs Review', 'needs_review', false],
	['ERROR', 'failed', false],
	['constructor', 'failed', true],
	[null, 'failed', true],
])('the status %p becomes %s', (given, status, unfinished) => {
	expect(adoptedStatus(given)).toEqual({ status, unfinished });
});

it('the priority of a prototype is no priority', () => expect(adoptedPriority('constructor', 'medium')).toBe('medium'));

it('bytes become text, what is no time becomes 1970, and both are reported', async () => {
	const other = openDatabase({ client: 'sqlite3', connection: ':memory:' });
	const columns = 'department, team_name, system, api_endpoint, api_method, api_headers, priority_threshold';
	await other.raw(
		`CREATE TABLE team_mappings (id INTEGER PRIMARY KEY, ${columns}, is_active, created_at, updated_at NOT NULL)`,
	);
	await other('team_mappings').insert({
		system: Buffer.from('jira'),
		created_at: 'yesterday',
		updated_at: '2025-13-99 99:99:99',
	});
	const said = await migrate(other);
	const [mapping] = await listMappings(other);
	await other.destroy();
	const never = new Date(0).toISOString();
	expect(mapping).toMatchObject({ system: 'jira', createdAt: never, updatedAt: never });
	expect(said).toEqual(
		expect.arrayContaining([
			'1 row(s) of team_mappings: the bytes in system became text',
			'1 row(s) of team_mappings: created_at was no time and is 1970 now',
			'1 row(s) of team_mappings: updated_at was no time and is 1970 now',
		]),
	);
});
