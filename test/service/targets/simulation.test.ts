import fc from 'fast-check';
import { simulate, type End, type Errand, type Watched } from './simulation';
import { START, targetOf } from './start';

const MINUTE = 60_000;

beforeEach(() => void jest.useFakeTimers({ now: START }));
afterEach(() => jest.useRealTimers());

const end: fc.Arbitrary<End> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant<End>('answer') },
	fc.constantFrom<End>('unavailable', 'bug', 'too many'),
	fc.record({ retryAfter: fc.double({ min: 0, max: 20, noNaN: true }) }),
);
const pace = fc.record({
	atOnce: fc.integer({ min: 1, max: 6 }),
	perMinute: fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }),
});
const errands = pace.chain((one) =>
	fc.array(
		fc.record({
			target: fc.constantFrom(targetOf('a', one), targetOf('b', { atOnce: 2 })),
			priority: fc.nat(3),
			at: fc.oneof(fc.nat(500), fc.nat(60_000)),
			takes: fc.oneof(fc.nat(50), fc.nat(20_000)),
			ends: fc.array(end, { minLength: 1, maxLength: 3 }).map((ends) => [...ends, 'answer' as const]),
		}),
		{ minLength: 1, maxLength: 60, size: 'max' },
	),
);

/** Checks what any simulation must show. */
async function everyRun(check: (watched: Watched, all: readonly Errand[]) => void): Promise<void> {
	await fc.assert(
		fc.asyncProperty(errands, fc.double({ min: 0, max: 0.999, noNaN: true }), async (all, random) => {
			jest.useFakeTimers({ now: START });
			const watched = await simulate({ errands: all, random: () => random, again: true });
			watched.targets.close();
			check(watched, all);
		}),
		{ numRuns: 60 },
	);
}

it('whatever comes, all limits hold, nobody is passed over, and nobody is lost', async () => {
	await everyRun((watched, all) => {
		const { starts, pauses, held, ended, targets } = watched;
		expect(ended.map(({ errand }) => errand).sort(byArrival)).toEqual([...all].sort(byArrival));
		expect(starts.filter(({ running, errand }) => running > errand.target.pace.atOnce)).toEqual([]);
		expect(starts.filter(({ passed }) => passed > 0)).toEqual([]);
		expect(
			starts.filter((start) => startsBefore(watched, start) > (start.errand.target.pace.perMinute ?? Infinity)),
		).toEqual([]);
		const early = pauses.filter(({ key, from, until }) =>
			starts.some(({ errand, at }) => errand.target.key === key && at > from && at < until),
		);
		expect(early).toEqual([]);
		expect(held.filter(({ at, until }) => !Number.isInteger(until) || until < at + 1000)).toEqual([]);
		expect(targets.state().filter(({ waiting, running }) => waiting + running > 0)).toEqual([]);
		expect(jest.getTimerCount()).toBe(0);
	});
});

function byArrival(one: Errand, other: Errand): number {
	return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** Starts at the same target in the minute that ends with this one. */
function startsBefore({ starts }: Watched, { errand, at }: Watched['starts'][number]): number {
	const { key } = errand.target;
	return starts.filter((other) => other.errand.target.key === key && other.at <= at && other.at > at - MINUTE).length;
}

it('10,000 calls to 50 targets: few wait at a time, all are served, and few are sent away often', async () => {
	const random = pseudoRandom();
	const all = Array.from({ length: 10_000 }, (_, i): Errand => {
		// Some get much more than others.
		const target = targetOf(`key ${Math.floor(50 * random() ** 2)}`, { atOnce: 4 });
		return { target, priority: i % 4, at: Math.floor(i / 100), takes: 200, ends: ['answer'] };
	});
	const { ended, mostWaiting, held, targets } = await simulate({ errands: all, random, grainMs: 50 });
	expect(ended).toHaveLength(10_000);
	expect(mostWaiting).toBe(200);
	expect(targets.state()).toEqual(Array(50).fill({ system: 'jira', breaker: 'closed', waiting: 0, running: 0 }));
	expect(jest.getTimerCount()).toBe(0);
	const busiest = all.filter(({ target }) => target.key === 'key 0').length;
	expect(ended.at(-1)!.at - START).toBeLessThan(1.25 * (busiest / 4) * 200);
	expect(held.length).toBeLessThan(all.length);
});

it('a backlog drains as fast as the rate allows, and those held come back about when there is room', async () => {
	const target = targetOf('a', { atOnce: 8, perMinute: 120 });
	const all = Array.from({ length: 1000 }, (_, i): Errand => {
		return { target, priority: i % 4, at: i, takes: 300, ends: ['answer'] };
	});
	const { ended, held } = await simulate({ errands: all, random: pseudoRandom() });
	expect(ended).toHaveLength(1000);
	// 12 at once, then 109 a minute.
	expect(ended.at(-1)!.at - START).toBeLessThan(1.05 * (988 / 109) * MINUTE);
	expect(held.length).toBeLessThan(3 * 1000);
});

function pseudoRandom(): () => number {
	let state = 1;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
