import type { Knex } from 'knex';
import { pino } from 'pino';
import { Writable } from 'node:stream';
import { openDatabase } from '../../service/database';
import { startMaintenance, type Chore, type Maintenance } from '../../service/maintenance';
import { startBossQueue, type BossQueue } from '../../service/queue/boss-queue';
import { startPostgres, type Postgres } from '../helpers/postgres';
import { eventually } from '../helpers/service';

const lines: string[] = [];
const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString('utf8')), done()) });
const log = pino({ level: 'warn' }, sink);
const silent = pino({ level: 'silent' });
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	lines.length = 0;
	for (const close of open.splice(0).reverse()) await close();
});

/** Does `parts` parts each time, and says so. */
function chore(name: string, parts: number, done: string[]): Chore {
	return {
		name,
		begin() {
			let left = parts;
			return () => {
				done.push(name);
				return Promise.resolve((left -= 1) > 0);
			};
		},
	};
}

async function start(chores: Chore[], everyMs = 3_600_000, pauseMs = 0): Promise<Maintenance> {
	const maintenance = await startMaintenance({ boss: null, chores, log, everyMs, pauseMs });
	open.push(() => maintenance.stop());
	return maintenance;
}

describe('of one process', () => {
	it('does every chore to its end, one after the other, anew each time', async () => {
		const done: string[] = [];
		const maintenance = await start([chore('a', 3, done), chore('b', 1, done)]);
		await maintenance.run();
		await maintenance.run();
		expect(done.join('')).toBe('aaabaaab');
	});

	it('comes round by itself', async () => {
		const done: string[] = [];
		await start([chore('a', 1, done)], 20);
		await eventually(() => Promise.resolve(done.length > 2 || undefined), 'three rounds');
	});

	it('goes on with the others where one fails, and says which', async () => {
		const done: string[] = [];
		const failing: Chore = { name: 'b', begin: () => () => Promise.reject(new Error('a secret')) };
		await (await start([chore('a', 1, done), failing, chore('c', 1, done)])).run();
		expect(done.join('')).toBe('ac');
		expect(lines.map((line) => (JSON.parse(line) as { chore: string }).chore)).toEqual(['b']);
	});

	it('is at it once, whoever asks', async () => {
		const done: string[] = [];
		const maintenance = await start([chore('a', 3, done)]);
		await Promise.all([maintenance.run(), maintenance.run()]);
		expect(done).toHaveLength(3);
	});

	it('ends a pause when it is stopped, after the part under way, and begins no other', async () => {
		const done: string[] = [];
		const maintenance = await start([chore('a', 10, done), chore('b', 1, done)], 3_600_000, 3_600_000);
		const running = maintenance.run();
		await maintenance.stop();
		await running;
		expect(done.join('')).toBe('a');
	});
});

describe('of many processes', () => {
	let postgres: Postgres;
	let url: string;
	beforeAll(async () => {
		postgres = await startPostgres();
	});
	afterAll(() => postgres.stop());
	beforeEach(async () => {
		url = await postgres.createDatabase();
	});

	async function process(chores: Chore[]): Promise<{ knex: Knex; queue: BossQueue; maintenance: Maintenance }> {
		const knex = openDatabase({ client: 'pg', connection: url });
		const queue = await startBossQueue({ knex, connection: url, now: Date.now, leaseMs: 30_000, log: silent });
		const options = { boss: queue.boss, chores, log, everyMs: 1, pauseMs: 0, askEverySeconds: 0.5 };
		const maintenance = await startMaintenance(options);
		open.push(async () => {
			await maintenance.stop();
			await queue.close();
			await knex.destroy();
		});
		return { knex, queue, maintenance };
	}

	it('is due every hour, and one of them does it', async () => {
		const done: string[] = [];
		const [{ queue }] = [await process([chore('a', 1, done)]), await process([chore('b', 1, done)])];
		expect(await queue.boss.getSchedules('maintenance')).toMatchObject([{ cron: '17 * * * *' }]);
		expect([await queue.boss.send('maintenance'), await queue.boss.send('maintenance')]).toEqual([
			...[expect.any(String), null],
		]);
		await eventually(() => Promise.resolve(done.length > 0 || undefined), 'the chores to be done');
		await eventually(
			async () => (await queue.boss.getQueueStats('maintenance'), (await queue.boss.send('maintenance')) ?? undefined),
			'the next to be taken',
		);
		await eventually(() => Promise.resolve(done.length > 1 || undefined), 'the chores to be done again');
		expect(done).toHaveLength(2);
	});
});
