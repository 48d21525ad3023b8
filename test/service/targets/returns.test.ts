import { createReturns } from '../../../service/targets/returns';

const START = Date.parse('2026-11-22T12:00:00Z');

function returnsAt() {
	const clock = { time: START };
	const returns = createReturns(() => clock.time);
	return { clock, next: (priority: number, after = 0) => returns.next(priority, START + after, 1000) - START };
}

it('tells one after the other', () => {
	const { next } = returnsAt();
	expect([next(0, 500), next(0, 500), next(0, 500), next(0, 9000)]).toEqual([500, 1500, 2500, 9000]);
});

it('those of a higher priority do not queue behind the others, but the others behind them', () => {
	const { next } = returnsAt();
	expect([next(1), next(1), next(2), next(2), next(1), next(0)]).toEqual([0, 1000, 0, 1000, 2000, 3000]);
});

it('forgets what is past', () => {
	const { next, clock } = returnsAt();
	for (let i = 0; i < 10; i += 1) next(0);
	clock.time += 10_000;
	expect(next(0, 10_000)).toBe(10_000);
});

it('looks no further ahead than five minutes', () => {
	const { next } = returnsAt();
	const told = Array.from({ length: 1000 }, () => next(0));
	expect([told[299], told[300], told[301], told[999]]).toEqual([299_000, 300_000, 300_000, 300_000]);
});
