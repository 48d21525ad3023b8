import type { Knex } from 'knex';
import type { NewJob, Queue } from '../../../service/queue/queue';

export interface QueueUnderTest {
	queue: Queue;
	knex: Knex;
	/** Milliseconds since 1970 as the queue sees it; settable. */
	clock: { now: number };
	close(): Promise<void>;
}

/** What every queue has to do, whatever it is made of. */
export function describeQueue(name: string, open: () => Promise<QueueUnderTest>): void {
	describe(name, () => {
		let t: QueueUnderTest;
		beforeEach(async () => {
			t = await open();
		});
		afterEach(() => t.close());

		const job = (ticketId: string, overrides: Partial<NewJob> = {}): NewJob => ({
			ticketId,
			priority: 1,
			createdAt: t.clock.now,
			claimed: false,
			...overrides,
		});
		const enqueue = (...jobs: NewJob[]): Promise<void> => t.knex.transaction((trx) => t.queue.enqueue(trx, jobs));
		const claimed = async (limit = 10): Promise<string[]> =>
			(await t.queue.claim(limit)).map(({ ticketId }) => ticketId);

		it('gives a job out once', async () => {
			await enqueue(job('a'));
			expect(await t.queue.claim(10)).toMatchObject([{ ticketId: 'a', attempt: 1 }]);
			expect(await t.queue.claim(10)).toEqual([]);
		});

		it('gives a job to one of many that ask at once', async () => {
			await enqueue(...Array.from({ length: 20 }, (_, i) => job(`t${i}`)));
			const all = (await Promise.all(Array.from({ length: 10 }, () => claimed(3)))).flat();
			expect([...all].sort()).toEqual([...new Set(all)].sort());
			expect(all).toHaveLength(20);
		});

		it('gives no job out before its transaction is through, and none that was rolled back', async () => {
			const failing = t.knex.transaction(async (trx) => {
				await t.queue.enqueue(trx, [job('a')]);
				throw new Error('rolled back');
			});
			await expect(failing).rejects.toThrow('rolled back');
			expect(await claimed()).toEqual([]);
		});

		it('goes by priority, then by age, and no further than asked', async () => {
			await enqueue(
				job('young', { createdAt: 2 }),
				job('old', { createdAt: 1 }),
				job('urgent', { priority: 3, createdAt: 3 }),
			);
			const order = [...(await claimed(1)), ...(await claimed(1)), ...(await claimed(1))];
			expect(order).toEqual(['urgent', 'old', 'young']);
		});

		it('does not give out what its maker claimed', async () => {
			await enqueue(job('mine', { claimed: true }), job('free'));
			expect(await claimed()).toEqual(['free']);
		});

		it('gives a job out again when its lease has run out, and counts', async () => {
			await enqueue(job('a', { claimed: true }));
			t.clock.now += t.queue.leaseMs + 1;
			expect(await t.queue.claim(10)).toMatchObject([{ ticketId: 'a', attempt: 2 }]);
		});

		it('leaves a job alone whose lease was prolonged', async () => {
			await enqueue(job('a'));
			await claimed();
			t.clock.now += t.queue.leaseMs - 1;
			await t.queue.extend(['a']);
			t.clock.now += t.queue.leaseMs - 1;
			expect(await claimed()).toEqual([]);
		});

		it('forgets what is complete', async () => {
			await enqueue(job('a'), job('b'));
			await claimed();
			await t.knex.transaction((trx) => t.queue.complete(trx, ['a', 'b']));
			t.clock.now += t.queue.leaseMs * 2;
			expect(await claimed()).toEqual([]);
			expect(await t.queue.stats()).toEqual({ waiting: 0, running: 0, dead: 0, oldestWaitingMs: 0 });
		});

		it('says since when a job is worked on', async () => {
			await enqueue(job('a', { createdAt: 77 }));
			expect(await t.queue.claim(1)).toEqual([{ ticketId: 'a', attempt: 1, createdAt: 77 }]);
		});

		it('does not count a try that was none', async () => {
			await enqueue(job('a'));
			await claimed();
			await t.knex.transaction((trx) => t.queue.postpone(trx, 'a', { runAfter: t.clock.now, attempts: 0 }));
			expect(await t.queue.claim(1)).toMatchObject([{ ticketId: 'a', attempt: 1 }]);
		});

		it('counts the tries that its worker says, whatever was claimed while that was away', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			t.clock.now += t.queue.leaseMs + 1;
			await t.queue.claim(1);
			const postponement = { runAfter: t.clock.now, attempts: mine.attempt };
			await t.knex.transaction((trx) => t.queue.postpone(trx, 'a', postponement));
			expect(await t.queue.claim(1)).toMatchObject([{ ticketId: 'a', attempt: 2 }]);
		});

		it('puts back to work what is done, dead or waiting, from the first try, and leaves alone what is worked on', async () => {
			const requeue = (...jobs: NewJob[]): Promise<string[]> => t.knex.transaction((trx) => t.queue.requeue(trx, jobs));
			await enqueue(job('running'), job('dead'), job('waiting'), job('lost'));
			await t.queue.claim(10);
			await t.knex.transaction(async (trx) => {
				await t.queue.bury(trx, 'dead');
				await t.queue.postpone(trx, 'waiting', { runAfter: t.clock.now + 60_000, attempts: 1 });
			});
			const all = ['running', 'dead', 'waiting', 'done'].map((id) => job(id, { priority: 2 }));
			expect((await requeue(...all)).sort()).toEqual(['dead', 'done', 'waiting']);
			expect((await t.queue.claim(10)).map(({ ticketId, attempt }) => [ticketId, attempt]).sort()).toEqual([
				['dead', 1],
				['done', 1],
				['waiting', 1],
			]);
			t.clock.now += t.queue.leaseMs + 1;
			expect(await requeue(job('lost'))).toEqual(['lost']);
			expect(await requeue()).toEqual([]);
		});

		it('holds a postponed job back until its time', async () => {
			await enqueue(job('a'));
			await claimed();
			await t.knex.transaction((trx) => t.queue.postpone(trx, 'a', { runAfter: t.clock.now + 5000, attempts: 1 }));
			t.clock.now += 4999;
			expect(await claimed()).toEqual([]);
			t.clock.now += 1;
			expect(await t.queue.claim(10)).toMatchObject([{ ticketId: 'a', attempt: 2 }]);
		});

		it('keeps what is buried and never gives it out', async () => {
			await enqueue(job('a'));
			await claimed();
			await t.knex.transaction((trx) => t.queue.bury(trx, 'a'));
			t.clock.now += t.queue.leaseMs * 10;
			expect(await claimed()).toEqual([]);
			expect((await t.queue.stats()).dead).toBe(1);
		});

		it('counts, and knows how long the oldest has waited', async () => {
			await enqueue(job('a'), job('b'), job('c', { claimed: true }));
			t.clock.now += 1500;
			expect(await t.queue.stats()).toEqual({ waiting: 2, running: 1, dead: 0, oldestWaitingMs: 1500 });
		});

		it('takes nothing without complaint', async () => {
			await enqueue();
			await t.knex.transaction((trx) => t.queue.complete(trx, []));
			expect(await claimed()).toEqual([]);
		});
	});
}
