import { createTurns } from '../../../service/events/turns';

it('lets so many work at once, in the order in which they came, also after one that failed', async () => {
	const turns = createTurns(2);
	const ends: (() => void)[] = [];
	const begun: number[] = [];
	const work = (n: number): Promise<void> => {
		begun.push(n);
		return new Promise((resolve, reject) => ends.push(n === 1 ? () => reject(new Error('no')) : resolve));
	};
	const all = Promise.allSettled([1, 2, 3, 4].map((n) => turns(() => work(n))));
	const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
	await soon();
	expect(begun).toEqual([1, 2]);
	ends[0]();
	await soon();
	expect(begun).toEqual([1, 2, 3]);
	ends[1]();
	ends[2]();
	await soon();
	expect(begun).toEqual([1, 2, 3, 4]);
	ends[3]();
	expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
	const again = turns(() => Promise.resolve('free'));
	expect(await again).toBe('free');
});
