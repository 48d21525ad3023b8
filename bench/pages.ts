import { migrate, openDatabase } from '../service/database';
import { median, row } from './figures';
import { SCALE } from './scale';
import { SERVICE, startServer } from './server-process';

const FEW = 1000;
const MANY = SCALE.stored;
const REQUESTS = 200;
const PAGES = {
	newest: '',
	'in the middle': 'cursor=500',
	'one department in review': 'department=IT&status=needs_review',
};

/** How long pages of GET /tickets take where there are few tickets, and where there are very many. */
export async function benchPages(connection: string): Promise<void> {
	const few = await measurePages(connection, 1, FEW);
	const many = await measurePages(connection, FEW + 1, MANY);
	for (const page of Object.keys(PAGES)) {
		const text = `${few[page].toFixed(1)} → ${many[page].toFixed(1)} ms (p50), ${(many[page] / few[page]).toFixed(2)}  (to reach: 2.00)`;
		row(`GET /tickets, ${page}`, text);
	}
	row('', `at ${FEW.toLocaleString('en-US')} → ${MANY.toLocaleString('en-US')} tickets`);
}

async function measurePages(connection: string, from: number, to: number): Promise<Record<string, number>> {
	await fill(connection, from, to);
	const server = await startServer(SERVICE, [], { DATABASE_URL: connection, PORT: '0', HOST: '127.0.0.1' });
	try {
		const times: Record<string, number> = {};
		for (const [page, query] of Object.entries(PAGES)) times[page] = await medianOf(`${server.url}/tickets?${query}`);
		return times;
	} finally {
		server.stop();
	}
}

/** Settled tickets, a minute apart, without the table of their words: that is for searches by text. */
async function fill(connection: string, from: number, to: number): Promise<void> {
	// Without limits: a million rows in one statement take longer than anything the service asks for.
	const knex = openDatabase({ client: 'pg', connection }, undefined, null);
	await migrate(knex);
	await knex.transaction(async (trx) => {
		await trx.raw('SET LOCAL session_replication_role = replica');
		await trx.raw(
			`INSERT INTO ticket_logs (ticket_id, title, description, email, priority, effective_priority, department, status,
				created_at, updated_at)
			SELECT 'TKT-' || n, 'Ticket ' || n, repeat('the usual printer ', 20), 'user' || n % 5000 || '@example.com', 'low', 'low',
				(ARRAY['IT', 'HR', 'Finance', 'General'])[1 + n % 4],
				(ARRAY['routed', 'routed', 'needs_review', 'routed', 'failed'])[1 + n % 5], time, time
			FROM generate_series(?::int, ?::int) AS n, LATERAL (SELECT timestamptz '2025-01-01 00:00Z' + n * interval '1 minute') AS at (time)`,
			[from, to],
		);
	});
	await knex.raw('VACUUM ANALYZE ticket_logs');
	await knex.destroy();
}

async function medianOf(url: string): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < REQUESTS; i += 1) {
		const started = performance.now();
		const response = await fetch(url);
		await response.arrayBuffer();
		if (response.status !== 200) throw new Error(`GET /tickets answered ${response.status}`);
		times.push(performance.now() - started);
	}
	return median(times);
}
