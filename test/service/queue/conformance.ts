import type { NewJob } from '../../../service/queue/queue';
import { describeLostOwners } from './lost-owners';
import { handsOn, type QueueUnderTest } from './queue-under-test';

/** What every queue has to do, whatever it is made of. */
export function describeQueue(name: string, open: () => Promise<QueueUnderTest>): void {
	describe(name, () => {
		let t: QueueUnderTest;
		beforeEach(async () => {
			t = await open();
		});
		afterEach(() => t.close());

		const { job, enqueue, inTransaction, claimed } = handsOn(() => t);

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
				await t.queue.enqueue(trx, [job('a')], 0);
				throw new Error('rolled back');
			});
			await expect(failing).rejects.toThrow('rolled back');
			expect(await claimed()).toEqual([]);
		});

		it('goes by priority, then by age, and no further than asked', async () => {
			await enqueue(job('old', { createdAt: 1 }));
			await enqueue(job('young', { createdAt: 2 }));
			await enqueue(job('urgent', { priority: 3, createdAt: 3 }));
			const order = [...(await claimed(1)), ...(await claimed(1)), ...(await claimed(1))];
			expect(order).toEqual(['urgent', 'old', 'young']);
		});

		it('does not give out what its maker started on', async () => {
			const mine = await t.knex.transaction((trx) => t.queue.enqueue(trx, [job('mine'), job('free')], 1));
			expect(mine).toMatchObject([{ attempt: 1 }]);
			expect([mine[0].ticketId, ...(await claimed())].sort()).toEqual(['free', 'mine']);
		});

		it('gives a job out again when its lease has run out, and counts', async () => {
			await enqueue(job('a'));
			await claimed();
			await t.leaseEnds();
			expect(await t.queue.claim(10)).toMatchObject([{ ticketId: 'a', attempt: 2 }]);
		});

		it('leaves a job alone whose lease was prolonged', async () => {
			await enqueue(job('a'), job('b'));
			const [a, b] = await t.queue.claim(10);
			await t.pass(0.7 * t.queue.leaseMs);
			await t.queue.extend([a]);
			await inTransaction((trx) => t.queue.hold(trx, [b]));
			await t.pass(0.7 * t.queue.leaseMs);
			expect(await claimed()).toEqual([]);
		});

		it('forgets what is complete', async () => {
			await enqueue(job('a'), job('b'));
			const jobs = await t.queue.claim(10);
			await inTransaction((trx) => t.queue.complete(trx, jobs));
			await t.leaseEnds();
			expect(await claimed()).toEqual([]);
			expect(await t.queue.stats()).toEqual({ waiting: 0, running: 0, dead: 0, oldestWaitingMs: 0 });
		});

		it('says since when a job is worked on', async () => {
			await enqueue(job('a', { createdAt: 77 }));
			expect(await t.queue.claim(1)).toMatchObject([{ ticketId: 'a', attempt: 1, createdAt: 77 }]);
		});

		it('does not count a try that was none', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.postpone(trx, mine, { runAfter: t.clock.now, attempts: 0 }));
			expect(await t.queue.claim(1)).toMatchObject([{ ticketId: 'a', attempt: 1 }]);
		});

		it('counts the tries that its worker says', async () => {
			await enqueue(job('a'));
			for (const attempts of [1, 2, 2, 3]) {
				const [mine] = await t.queue.claim(1);
				await inTransaction((trx) => t.queue.postpone(trx, mine, { runAfter: t.clock.now, attempts }));
				const [next] = await t.queue.claim(1);
				expect(next).toMatchObject({ ticketId: 'a', attempt: attempts + 1 });
				await inTransaction((trx) => t.queue.postpone(trx, next, { runAfter: t.clock.now, attempts: 0 }));
			}
		});

		describeLostOwners(() => t);

		it('puts back to work what is done, dead or waiting, from the first try, and leaves alone what is worked on', async () => {
			const requeue = (...jobs: NewJob[]): Promise<string[]> => t.knex.transaction((trx) => t.queue.requeue(trx, jobs));
			await enqueue(job('running'), job('dead'), job('waiting'), job('lost'));
			const jobs = new Map((await t.queue.claim(10)).map((one) => [one.ticketId, one]));
			await inTransaction(async (trx) => {
				await t.queue.bury(trx, jobs.get('dead')!);
				await t.queue.postpone(trx, jobs.get('waiting')!, { runAfter: t.clock.now + 60_000, attempts: 1 });
			});
			const all = ['running', 'dead', 'waiting', 'done'].map((id) => job(id, { priority: 2 }));
			expect((await requeue(...all)).sort()).toEqual(['dead', 'done', 'waiting']);
			expect((await t.queue.claim(10)).map(({ ticketId, attempt }) => [ticketId, attempt]).sort()).toEqual([
				['dead', 1],
				['done', 1],
				['waiting', 1],
			]);
			await t.leaseEnds();
			expect(await requeue(job('lost'))).toEqual(['lost']);
			expect(await requeue()).toEqual([]);
		});

		it('holds a postponed job back until its time', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.postpone(trx, mine, { runAfter: t.clock.now + 60_000, attempts: 1 }));
			// Real time passes as well.
			await t.pass(40_000);
			expect(await claimed()).toEqual([]);
			await t.pass(20_000);
			expect(await t.queue.claim(10)).toMatchObject([{ ticketId: 'a', attempt: 2 }]);
		});

		it('keeps what is buried and never gives it out', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.bury(trx, mine));
			await t.leaseEnds();
			expect(await claimed()).toEqual([]);
			expect((await t.queue.stats()).dead).toBe(1);
		});

		it('forgets what was given up, and knows what has work to do, now or later', async () => {
			await enqueue(job('running'), job('dead'), job('later'), job('kept'));
			const jobs = new Map((await t.queue.claim(10)).map((one) => [one.ticketId, one]));
			await enqueue(job('waiting'));
			await inTransaction(async (trx) => {
				for (const id of ['dead', 'kept']) await t.queue.bury(trx, jobs.get(id)!);
				await t.queue.postpone(trx, jobs.get('later')!, { runAfter: t.clock.now + 60_000, attempts: 1 });
			});
			const forget = (...ids: string[]): Promise<string[]> => t.knex.transaction((trx) => t.queue.forget(trx, ids));
			expect((await forget('running', 'dead', 'later', 'waiting', 'none')).sort()).toEqual([
				...['later', 'running', 'waiting'],
			]);
			expect(await t.queue.stats()).toMatchObject({ running: 1, dead: 1 });
			expect(await forget('dead')).toEqual([]);
			expect(await forget()).toEqual([]);
		});

		it('counts, and knows how long the oldest has waited', async () => {
			await enqueue(job('c'));
			await claimed();
			await enqueue(job('a'), job('b'));
			await t.pass(2000);
			expect(await t.queue.stats()).toMatchObject({ waiting: 2, running: 1, dead: 0 });
			expect((await t.queue.stats()).oldestWaitingMs).toBeGreaterThanOrEqual(2000);
		});

		it('takes nothing without complaint', async () => {
			await enqueue();
			await inTransaction((trx) => t.queue.complete(trx, []));
			await inTransaction((trx) => t.queue.hold(trx, []));
			await t.queue.extend([]);
			expect(await claimed()).toEqual([]);
		});
	});
}
