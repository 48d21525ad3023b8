import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import type { Job, Queue } from '../../../service/queue/queue';
import { createWorker, type Slot, type Worker } from '../../../service/queue/worker';

const LEASE_MS = 60;

interface Running {
	slot: Slot;
	end: (error?: Error) => void;
}

let worker: Worker;
let waiting: Job[];
let extended: string[][];
let claims: string[][];
let running: Map<string, Running>;
/** In the order in which they began. */
let began: string[];

/** Claims at once; what a job does is up to the test. */
function start(concurrency: number, ...ids: string[]): Promise<void> {
	waiting = ids.map((ticketId) => ({ ticketId, attempt: 1, claim: '', createdAt: 0 }));
	[extended, claims, running, began] = [[], [], new Map(), []];
	const queue = {
		leaseMs: LEASE_MS,
		claim: (limit: number) => Promise.resolve(waiting.splice(0, limit)),
		extend(jobs: Job[]) {
			extended.push(jobs.map(({ ticketId }) => ticketId));
			claims.push(jobs.map(({ claim }) => claim));
			return Promise.resolve();
		},
	} as Partial<Queue> as Queue;
	const work = ({ ticketId }: Job, slot: Slot): Promise<void> =>
		new Promise((resolve, reject) => {
			began.push(ticketId);
			running.set(ticketId, { slot, end: (error) => (error ? reject(error) : resolve()) });
		});
	worker = createWorker({
		prepare: () => Promise.resolve(),
		queue,
		work,
		concurrency,
		pollMs: 100_000,
		log: pino({ level: 'silent' }),
	});
	worker.start();
	return turn();
}

/** Until everything that was promised is kept: what ends in a turn of the event loop makes room in the next. */
async function turn(): Promise<void> {
	for (let i = 0; i < 3; i += 1) await setImmediate();
}

async function leave(id: string): Promise<void> {
	running.get(id)?.slot.leave();
	await turn();
}
async function enter(id: string): Promise<void> {
	running.get(id)?.slot.enter();
	await turn();
}
async function end(id: string, error?: Error): Promise<void> {
	running.get(id)?.end(error);
	await turn();
}

afterEach(async () => {
	const stopping = worker.stop();
	for (const { end: finish } of running.values()) finish();
	await stopping;
});

it('whoever waits for somebody else gives its place to another, and has none to spare when it is back', async () => {
	await start(1, 'a', 'b', 'c');
	expect(began).toEqual(['a']);
	await leave('a');
	expect(began).toEqual(['a', 'b']);
	await enter('a');
	await end('b');
	expect(began).toEqual(['a', 'b']);
	await end('a');
	expect(began).toEqual(['a', 'b', 'c']);
});

it('one that comes again while it runs is not begun twice, and goes on under its new claim', async () => {
	await start(2, 'a');
	waiting.push({ ticketId: 'a', attempt: 2, claim: 'new', createdAt: 0 });
	worker.wake();
	await turn();
	expect(began).toEqual(['a']);
	const before = claims.length;
	while (claims.length === before) await turn();
	expect(claims.at(-1)).toEqual(['new']);
	// It may have been put off before it was given out again, and then nobody else would begin it.
	await end('a');
	expect(began).toEqual(['a', 'a']);
});

it('leaving and coming back twice is leaving and coming back once', async () => {
	await start(1, 'a', 'b', 'c', 'd');
	await leave('a');
	await leave('a');
	expect(began).toEqual(['a', 'b']);
	await enter('a');
	await enter('a');
	await end('a');
	expect(began).toEqual(['a', 'b']);
	await end('b');
	expect(began).toEqual(['a', 'b', 'c']);
});

it.each([
	['well', undefined],
	['with an error', new Error('a bug')],
])('one that ends %s while it is aside frees no place but its own', async (_, error) => {
	await start(1, 'a', 'b', 'c', 'd');
	await leave('a');
	await end('a', error);
	expect(began).toEqual(['a', 'b']);
	await end('b');
	expect(began).toEqual(['a', 'b', 'c']);
	await leave('c');
	expect(began).toEqual(['a', 'b', 'c', 'd']);
});

it('promises no more places than are free, those of the absent among them', async () => {
	await start(2, 'a', 'b');
	expect(worker.reserve(2)).toBe(0);
	await leave('a');
	expect(worker.reserve(2)).toBe(1);
	await enter('a');
	expect(worker.reserve(2)).toBe(0);
	await leave('a');
	await leave('b');
	expect(worker.reserve(2)).toBe(1);
});

it('holds no more than 500 aside, and goes on when one of them is back and done', async () => {
	await start(1, ...Array.from({ length: 510 }, (_, i) => `t${i}`));
	for (let i = 0; i < 500; i += 1) await leave(`t${i}`);
	expect(began).toHaveLength(500);
	await enter('t0');
	await end('t0');
	expect(began).toHaveLength(501);
});

it('keeps the leases of those aside, and waits for them at the end', async () => {
	await start(1, 'a', 'b');
	await leave('a');
	while (extended.length === 0) await turn();
	expect(extended[0]).toEqual(['a', 'b']);
	let stopped = false;
	const stopping = worker.stop().then(() => (stopped = true));
	await end('b');
	expect(stopped).toBe(false);
	await end('a');
	await stopping;
	expect(stopped).toBe(true);
});
