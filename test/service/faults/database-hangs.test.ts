/** PostgreSQL is there, but does nothing for a while: locked, used up, standing still, cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { mapTo, startPlaces, type Place } from '../../helpers/fleet';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually } from '../../helpers/service';
import { acknowledged, mostLinesASecond, SECRET, startLoad, tally, type Heard } from './load';
import { startProxy, type Proxy } from './proxy';

jest.setTimeout(120_000);

const UP_MS = 1500;
/** Longer than anything that hangs is waited for. */
const BLOCKED_MS = 14_000;

let postgres: Postgres;
let proxy: Proxy;
let places: Record<'jira', Place>;
let service: ServiceProcess;
/** Straight to the database, as its owner's superior. */
let knex: Knex;
const heard: Heard[] = [];

beforeAll(async () => {
	postgres = await startPostgres();
	const url = new URL(await postgres.createDatabase());
	knex = openDatabase({ client: 'pg', connection: url.href }, undefined, null);
	await knex.raw("CREATE ROLE triage LOGIN PASSWORD 'triage'");
	await knex.raw('ALTER DATABASE ?? OWNER TO triage', [url.pathname.slice(1)]);
	proxy = await startProxy(Number(url.port));
	places = await startPlaces(['jira'], { latencyMs: () => 30 });
	const own = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0', SYNC_WAIT_MS: '3000' };
	const way = Object.assign(url, { username: 'triage', password: 'triage', port: String(proxy.port) });
	service = await spawnService({ ...own, DATABASE_URL: way.href });
	await mapTo(callTo(service.url), places, { max_per_minute: 6000, max_at_once: 64 });
});

afterAll(async () => {
	await service.kill('SIGKILL');
	await knex.destroy();
	await proxy.close();
	await places.jira.close();
	await postgres.stop();
});

async function lockTickets(): Promise<void> {
	await knex.transaction(async (trx) => {
		await trx.raw('LOCK TABLE ticket_logs');
		await sleep(BLOCKED_MS);
	});
}

/** The service's connections end, and it gets no others. */
async function useUpConnections(): Promise<void> {
	await knex.raw('ALTER ROLE triage CONNECTION LIMIT 0');
	await knex.raw("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'triage'");
	await sleep(8000);
	await knex.raw('ALTER ROLE triage CONNECTION LIMIT -1');
}

const blocked = (how: 'hangs' | 'loses') => async (): Promise<void> => {
	proxy.block(how);
	await sleep(BLOCKED_MS);
	proxy.goOn();
};

it.each([
	{
		what: 'another holds the tickets',
		fault: lockTickets,
		why: /others hold what is asked for|all its connections are in use/,
	},
	{ what: 'all connections are used up', fault: useUpConnections, why: /all its connections are in use/ },
	{
		what: 'the server stands still',
		fault: blocked('hangs'),
		why: /it (took too long|cannot be reached)|all its connections are in use/,
	},
	{
		what: 'the network loses everything',
		fault: blocked('loses'),
		why: /it (took too long|cannot be reached)|all its connections are in use/,
	},
])('$what: answered in time, and well by itself', async ({ what, fault, why }) => {
	const load = startLoad({ target: () => service.url, callers: 8, pauseMs: 20 });
	await sleep(UP_MS);
	await fault();
	await eventually(async () => {
		const { status } = await callTo(service.url)('GET', '/health');
		return status === 200 || undefined;
	}, 'it to be well');
	const wellAt = Date.now();
	const taken = (): number => load.heard.filter(({ at, status }) => at > wellAt && status < 300).length;
	await eventually(() => Promise.resolve(taken() > 20 || undefined), 'tickets to be taken again', 600);
	await load.stop();
	heard.push(...load.heard);
	const refused = load.heard.filter(({ status }) => status >= 300);
	const longest = Math.max(...load.heard.map(({ ms }) => ms));
	process.stdout.write(`${what}: ${JSON.stringify(tally(load.heard))}, at most ${longest} ms\n`);
	expect(new Set(load.heard.map(({ status }) => status))).toEqual(new Set([200, 202, 503]));
	for (const { headers } of refused) {
		expect(headers).toMatchObject({ 'retry-after': '5', 'content-type': expect.stringContaining('problem+json') });
	}
	expect(refused.filter(({ json }) => why.test(String(json.detail))).length).toBeGreaterThan(0);
});

it('every ticket that was taken settles, and Jira has each once', async () => {
	const left = (): Promise<unknown[]> => knex('ticket_logs').whereNot('status', 'routed').pluck('ticket_id');
	await eventually(async () => (await left()).length === 0 || undefined, 'all to be routed', 1500);
	const ids = (await knex('ticket_logs').pluck('ticket_id')) as string[];
	const said = acknowledged(heard);
	process.stdout.write(`${said.length} acknowledged, ${ids.length} stored\n`);
	expect(said.filter((id) => !ids.includes(id))).toEqual([]);
	expect(places.jira.held().sort()).toEqual(ids.sort());
});

it('keeps no connection that hangs, and says little', async () => {
	const sessions = knex('pg_stat_activity').where({ usename: 'triage' });
	const states = (): Promise<string[]> => sessions.clone().whereNot('state', 'idle').pluck('state');
	await eventually(
		async () => !(await states()).includes('idle in transaction') || undefined,
		'nothing to be left open',
	);
	expect((await sessions.clone().select('pid')).length).toBeLessThanOrEqual(14);
	expect(service.errors()).toBe('');
	const complaints = service.logs.filter(({ level }) => level !== 'info');
	expect(complaints.filter(({ msg }) => String(msg).includes('bug'))).toEqual([]);
	expect(mostLinesASecond(complaints)).toBeLessThan(50);
	for (const word of [SECRET, 'ana@example.com', 'insert into'])
		expect(JSON.stringify(service.logs)).not.toContain(word);
});
