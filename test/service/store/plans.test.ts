import type { Knex } from 'knex';
import { migrate } from '../../../service/database';
import { migrationSource } from '../../../service/migrations';
import { describeOnBoth } from '../../helpers/both-databases';
import { startService, type RunningService } from '../../helpers/service';

jest.setTimeout(120_000);

const TICKETS = 100_000;

/** A ticket in 20 is in review, one in 50 failed; every thousandth has a word of its own. */
const MAKE_TICKETS = (numbers: string, time: string): string => `
	INSERT INTO ticket_logs (ticket_id, title, description, email, priority, effective_priority, department, status, created_at,
		updated_at, corrected_department, corrected_at, erased_at)
	SELECT 'TKT-' || n, 'Ticket number ' || n, CASE WHEN n % 1000 = 0 THEN 'the flamingo printer' ELSE 'the usual printer' END,
		'user' || (n % 5000) || '@example.com', 'low', 'low',
		CASE n % 5 WHEN 0 THEN 'IT' WHEN 1 THEN 'HR' WHEN 2 THEN 'Finance' WHEN 3 THEN 'Büro' ELSE 'General' END,
		CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 20 = 1 THEN 'needs_review' ELSE 'routed' END, ${time}, ${time},
		CASE WHEN n % 100 = 0 THEN 'HR' END, CASE WHEN n % 100 = 0 THEN ${time} END,
		CASE WHEN n < ${TICKETS / 2} THEN ${time} END
	FROM ${numbers}`;
const MAKE_EVENTS = `INSERT INTO ticket_events (ticket_id, step, detail, created_at)
	SELECT ticket_id, 'received', '{}', created_at FROM ticket_logs`;
const SQLITE_NUMBERS = `(WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${TICKETS})
	SELECT n FROM counted) AS numbers`;

const SOURCES = {
	sqlite3: [SQLITE_NUMBERS, "strftime('%Y-%m-%dT%H:%M:%fZ', '2025-01-01', n || ' minutes')"],
	pg: [`generate_series(1, ${TICKETS}) AS n`, "timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'"],
} as const;

const LIST = 'GET /tickets?';
const CALLS = [
	...[
		'',
		'status=failed',
		'department=it',
		'department=B%C3%BCRO',
		'status=needs_review&department=HR',
		'from=2025-02-01',
		'to=2025-02-01',
	],
	...['from=2025-02-01&to=2025-02-02', 'status=routed&from=2025-02-01', 'department=IT&to=2025-02-01', 'cursor=50000'],
	...['status=failed&department=IT&from=2025-02-01&to=2025-02-20', 'status=failed&department=IT&cursor=50000'],
	...[
		'text=flamingo',
		'text=printer',
		'text=flamingo&status=failed&department=IT&cursor=50000',
		'text=nowhere',
		'text=ä',
	],
	'text=flamingo&from=2025-02-01',
].map((query) => LIST + query);
const OTHER_CALLS = [
	...['GET /webhook/ticket/TKT-77?expand=history', 'GET /mappings', 'GET /health', 'GET /readyz', 'GET /metrics'],
	...[
		'POST /tickets/TKT-60050/correct {"department":"HR"}',
		'POST /tickets/TKT-60100/retry {}',
		'POST /tickets/retry {"limit":20}',
	],
	'POST /tickets/erase {"email":"USER7@example.com"}',
];

interface Query {
	sql: string;
	bindings: unknown[];
}

const SORTED = /\bSort\b|TEMP B-TREE/;

describeOnBoth('the queries of the API at 100,000 tickets', ({ open, create, client }) => {
	let app: RunningService;
	let knex: Knex;
	beforeAll(async () => {
		const database = await create();
		const before = await open(database);
		await before.migrate.to({ migrationSource: migrationSource([]), name: '008-list-indexes' } as Knex.MigratorConfig);
		const [numbers, time] = SOURCES[client];
		await before.raw(MAKE_TICKETS(numbers, time));
		await before.raw(MAKE_EVENTS);
		await migrate(before);
		if (client === 'pg') await before.raw('VACUUM ANALYZE');
		const url = client === 'pg' ? database.connection : `sqlite:${database.connection}`;
		app = await startService({ DATABASE_URL: url, SYNC_WAIT_MS: '0' });
		({ knex } = app.service);
	});
	afterAll(() => app.close());

	/** What the service asks of the tables of tickets while it answers. */
	async function queriesOf(call: string): Promise<Query[]> {
		const queries: Query[] = [];
		const note = ({ sql, bindings }: Query): void => void queries.push({ sql, bindings });
		knex.on('query', note);
		const [method, path, body] = call.split(/ (?=[/{])/);
		const { status, text } = await app.call(
			method,
			path,
			body === undefined ? {} : { body: JSON.parse(body) as unknown },
		);
		knex.removeListener('query', note);
		expect([call, status, status < 300 ? '' : text]).toEqual([call, expect.any(Number), '']);
		return queries.filter(({ sql }) => /^(select|update|delete|with)\b.*\bticket_(logs|events|search)\b/is.test(sql));
	}

	async function planOf({ sql, bindings }: Query): Promise<string[]> {
		const text = sql.replace(/\$\d+/g, '?');
		if (client === 'pg') {
			const { rows } = (await knex.raw(`EXPLAIN ${text}`, bindings as string[])) as unknown as { rows: object[] };
			return rows.flatMap((row) => Object.values(row) as string[]);
		}
		const steps = (await knex.raw(`EXPLAIN QUERY PLAN ${text}`, bindings as string[])) as { detail: string }[];
		return steps.map(({ detail }) => detail);
	}

	/** The ways through tables of tickets that no index shows. */
	async function scansOf(query: Query): Promise<string[]> {
		return (await planOf(query)).filter((step) => /Seq Scan on ticket_|^SCAN ticket_\w+$/.test(step));
	}

	it('a scan would be seen', async () => {
		const query = { sql: 'select * from ticket_logs where assigned_to = ? order by email', bindings: ['x'] };
		expect(await scansOf(query)).toHaveLength(1);
		expect((await planOf(query)).join()).toMatch(SORTED);
	});

	it.each([...CALLS, ...OTHER_CALLS])('%s: by an index', async (call) => {
		const queries = await queriesOf(call);
		if (call.startsWith(LIST)) expect(queries.length).toBeGreaterThan(0);
		for (const query of queries) expect([query.sql, await scansOf(query)]).toEqual([query.sql, []]);
	});

	it.each(CALLS.filter((call) => !call.includes('text=')))('%s: in the order of the index', async (call) => {
		for (const query of await queriesOf(call)) expect((await planOf(query)).join()).not.toMatch(SORTED);
	});
});
