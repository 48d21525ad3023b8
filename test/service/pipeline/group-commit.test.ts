import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createGroupCommit } from '../../../service/pipeline/group-commit';

/** A moment after which whatever waited for a turn of the event loop has had it. */
const tick = (): Promise<void> => sleep(2).then(() => setImmediate());

it('commits what came meanwhile together, in order, one transaction at a time', async () => {
	const batches: number[][] = [];
	const ends: (() => void)[] = [];
	const commits = createGroupCommit<number>((writes) => {
		batches.push(writes);
		return new Promise((end) => ends.push(end));
	});
	const written: Promise<void>[] = [];
	for (let n = 1; n <= 5; n += 1) {
		written.push(commits.write(2 * n - 1), commits.write(2 * n));
		await tick();
	}
	expect(batches).toEqual([[1, 2]]);
	ends[0]();
	await written[0];
	await tick();
	expect(batches).toEqual([
		[1, 2],
		[3, 4, 5, 6, 7, 8, 9, 10],
	]);
	ends[1]();
	await Promise.all([...written, commits.idle()]);
});

it('says yes only after the commit', async () => {
	const order: string[] = [];
	const commits = createGroupCommit<number>(async () => {
		await tick();
		order.push('committed');
	});
	await commits.write(1).then(() => order.push('acknowledged'));
	expect(order).toEqual(['committed', 'acknowledged']);
});

const refused = (): Error => Object.assign(new Error('no'), { code: 'SQLITE_CONSTRAINT' });

it('does not let one write that cannot be written sink the others', async () => {
	const written: number[] = [];
	const commits = createGroupCommit<number>(async (writes) => {
		await tick();
		if (writes.includes(3)) throw refused();
		written.push(...writes);
	});
	const results = await Promise.allSettled([1, 2, 3, 4].map((n) => commits.write(n)));
	expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
	expect(written).toEqual([1, 2, 4]);
});

it.each(['SQLITE_BUSY', 'SQLITE_FULL', 'ECONNREFUSED', '57P01', undefined])(
	'fails a whole batch at once where %s would meet each of it alike',
	async (code) => {
		let commitsTried = 0;
		const commits = createGroupCommit<number>(async () => {
			commitsTried += 1;
			await tick();
			throw Object.assign(new Error('not now'), { code });
		});
		const results = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => commits.write(n)));
		expect(results.every(({ status }) => status === 'rejected')).toBe(true);
		expect(commitsTried).toBe(1);
	},
);

it.each(['SQLITE_CONSTRAINT', '23505', '22001'])(
	'finds the row that %s speaks of without trying each alone',
	async (code) => {
		let commitsTried = 0;
		const commits = createGroupCommit<number>(async (writes) => {
			commitsTried += 1;
			await tick();
			if (writes.includes(77)) throw Object.assign(new Error('no'), { code });
		});
		const results = await Promise.allSettled(Array.from({ length: 128 }, (_, n) => commits.write(n)));
		expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
		expect(commitsTried).toBeLessThan(20);
	},
);

it('is idle only when everything is written, and goes on afterwards', async () => {
	const written: number[] = [];
	const commits = createGroupCommit<number>(async (writes) => {
		await tick();
		written.push(...writes);
	});
	void commits.write(1);
	void commits.write(2);
	await commits.idle();
	expect(written).toEqual([1, 2]);
	await commits.write(3);
	expect(written).toEqual([1, 2, 3]);
});

it('splits what is too much for one transaction', async () => {
	const sizes: number[] = [];
	const commits = createGroupCommit<number>(async (writes) => {
		sizes.push(writes.length);
		await tick();
	});
	await Promise.all(Array.from({ length: 450 }, (_, n) => commits.write(n)));
	expect(Math.max(...sizes)).toBe(200);
	expect(sizes.reduce((sum, size) => sum + size)).toBe(450);
});
