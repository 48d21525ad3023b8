import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../corpus/random';
import type { ServiceProcess } from '../../helpers/process';
import { callTo, eventually } from '../../helpers/service';
import { accountOf } from './account';
import { delivery, erasure, inboxAndBatch, move, telling, trouble } from './boundaries';
import type { Ground } from './ground';
import { startLoad, type Load } from './load';
import { openScene, SYSTEMS, type Scene } from './scene';

/** On one database; those at steps among them, which are always the same. */
const KILLS = Math.ceil(Number(process.env.KILLS ?? 210) / 2);
const AT_STEPS = 61;
const AT_RANDOM = Math.max(20, KILLS - AT_STEPS);
/** Of when, whom, and what is sent; how the machine is at it nobody repeats. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const LONGEST_LATENCY_MS = 60;
/** To clients, before somebody dies: what is left to be done at the end is no more where the machine is slow. */
const MOST_ANSWERS_A_LIFE = 12;
/** How often all die at once, so that time may pass and others go on where they were. */
const ALL_DIE = 0.3;

jest.setTimeout(180_000 + AT_RANDOM * 6000);

/** `processes` at a time work on the database when they are killed at random. */
export function describeKilled(name: string, open: () => Promise<Ground>, processes: number): void {
	describe(`kill -9 at every step, on ${name}`, () => {
		let scene: Scene;
		beforeAll(async () => {
			scene = await openScene(open);
		});
		afterAll(() => scene.close());

		it.each(SYSTEMS)('of a delivery to %s', (system) => delivery(scene, system));
		it('of a ticket that is put off, given up and tried again', () => trouble(scene));
		it('of a ticket that a person moves', () => move(scene));
		it('of what stays in the inbox, and of several at once', () => inboxAndBatch(scene));
		it('of an erasure', () => erasure(scene));
		it('of what a subscriber is told', () => telling(scene));
		it('as often as was meant', () => {
			const lines = [...scene.kills].map(([where, times]) => ({ [`killed on ${name}`]: where, times }));
			const sum = lines.reduce((total, { times }) => total + times, 0);
			print([...lines, { [`killed on ${name}`]: 'all', times: sum }]);
			expect(sum).toBe(AT_STEPS);
		});
	});

	it(`kill -9 ${AT_RANDOM} times at random under load, on ${name} (SEED=${SEED})`, async () => {
		const random = createRandom(SEED);
		const scene = await openScene(open, () => LONGEST_LATENCY_MS * random());
		try {
			await killAtRandom(scene, random, processes);
		} finally {
			await scene.close();
		}
	});

	async function killAtRandom(scene: Scene, random: () => number, count: number): Promise<void> {
		const living = await startAll(scene, count);
		await subscribe(scene, living[0]);
		let most = MOST_ANSWERS_A_LIFE;
		const load = startLoad({
			urlOf: () => living[Math.floor(random() * count)].url,
			random,
			mostAnswers: () => most,
		});
		// The last of each are killed at the end.
		for (let kills = count; kills < AT_RANDOM;) {
			await livesFor(load, Math.floor(MOST_ANSWERS_A_LIFE * random()));
			await sleep(LONGEST_LATENCY_MS * random());
			kills += await killSome(scene, living, random);
			most = load.answers() + MOST_ANSWERS_A_LIFE;
		}
		await load.stop();
		await Promise.all(living.map((service) => service.kill('SIGKILL')));
		await scene.ground.timePasses();
		await startAll(scene, count);
		await allDone(scene);
		const { faults, ...account } = await accountOf(scene, load);
		print([{ database: name, seed: SEED, kills: AT_RANDOM, ...account }]);
		expect(faults).toEqual([]);
		expect(await scene.ground.jobs()).toEqual({ open: 0, dead: 0 });
		expect(account).toMatchObject({ settled: account.stored, lost: 0 });
		expect(account.acknowledged).toBeGreaterThan(AT_RANDOM);
		// Slack gets one request at a time: a kill meets one of them at most.
		expect(account.twiceAndSaidSo).toBeLessThanOrEqual(AT_RANDOM);
	}
}

async function livesFor({ answers }: Load, more: number): Promise<void> {
	const enough = answers() + more;
	const isEnough = (): Promise<true | undefined> => Promise.resolve(answers() >= enough || undefined);
	await eventually(isEnough, 'clients to be answered', 600);
}

/** Resolves with how many died, once as many live again. */
async function killSome(scene: Scene, living: ServiceProcess[], random: () => number): Promise<number> {
	const chosen = Math.floor(random() * living.length);
	const victims = random() < ALL_DIE ? [...living.keys()] : [chosen];
	await Promise.all(victims.map((victim) => living[victim].kill('SIGKILL')));
	if (victims.length === living.length) await scene.ground.timePasses();
	const started = await startAll(scene, victims.length);
	victims.forEach((victim, i) => void (living[victim] = started[i]));
	return victims.length;
}

function startAll(scene: Scene, count: number): Promise<ServiceProcess[]> {
	return Promise.all(Array.from({ length: count }, async () => (await scene.start())!));
}

async function subscribe({ receiver }: Scene, service: ServiceProcess): Promise<void> {
	const body = { url: receiver.events, events: ['settled', 'needs_review', 'failed'] };
	expect((await callTo(service.url)('POST', '/subscriptions', { body })).status).toBe(201);
}

/** @throws an error that says what is still to be done */
async function allDone({ ground }: Scene): Promise<void> {
	let left = '';
	const isDone = async (): Promise<true | undefined> => {
		const tickets = (await ground
			.knex('ticket_logs')
			.whereIn('status', ['received', 'classified'])
			.select('ticket_id', 'status', 'delivery_state', 'error_message')) as unknown[];
		// Jobs first: the last of them leaves an event.
		const { open } = await ground.jobs();
		const events = (await ground.knex('event_deliveries').select('id')).length;
		left = `${open} jobs, ${events} events, ${tickets.length} tickets, as ${JSON.stringify(tickets.slice(0, 5))}`;
		return open === 0 && events === 0 ? true : undefined;
	};
	await eventually(isDone, 'nothing to be left to do', 2400).catch(() => {
		throw new Error(`still to be done: ${left}`);
	});
}

/** Past jest's own console, which would say for each line where it came from. */
function print(rows: Record<string, unknown>[]): void {
	const names = Object.keys(rows[0]);
	const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
	const widths = names.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
	const text = lines.map((line) =>
		line
			.map((cell, i) => cell.padEnd(widths[i]))
			.join('  ')
			.trimEnd(),
	);
	process.stdout.write(`${text.join('\n')}\n`);
}
