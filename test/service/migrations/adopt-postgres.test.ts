import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { listMappings } from '../../../service/store/mappings';
import { listTickets } from '../../../service/store/ticket-pages';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { startService, validBody, type RunningService } from '../../helpers/service';

jest.setTimeout(60_000);

/** As SQLAlchemy makes them: lengths, times without a zone, JSON, serial ids, an enumeration and a check. */
const AGENT_TABLES = `
	CREATE TYPE priority_level AS ENUM ('low', 'MEDIUM', 'high');
	CREATE TABLE team_mappings (id SERIAL PRIMARY KEY, department VARCHAR(50) NOT NULL, team_name VARCHAR(100) NOT NULL,
		api_endpoint VARCHAR(500) NOT NULL, api_method VARCHAR(10) DEFAULT 'POST', api_headers JSONB, priority_threshold VARCHAR(20),
		is_active INTEGER NOT NULL DEFAULT 1, created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP);
	CREATE TABLE ticket_logs (id SERIAL PRIMARY KEY, ticket_id VARCHAR(20) NOT NULL UNIQUE, title VARCHAR(20) NOT NULL,
		description TEXT NOT NULL, email VARCHAR(20) NOT NULL, priority priority_level DEFAULT 'MEDIUM',
		department VARCHAR(10) NOT NULL DEFAULT '', assigned_to VARCHAR(10), confidence_score VARCHAR(10),
		status VARCHAR(20) NOT NULL CONSTRAINT known_status CHECK (status IN ('pending', 'completed', 'failed')),
		external_ticket_id VARCHAR(10), routed_to_system VARCHAR(5), ticket_metadata JSON, error_message VARCHAR(20),
		agent_version VARCHAR(10) NOT NULL, created_at TIMESTAMP, updated_at TIMESTAMP WITH TIME ZONE);
	CREATE INDEX ix_ticket_logs_department ON ticket_logs (department);
	INSERT INTO team_mappings (department, team_name, api_endpoint, api_headers, priority_threshold, is_active, updated_at) VALUES
		('IT', 'Ops', 'https://acme.atlassian.net/rest/api/2/issue', '{"A": "b"}', 'HIGH', 0, '2025-03-01 09:00:00.123456'),
		('HR', 'People', 'https://hooks.slack.com/services/T/B/x', NULL, NULL, 1, NULL);
	INSERT INTO ticket_logs (id, ticket_id, title, description, email, priority, department, status, confidence_score, ticket_metadata,
		error_message, agent_version, created_at, updated_at) VALUES
		(7, 'TKT-0A1B2C3D', 'Old one', 'From before', 'a@example.com', 'high', 'IT', 'completed', '0.95', '{"k": [1, 2]}', NULL,
			'1.0', '2025-03-01 09:00:00.123456', '2025-03-01 10:00:00.999999+01'),
		(8, 'TKT-0A1B2C3E', 'Pending', 'Still', 'b@example.com', NULL, '', 'pending', 'high', NULL, 'timeout', '1.0',
			'2025-03-01 09:30:00', NULL);`;

let postgres: Postgres;
let app: RunningService;
let knex: Knex;
beforeAll(async () => {
	postgres = await startPostgres();
	const url = await postgres.createDatabase();
	const before = openDatabase({ client: 'pg', connection: url });
	await before.raw("SET TIME ZONE 'America/New_York'");
	await before.raw(AGENT_TABLES);
	await before.destroy();
	app = await startService({ DATABASE_URL: url, SYNC_WAIT_MS: '10000' });
	({ knex } = app.service);
});
afterAll(async () => {
	await app.close();
	await postgres.stop();
});

it('takes over what the Python agent left, without loss', async () => {
	const mappings = await listMappings(knex);
	expect(mappings).toEqual([
		expect.objectContaining({
			department: 'HR',
			system: 'slack',
			isActive: true,
			priorityThreshold: 'low',
			headers: {},
		}),
		expect.objectContaining({
			...{ department: 'IT', system: 'jira', isActive: false, priorityThreshold: 'high', headers: { A: 'b' } },
			updatedAt: '2025-03-01T09:00:00.123Z',
		}),
	]);
	const { json } = await app.call('GET', '/tickets?to=2026-01-01');
	expect(json.tickets).toEqual([
		expect.objectContaining({
			...{ ticket_id: 'TKT-0A1B2C3E', status: 'failed', priority: 'medium', confidence_score: null },
			...{ error_message: 'taken over unfinished: timeout', created_at: '2025-03-01T09:30:00.000Z' },
			updated_at: '1970-01-01T00:00:00.000Z',
		}),
		expect.objectContaining({
			...{ ticket_id: 'TKT-0A1B2C3D', status: 'routed', priority: 'high', department: 'IT', confidence_score: 0.95 },
			...{ created_at: '2025-03-01T09:00:00.123Z', updated_at: '2025-03-01T09:00:00.999Z' },
		}),
	]);
	const [old] = (await listTickets(knex, { to: '2026-01-01T00:00:00.000Z' }, { limit: 1, before: 8 })).tickets;
	expect(old.ticket_metadata).toEqual({ k: [1, 2] });
	expect(await knex('ticket_logs').where({ id: 7 }).first('agent_version')).toEqual({ agent_version: '1.0' });
});

it('reports what it changed', () => {
	const notes = app.logs.filter(({ msg }) => msg === 'database migrated').map(({ note }) => note);
	expect(notes).toEqual(
		expect.arrayContaining([
			'mapping 1 of IT: taken over from the Python agent as "jira"',
			'team_mappings: is_active was integer and is boolean now',
			'ticket_logs: the constraint known_status of the Python agent was dropped',
			'ticket_logs: created_at was timestamp without time zone and is timestamp with time zone now, read as UTC',
			'ticket_logs: error_message was character varying and is text now',
			'ticket_logs: ticket_metadata was json and is text now',
			'ticket_logs: priority was USER-DEFINED and is text now',
			'1 row(s) of ticket_logs: confidence_score "high" became nothing',
			'2 ticket(s) taken over from the Python agent',
		]),
	);
});

it('takes tickets that the agent’s columns had no room for', async () => {
	const title = `A title of more than twenty characters ${'x'.repeat(150)}`;
	const email = 'somebody.with.a.long.name@department.example.com';
	const { status, json } = await app.submit(validBody({ title, email, metadata: { note: 'a\0b' } }));
	expect({ status, json }).toMatchObject({ status: 200, json: { status: 'needs_review' } });
	const found = await knex('ticket_logs').where({ ticket_id: json.ticket_id }).first('id', 'title', 'email');
	expect(found).toEqual({ id: 9, title, email });
});
