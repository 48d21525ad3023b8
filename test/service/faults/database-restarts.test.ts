/** PostgreSQL ends in mid-load and starts again: in order, by a crash, by a kill. OUTAGES times each, once by default. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { mapTo, startPlaces, type Place } from '../../helpers/fleet';
import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually } from '../../helpers/service';
import { acknowledged, KEYED_TITLE, mostLinesASecond, repeat, SECRET, startLoad, tally, type Heard } from './load';

const ENDS = Array.from({ length: Number(process.env.OUTAGES ?? 1) }, () => ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const);
const DOWN_MS = 5000;
const UP_MS = 4000;

jest.setTimeout(120_000 + ENDS.length * 60_000);

let postgres: Postgres;
let url: string;
let knex: Knex;
let places: Record<'jira', Place>;
let receiver: LocalServer;
let processes: ServiceProcess[];

beforeAll(async () => {
	postgres = await startPostgres();
	url = await postgres.createDatabase();
	places = await startPlaces(['jira'], { latencyMs: () => 30 });
	receiver = await startLocalServer(() => ({ status: 204 }));
	processes = await Promise.all([start(), start()]);
	const call = callTo(processes[0].url);
	await mapTo(call, places, { max_per_minute: 6000, max_at_once: 64 });
	const subscribed = await call('POST', '/subscriptions', { body: { url: receiver.url, events: ['settled'] } });
	expect(subscribed.status).toBe(201);
});

afterAll(async () => {
	await Promise.all(processes.map(({ kill }) => kill('SIGKILL')));
	await knex.destroy();
	await places.jira.close();
	await receiver.close();
	await postgres.stop();
});

function start(): Promise<ServiceProcess> {
	const own = { DATABASE_URL: url, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' };
	return spawnService({ ...own, SYNC_WAIT_MS: '3000' });
}

function health(): Promise<string[]> {
	return Promise.all(
		processes.map(async ({ url: at }) => {
			const { status, json } = await callTo(at)('GET', '/health');
			return `${status} ${String(json.status)} ${((json.problems as string[]) ?? []).join()}`;
		}),
	);
}

async function allHealthy(): Promise<void> {
	const well = async (): Promise<true | undefined> =>
		(await health()).every((one) => one.startsWith('200 healthy')) || undefined;
	await eventually(well, 'both to be well by themselves');
}

async function count(rows: Knex.QueryBuilder): Promise<number> {
	const [{ n }] = (await rows.count({ n: '*' })) as { n: string }[];
	return Number(n);
}

/** Whoever heard no sends the very same again, until it hears yes. */
async function insist({ kind, key }: Heard): Promise<[string, unknown]> {
	const answer = await eventually(async () => {
		const one = await repeat(processes[0].url, String(key));
		return one.status === 200 || one.status === 202 ? one : undefined;
	}, `the ${kind} request to be taken`);
	return [String(key), answer.json.ticket_id];
}

let heard: Heard[];

it('answers while it is gone, and is well when it is back', async () => {
	let turn = 0;
	const load = startLoad({ target: () => processes[(turn += 1) % 2].url, callers: 6, pauseMs: 50 });
	for (const signal of ENDS.flat()) {
		await sleep(UP_MS);
		await postgres.end(signal);
		await sleep(DOWN_MS);
		const reason = expect.stringMatching(/^503 unhealthy The database does not answer: it cannot be reached/) as string;
		expect(await health()).toEqual([reason, reason]);
		await postgres.start();
		await allHealthy();
	}
	await sleep(UP_MS);
	await load.stop();
	heard = load.heard;
	process.stdout.write(`the database ended ${ENDS.flat().join(', ')}: ${JSON.stringify(tally(heard))}\n`);

	expect(processes.map(({ child }) => [child.exitCode, child.signalCode])).toEqual(Array(2).fill([null, null]));
	const [taken, refused] = [heard.filter(({ status }) => status < 300), heard.filter(({ status }) => status >= 300)];
	expect(Math.min(taken.length, refused.length)).toBeGreaterThan(100);
	expect(new Set(heard.map(({ status }) => status))).toEqual(new Set([200, 202, 503]));
	for (const { headers, json } of refused) {
		expect(headers).toMatchObject({ 'retry-after': '5', 'content-type': expect.stringContaining('problem+json') });
		expect(json.detail).toMatch(/^The (ticket could not be stored|database does not do this now).*send it again later/);
	}
});

it('every ticket that was taken settles, and each key has one', async () => {
	const keyed = heard.filter(({ kind }) => kind === 'keyed');
	const first = new Map(keyed.filter(({ status }) => status < 300).map(({ key, json }) => [key, json.ticket_id]));
	const again = new Map(await Promise.all(keyed.map(insist)));
	for (const [key, id] of first) expect(again.get(String(key))).toBe(id);
	knex = openDatabase({ client: 'pg', connection: url });
	const tickets = (): Knex.QueryBuilder => knex('ticket_logs');
	expect(await count(tickets().where('title', KEYED_TITLE))).toBe(keyed.length);

	const none = async (rows: Knex.QueryBuilder): Promise<true | undefined> => (await count(rows)) === 0 || undefined;
	await eventually(() => none(tickets().whereNot('status', 'routed')), 'all to be routed', 1200);
	const ids = (await tickets().pluck('ticket_id')) as string[];
	const said = acknowledged(heard);
	const jira = places.jira.held();
	process.stdout.write(`${said.length} acknowledged, ${ids.length} stored, ${jira.length} in Jira\n`);
	expect(said.filter((id) => !ids.includes(id))).toEqual([]);
	expect(jira.sort()).toEqual(ids.sort());
});

it('what goes on in the background goes on by itself', async () => {
	const restarted = Date.now();
	const isTold = async (): Promise<true | undefined> => {
		const told = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
		return told.size === (await count(knex('ticket_logs'))) || undefined;
	};
	await eventually(isTold, 'the subscriber to be told of each', 1200);
	const since = new Date(restarted);
	const boss = knex.withSchema('triage_queue');
	const looksAfter = async (): Promise<true | undefined> =>
		((await count(boss.clone().from('version').where('cron_on', '>', since))) === 1 &&
			(await count(boss.clone().from('queue').where('monitor_claim_on', '>', since))) >= 1) ||
		undefined;
	await eventually(looksAfter, 'the queue to be looked after', 1200);
});

it('says little about it, and nothing of a ticket', () => {
	for (const { logs, errors } of processes) {
		const spoken = JSON.stringify(logs);
		expect(errors()).toBe('');
		for (const word of [SECRET, 'ana@example.com', 'insert into']) expect(spoken).not.toContain(word);
		expect(logs.filter(({ msg }) => String(msg).includes('bug'))).toEqual([]);
		const complaints = logs.filter(({ level }) => level !== 'info');
		expect(complaints.length).toBeGreaterThan(0);
		expect(mostLinesASecond(complaints)).toBeLessThan(50);
	}
});
