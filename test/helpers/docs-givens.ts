import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { startPostgres } from './postgres';

/** What a page takes for granted, by the words it says it with. Each gives commands that run before, and what the page calls things. */
export interface Given {
	commands: string[];
	names?: Record<string, string>;
	end?(): Promise<void>;
}

const TICKET = {
	title: 'VPN drops every ten minutes',
	description: 'Since this morning the VPN client on my laptop disconnects and asks for my password again.',
	email: 'ana@example.com',
};

const START = 'npm start';
const SEND = `curl -sf http://127.0.0.1:8000/webhook/ticket -H 'Content-Type: application/json' -d '${JSON.stringify(TICKET)}'`;
/** Its mapping leads inside the network, which nobody allowed. */
const FAIL = `curl -sf http://127.0.0.1:8000/mappings -H 'Content-Type: application/json' -d '{"department": "IT", "system": "http", "api_endpoint": "http://127.0.0.1:9"}'`;

export const GIVENS: Record<string, (folder: string) => Given | Promise<Given>> = {
	'the service runs': () => ({ commands: [START] }),
	'a ticket': () => ({ commands: [SEND] }),
	'a failed ticket': () => ({ commands: [FAIL, 'sleep 1.1', SEND] }),
	'mappings in SQLite': () => ({
		commands: ['DATABASE_URL=sqlite:./tickets.db npm run mappings -- add --department IT --system inbox'],
	}),
	PostgreSQL: async () => {
		const server = await startPostgres();
		return {
			commands: [],
			names: { 'postgres://triage:secret@127.0.0.1:5432/triage': await server.createDatabase() },
			end: () => server.stop(),
		};
	},
	"the Python agent's database": (folder) => {
		const database = new DatabaseSync(join(folder, 'agent.db'));
		database.exec(AGENT_TABLES);
		database.close();
		return { commands: [] };
	},
};

/** As the agent's own SQLAlchemy models make them on SQLite. */
const AGENT_TABLES = `
	CREATE TABLE team_mappings (id INTEGER PRIMARY KEY, department VARCHAR(50), team_name VARCHAR(100), api_endpoint VARCHAR(500),
		api_method VARCHAR(10), api_headers TEXT, priority_threshold VARCHAR(20), is_active BOOLEAN, created_at DATETIME,
		updated_at DATETIME);
	CREATE TABLE ticket_logs (id INTEGER PRIMARY KEY, ticket_id VARCHAR(50) UNIQUE, title VARCHAR(200), description TEXT,
		email VARCHAR(255), priority VARCHAR(20), department VARCHAR(50), assigned_to VARCHAR(100), confidence_score VARCHAR(10),
		status VARCHAR(20), external_ticket_id VARCHAR(100), routed_to_system VARCHAR(50), ticket_metadata TEXT,
		error_message VARCHAR(500), agent_version VARCHAR(20), created_at DATETIME, updated_at DATETIME);
	INSERT INTO team_mappings VALUES
		(1, 'IT', 'IT Support', 'https://firm.atlassian.net/rest/api/2/issue', 'POST', NULL, 'medium', 1,
			'2025-03-01 09:00:00.000000', '2025-03-01 09:00:00.000000'),
		(2, 'HR', 'People', 'https://hooks.slack.com/services/T/B/x', 'POST', NULL, 'low', 1,
			'2025-03-01 09:00:00.000000', '2025-03-01 09:00:00.000000');
	INSERT INTO ticket_logs VALUES
		(1, 'TKT-0A1B2C3D', 'Laptop does not start', 'The screen stays black.', 'bo@example.com', 'high', 'IT', 'IT Support', '0.95',
			'completed', 'HELP-1', 'jira', NULL, NULL, '1.0', '2025-03-01 09:00:00.000000', '2025-03-01 09:00:02.000000'),
		(2, 'TKT-0A1B2C3E', 'Leave', 'How many days are left?', 'ana@example.com', 'low', NULL, NULL, NULL,
			'pending', NULL, NULL, NULL, NULL, '1.0', '2025-03-01 09:05:00.000000', '2025-03-01 09:05:00.000000');`;
