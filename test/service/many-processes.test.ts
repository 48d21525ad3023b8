/** Several processes on one PostgreSQL; how many tickets: TICKETS, 5,000 by default. */
import { openDatabase } from '../../service/database';
import { mapTo, startPlaces, ticketFor, type Place } from '../helpers/fleet';
import { startPostgres, type Postgres } from '../helpers/postgres';
import { spawnService, type ServiceProcess } from '../helpers/process';
import { callTo, eventually } from '../helpers/service';

jest.setTimeout(280_000);

const TICKETS = Number(process.env.TICKETS ?? 5000);
const BATCH = 250;

let postgres: Postgres;
let url: string;
let places: Record<'jira' | 'http', Place>;
let processes: ServiceProcess[];

const start = async (environment: Record<string, string> = {}): Promise<ServiceProcess> => {
	const own = { DATABASE_URL: url, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0', ...environment };
	const started = await spawnService({ ...own, LOG_LEVEL: 'info', RETRY_BACKOFF_FACTOR: '1' });
	processes.push(started);
	return started;
};

beforeAll(async () => {
	postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
	[processes, url] = [[], await postgres.createDatabase()];
	places = await startPlaces(['jira', 'http']);
});

afterEach(async () => {
	await Promise.all(processes.map(({ kill }) => kill('SIGKILL')));
	await Promise.all(Object.values(places).map((place) => place.close()));
});

const SYSTEMS = ['jira', 'http'] as const;
const pace = { max_per_minute: 6000, max_at_once: 64 };

/** The ids of tickets that were acknowledged. */
async function submit(to: ServiceProcess, count: number): Promise<string[]> {
	const tickets = Array.from({ length: count }, (_, i) => ticketFor(SYSTEMS[i % 2], i));
	const { json } = await callTo(to.url)('POST', '/webhook/tickets', {
		body: { tickets },
		headers: { prefer: 'respond-async' },
	});
	return (json.results as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);
}

async function countsOf(knex: ReturnType<typeof openDatabase>): Promise<Record<string, number>> {
	const rows = (await knex('ticket_logs').select('status').count({ count: '*' }).groupBy('status')) as {
		status: string;
		count: string;
	}[];
	return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
}

it(`three at work, one killed, one started: ${TICKETS} tickets arrive, each once or as often as the kill explains`, async () => {
	const first = await start();
	await mapTo(callTo(first.url), places, pace);
	const [second, third] = await Promise.all([start(), start()]);
	const ids: string[] = [];
	for (let sent = 0; sent < TICKETS; sent += BATCH * 2) {
		const acknowledged = await Promise.all([submit(first, BATCH), submit(third, BATCH)]);
		ids.push(...acknowledged.flat());
		if (sent === BATCH * 6) {
			await second.kill('SIGKILL');
			void start();
		}
	}
	const knex = openDatabase({ client: 'pg', connection: url });
	const counts = await eventually(
		async () => {
			const now = await countsOf(knex);
			return now.received || now.classified ? undefined : now;
		},
		'all to be settled',
		200_000,
	);
	expect([ids.length, new Set(ids).size]).toEqual([TICKETS, TICKETS]);
	expect(counts).toEqual({ routed: TICKETS });
	const held = { jira: places.jira.held(), http: places.http.held() };
	expect(new Set([...held.jira, ...held.http])).toEqual(new Set(ids));
	// Jira is asked where it is not known; of what http got twice the history says so.
	expect(held.jira).toHaveLength(TICKETS / 2);
	const again = (await knex('ticket_events').where({ step: 'sent_again' }).countDistinct({ n: 'ticket_id' })) as {
		n: string;
	}[];
	const doubles = held.http.length - new Set(held.http).size;
	expect(doubles).toBeLessThanOrEqual(Number(again[0].n));
	const workers = processes.map(({ logs }) => logs.filter(({ msg }) => msg === 'ticket settled').length);
	expect(workers.filter((settled) => settled > 0).length).toBeGreaterThanOrEqual(3);
	await knex.destroy();
});

it('one receives, one works: the caller gets the settled ticket', async () => {
	const receiving = await start({ WORKER: 'off' });
	await mapTo(callTo(receiving.url), places, pace);
	const waiting = await callTo(receiving.url)('POST', '/webhook/ticket', {
		body: ticketFor('jira', 0),
		headers: { prefer: 'respond-async' },
	});
	expect(waiting.json.status).toBe('received');
	const working = await start({ WORKER: 'only' });
	const refused = await callTo(working.url)('POST', '/webhook/ticket', { body: ticketFor('jira', 1) });
	expect([refused.status, refused.json.detail]).toEqual([503, expect.stringContaining('WORKER=only')]);
	const { json } = await callTo(receiving.url)('POST', '/webhook/ticket', { body: ticketFor('jira', 2) });
	expect(json).toMatchObject({ status: 'routed', routed_to_system: 'jira' });
	expect(places.jira.held()).toHaveLength(2);
});

it('what a target takes at once is common to all', async () => {
	const slow = await startPlaces(['jira'], { latencyMs: () => 150 });
	const [first, second] = [await start(), await start()];
	const both = { jira: slow.jira, http: places.http };
	await mapTo(callTo(first.url), both, { max_at_once: 2, max_per_minute: 6000 });
	await Promise.all([first, second].map((to) => submit(to, 30)));
	const knex = openDatabase({ client: 'pg', connection: url });
	const routed = async () => ((await countsOf(knex)).routed === 60 ? true : undefined);
	await eventually(routed, 'all to be routed', 1200);
	await knex.destroy();
	expect([slow.jira.held().length, places.http.held().length]).toEqual([30, 30]);
	expect(slow.jira.mostOpen()).toBe(2);
	const settled = processes.map(({ logs }) => logs.filter(({ msg }) => msg === 'ticket settled').length);
	expect(Math.min(...settled)).toBeGreaterThan(0);
	await slow.jira.close();
});

it('several start at once on an empty database', async () => {
	await Promise.all([start(), start(), start()]);
	const { json } = await callTo(processes[0].url)('GET', '/mappings');
	expect(json.mappings).toHaveLength(7);
});
