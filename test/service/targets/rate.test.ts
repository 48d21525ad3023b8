import fc from 'fast-check';
import { createRate, type Rate } from '../../../service/targets/rate';

const START = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;

function rateOf(perMinute?: number): Rate {
	const rate = createRate();
	rate.set(perMinute);
	return rate;
}

/** When calls start that come at these moments and start as soon as they may. */
function startsOf(rate: Rate, arrivals: readonly number[]): number[] {
	let at = START;
	return arrivals.map((arrival) => {
		at = rate.earliest(0, Math.max(at, arrival));
		rate.count(at);
		return at;
	});
}

/** The most starts in sixty seconds, whenever they begin; they come in order. */
function mostInAMinute(starts: readonly number[]): number {
	let first = 0;
	return starts.reduce((most, start, i) => {
		while (starts[first] <= start - MINUTE) first += 1;
		return Math.max(most, i - first + 1);
	}, 0);
}

it('holds nobody up without a limit', () => {
	const rate = rateOf();
	expect(startsOf(rate, [START, START, START])).toEqual([START, START, START]);
	expect([rate.intervalMs(), rate.earliest(1000, START), rate.isUsed(START)]).toEqual([0, START, false]);
});

it.each([
	[1, [0, 60_000, 120_000]],
	[5, [0, 12_000, 24_000]],
	[20, [0, 0, 3158, 6316]],
	[30, [0, 0, 0, 2143, 4286]],
])('%p a minute: a tenth at once, then one after the other', (perMinute, after) => {
	const arrivals = after.map(() => START);
	expect(startsOf(rateOf(perMinute), arrivals).map((start) => start - START)).toEqual(after);
});

it('says when those further back may start, as it then comes to be', () => {
	const rate = rateOf(100);
	const told = Array.from({ length: 50 }, (_, ahead) => rate.earliest(ahead, START));
	expect(startsOf(rate, Array<number>(50).fill(START))).toEqual(told);
});

it('never lets more start than allowed in any minute', () => {
	const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(100), fc.nat(5000), fc.nat(90_000)), { maxLength: 400 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 300 }), gaps, (perMinute, waits) => {
			let at = START;
			const arrivals = waits.map((wait) => (at += wait));
			const starts = startsOf(rateOf(perMinute), [START, ...arrivals]);
			expect(mostInAMinute(starts)).toBeLessThanOrEqual(perMinute);
		}),
		{ numRuns: 300 },
	);
});

it.each([1, 7, 60, 100, 400, 6000])('lets through what it promises of %p a minute, and no drop more', (perMinute) => {
	const starts = startsOf(rateOf(perMinute), Array<number>(3 * perMinute + 1).fill(START));
	expect(mostInAMinute(starts)).toBe(perMinute);
	const minutes = (starts[3 * perMinute] - START) / MINUTE;
	expect(minutes).toBeGreaterThanOrEqual(3);
	expect(minutes).toBeLessThan(3.4);
});

it('takes the latest limit, however long the former would have lasted', () => {
	const rate = rateOf(1);
	startsOf(rate, [START]);
	expect(rate.earliest(0, START)).toBe(START + MINUTE);
	rate.set(600);
	expect(rate.earliest(0, START)).toBeLessThanOrEqual(START + 1000);
	rate.set(undefined);
	expect(rate.earliest(0, START)).toBe(START);
});

it('keeps in mind what it counted while a mapping without a limit calls', () => {
	const rate = rateOf(1);
	startsOf(rate, [START]);
	rate.set(undefined);
	rate.count(START);
	rate.set(1);
	expect(rate.earliest(0, START)).toBe(START + MINUTE);
});

it('waits no longer than its bucket takes where the clock was set back', () => {
	const rate = rateOf(60);
	startsOf(rate, Array<number>(10).fill(START));
	const hourAgo = START - 60 * MINUTE;
	expect(rate.earliest(0, hourAgo)).toBeLessThanOrEqual(hourAgo + 10_000);
});

it('is used until what was started counts no more', () => {
	const rate = rateOf(60);
	expect(rate.isUsed(START)).toBe(false);
	rate.count(START);
	expect([rate.isUsed(START), rate.isUsed(START + MINUTE)]).toEqual([true, false]);
});
