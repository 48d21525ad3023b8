import type { Knex } from 'knex';
import { LostClaim, type Job } from '../../../service/queue/queue';
import { handsOn, type QueueUnderTest } from './queue-under-test';

/** Who works on a job dies, or is taken for dead: part of what every queue has to do. */
export function describeLostOwners(current: () => QueueUnderTest): void {
	let t: QueueUnderTest;
	beforeEach(() => {
		t = current();
	});
	const { job, enqueue, inTransaction, claimed } = handsOn(current);

	describe('whoever was overtaken by another', () => {
		let late: Job;
		beforeEach(async () => {
			await enqueue(job('a'));
			[late] = await t.queue.claim(1);
			await t.leaseEnds();
		});

		const CHANGES: [string, (trx: Knex) => Promise<void>][] = [
			['complete', (trx) => t.queue.complete(trx, [late])],
			['postpone', (trx) => t.queue.postpone(trx, late, { runAfter: t.clock.now, attempts: 1 })],
			['bury', (trx) => t.queue.bury(trx, late)],
			['hold', (trx) => t.queue.hold(trx, [late])],
		];

		it.each(CHANGES)('changes nothing any more: %s', async (_, change) => {
			const [current] = await t.queue.claim(1);
			await expect(inTransaction(change)).rejects.toThrow(LostClaim);
			await t.queue.extend([late]);
			expect((await t.queue.stats()).running).toBe(1);
			await inTransaction((trx) => t.queue.complete(trx, [current]));
			expect(await t.queue.stats()).toMatchObject({ waiting: 0, running: 0, dead: 0 });
		});

		it.each(CHANGES)('changes nothing once the other is done: %s', async (_, change) => {
			const current = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.complete(trx, current));
			await t.knex.transaction((trx) => t.queue.requeue(trx, [job('a')]));
			await t.queue.claim(1);
			await expect(inTransaction(change)).rejects.toThrow(LostClaim);
		});

		it.each(['complete', 'hold'] as const)('of several jobs changes none: %s', async (name) => {
			await t.queue.claim(1);
			await enqueue(job('b'));
			const [other] = await t.queue.claim(1);
			await expect(inTransaction((trx) => t.queue[name](trx, [other, late]))).rejects.toThrow(LostClaim);
			await inTransaction((trx) => t.queue.complete(trx, [other]));
		});
	});

	describe('whoever vanishes', () => {
		const CHANGES: [string, (trx: Knex, mine: Job) => Promise<unknown>][] = [
			['goes on', (trx, mine) => t.queue.hold(trx, [mine])],
			['completes', (trx, mine) => t.queue.complete(trx, [mine])],
			['postpones', (trx, mine) => t.queue.postpone(trx, mine, { runAfter: t.clock.now, attempts: 0 })],
			['buries', (trx, mine) => t.queue.bury(trx, mine)],
		];
		const onceMore = async (): Promise<void> => {
			expect([await claimed(), await claimed()]).toEqual([['a'], []]);
			expect(await t.queue.stats()).toMatchObject({ waiting: 0, running: 1, dead: 0 });
		};

		it.each(CHANGES)(
			'in a transaction that %s has changed nothing, and its job is given out once more',
			async (_, change) => {
				await enqueue(job('a'));
				const [mine] = await t.queue.claim(1);
				await t.vanishIn((trx) => change(trx, mine));
				expect(await claimed()).toEqual([]);
				await t.leaseEnds();
				await onceMore();
			},
		);

		it('having made a job has made it, and having begun to has not', async () => {
			await enqueue(job('a'));
			await t.vanishIn((trx) => t.queue.enqueue(trx, [job('b')], 0));
			await onceMore();
		});

		it('having postponed its job has postponed it', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.postpone(trx, mine, { runAfter: t.clock.now + 60_000, attempts: 1 }));
			await t.vanishIn((trx) => t.queue.requeue(trx, [job('a')]));
			expect(await claimed()).toEqual([]);
			await t.pass(60_000);
			await onceMore();
		});

		it('while it puts a dead job back to work, or forgets it, leaves it dead', async () => {
			await enqueue(job('a'));
			const [mine] = await t.queue.claim(1);
			await inTransaction((trx) => t.queue.bury(trx, mine));
			await t.vanishIn((trx) => t.queue.requeue(trx, [job('a')]));
			await t.vanishIn((trx) => t.queue.forget(trx, ['a']));
			await t.leaseEnds();
			expect([await claimed(), (await t.queue.stats()).dead]).toEqual([[], 1]);
			expect(await t.knex.transaction((trx) => t.queue.requeue(trx, [job('a')]))).toEqual(['a']);
			await onceMore();
		});
	});
}
