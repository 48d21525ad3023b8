/** Two processes behind a balancer are restarted one after the other, as often as RESTARTS says: once each by default. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../../service/database';
import { mapTo, startPlaces, type Place } from '../../helpers/fleet';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { freePort, spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually } from '../../helpers/service';
import { acknowledged, startLoad, tally } from './load';

jest.setTimeout(240_000);

const ROUNDS = Number(process.env.RESTARTS ?? 1);
const PROBE_MS = 500;
/** Before and after a restart, with both at work. */
const BOTH_MS = 1500;

let postgres: Postgres;
let url: string;
let places: Record<'jira', Place>;
let ports: number[];
let processes: ServiceProcess[];

beforeAll(async () => {
	postgres = await startPostgres();
	url = await postgres.createDatabase();
	places = await startPlaces(['jira'], { latencyMs: () => 30 });
	ports = [await freePort(), await freePort()];
	processes = await Promise.all(ports.map(start));
	await mapTo(callTo(processes[0].url), places, { max_per_minute: 6000, max_at_once: 64 });
});

afterAll(async () => {
	await Promise.all(processes.map(({ kill }) => kill('SIGKILL')));
	await places.jira.close();
	await postgres.stop();
});

function start(port: number): Promise<ServiceProcess> {
	return spawnService({
		...{ DATABASE_URL: url, PORT: String(port), ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' },
		SHUTDOWN_DELAY_MS: '2000',
	});
}

/** In turn to those who say that they are ready; it repeats nothing. */
function startBalancer(urls: string[]) {
	let ready = [...urls];
	let turn = 0;
	let stopped = false;
	const probe = (one: string): Promise<boolean> =>
		fetch(`${one}/readyz`).then(
			({ ok }) => ok,
			() => false,
		);
	const watch = async (): Promise<void> => {
		while (!stopped) {
			const answers = await Promise.all(urls.map(probe));
			ready = urls.filter((_, i) => answers[i]);
			await sleep(PROBE_MS);
		}
	};
	const watching = watch();
	return {
		next: () => ready[(turn += 1) % ready.length] ?? 'http://nobody-is-ready.invalid',
		ready: () => ready,
		async stop() {
			stopped = true;
			await watching;
		},
	};
}

it('a rolling restart under load answers every request', async () => {
	const urls = processes.map((one) => one.url);
	const balancer = startBalancer(urls);
	const load = startLoad({ target: balancer.next, callers: 8, pauseMs: 20 });
	for (let i = 0; i < ROUNDS * 2; i += 1) {
		const at = i % 2;
		await sleep(BOTH_MS);
		expect(await processes[at].kill('SIGTERM')).toBe(0);
		processes[at] = await start(ports[at]);
		await eventually(() => Promise.resolve(balancer.ready().length === 2 || undefined), 'both to be ready');
	}
	await sleep(BOTH_MS);
	await load.stop();
	await balancer.stop();
	process.stdout.write(`restarted under load: ${JSON.stringify(tally(load.heard))}\n`);
	const refused = load.heard.filter(({ status }) => status !== 200 && status !== 202);
	expect(refused).toEqual([]);
	expect(load.heard.length).toBeGreaterThan(100);
	// Both took requests before and after.
	expect(new Set(load.heard.map(({ headers }) => headers.connection))).toContain('close');

	const ids = acknowledged(load.heard);
	const knex = openDatabase({ client: 'pg', connection: url });
	await eventually(async () => {
		const [{ left }] = (await knex('ticket_logs').whereNot('status', 'routed').count({ left: '*' })) as {
			left: string;
		}[];
		return left === '0' || undefined;
	}, 'all to be routed');
	await knex.destroy();
	expect(places.jira.held().sort()).toEqual(ids.sort());
});
