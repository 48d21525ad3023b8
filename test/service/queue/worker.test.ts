import { pino } from 'pino';
import type { Job, Queue } from '../../../service/queue/queue';
import { createWorker, type Worker } from '../../../service/queue/worker';

const log = pino({ level: 'silent' });

/** A queue in memory: what the worker asks of it, and no more. */
function memoryQueue(): Queue & { add(...ids: string[]): void; extended: string[][]; broken: boolean } {
	let waiting: Job[] = [];
	const queue = {
		leaseMs: 60,
		extended: [] as string[][],
		broken: false,
		add: (...ids: string[]) =>
			void (waiting = [...waiting, ...ids.map((ticketId) => ({ ticketId, attempt: 1, claim: '', createdAt: 0 }))]),
		claim: (limit: number) => {
			if (queue.broken) return Promise.reject(new Error('database is gone'));
			const jobs = waiting.slice(0, limit);
			waiting = waiting.slice(limit);
			return Promise.resolve(jobs);
		},
		extend: (jobs: Job[]) => Promise.resolve(void queue.extended.push(jobs.map(({ ticketId }) => ticketId))),
	};
	return queue as never;
}

const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('createWorker', () => {
	let worker: Worker;
	let open: (() => void)[];
	let seen: string[];
	let queue: ReturnType<typeof memoryQueue>;

	function start(concurrency: number, pollMs = 100_000): void {
		open = [];
		seen = [];
		queue = memoryQueue();
		const work = ({ ticketId }: Job): Promise<void> => {
			seen.push(ticketId);
			return new Promise((resolve) => open.push(resolve));
		};
		worker = createWorker({ prepare: () => Promise.resolve(), queue, work, concurrency, pollMs, log });
		worker.start();
	}

	afterEach(async () => {
		const stopping = worker.stop();
		const release = setInterval(() => open.splice(0).forEach((resolve) => resolve()), 1);
		await stopping;
		clearInterval(release);
	});

	it('never runs more than it may, and goes on when one ends', async () => {
		start(2);
		queue.add('a', 'b', 'c', 'd', 'e');
		worker.wake();
		await tick();
		expect(seen).toEqual(['a', 'b']);
		open.shift()?.();
		await tick();
		expect(seen).toEqual(['a', 'b', 'c']);
	});

	it('finds work that came while it was looking', async () => {
		start(10);
		worker.wake();
		queue.add('a');
		worker.wake();
		await tick();
		expect(seen).toEqual(['a']);
	});

	it('promises no slot twice', async () => {
		start(3);
		await tick();
		expect(worker.reserve(2)).toBe(2);
		expect(worker.reserve(2)).toBe(1);
		queue.add('a');
		worker.wake();
		await tick();
		expect(seen).toEqual([]);
		worker.release(1);
		worker.run({ ticketId: 'mine', attempt: 1, claim: '', createdAt: 0 });
		worker.wake();
		await tick();
		expect(seen).toEqual(['mine', 'a']);
	});

	it('keeps the leases of what runs', async () => {
		start(2);
		queue.add('a', 'b');
		worker.wake();
		await tick(50);
		expect(queue.extended[0]).toEqual(['a', 'b']);
	});

	it('looks again by itself, also after the queue could not be read', async () => {
		start(2, 10);
		queue.broken = true;
		await tick(30);
		queue.broken = false;
		queue.add('a');
		await tick(40);
		expect(seen).toEqual(['a']);
	});

	it('survives work that throws', async () => {
		start(1);
		const failing = createWorker({
			prepare: () => Promise.resolve(),
			queue,
			work: ({ ticketId }) => (seen.push(ticketId), Promise.reject(new Error('bug'))),
			concurrency: 1,
			pollMs: 100_000,
			log,
		});
		failing.start();
		queue.add('a', 'b');
		failing.wake();
		await tick(20);
		expect(seen).toEqual(['a', 'b']);
		await failing.stop();
	});

	it('ends what runs and takes no more when it is stopped', async () => {
		start(1);
		queue.add('a', 'b');
		worker.wake();
		await tick();
		let stopped = false;
		const stopping = worker.stop().then(() => (stopped = true));
		await tick();
		expect(stopped).toBe(false);
		open.shift()?.();
		await stopping;
		expect(seen).toEqual(['a']);
		expect(worker.reserve(1)).toBe(0);
	});
});
