import fc from 'fast-check';
import { entered, left, type Closing, type Common, type Outcome } from '../../../service/targets/common-limit';
import { START } from './start';

const MINUTE = 60_000;
const LEASE = 60_000;
const PAUSE: Closing = { code: 'rate_limited', because: 'jira is sent none', ms: 1000, longestMs: 60_000 };
const OUTAGE: Closing = { code: 'unavailable', because: 'jira is left alone', ms: 15_000, longestMs: 300_000 };

/** What processes know of one target, on a clock of the test's own. */
function startCommon(pace = { atOnce: 2 } as { atOnce: number; perMinute?: number }) {
	const clock = { time: START };
	const seen = new Map<string, number | null>();
	let known: unknown = null;
	const enter = (id: string) => {
		const changed = entered(known, { id, pace, leaseMs: LEASE }, clock.time);
		known = changed.known;
		if ('closedUntil' in changed.result) seen.set(id, changed.result.closedUntil);
		return changed.result;
	};
	const leave = (id: string, outcome: Outcome) => {
		known = left(known, { id, closedUntil: seen.get(id) ?? null, outcome }, clock.time).known;
		return (known as Common).closed;
	};
	return { clock, enter, leave, isIn: (id: string) => 'closedUntil' in enter(id), known: () => known as Common };
}

/** Closed by `first`, which is over, and somebody tries. */
function startTrying(closing: Closing) {
	const common = startCommon();
	['old', 'first'].forEach(common.enter);
	common.leave('first', closing);
	common.clock.time += closing.ms;
	common.leave('old', 'unknown');
	common.enter('tries');
	return common;
}

it('lets in as many as may call at once, and one more when one has left', () => {
	const { isIn, enter, leave } = startCommon();
	expect(['a', 'b'].map(isIn)).toEqual([true, true]);
	expect(enter('c')).toEqual({ why: 'atOnce', waitMs: 0 });
	leave('a', 'through');
	expect(isIn('c')).toBe(true);
});

it('the place of who never leaves comes free', () => {
	const { clock, isIn } = startCommon({ atOnce: 1 });
	isIn('killed');
	clock.time += LEASE - 1;
	expect(isIn('early')).toBe(false);
	clock.time += 1;
	expect(isIn('late')).toBe(true);
});

it('says when the rate has room', () => {
	const { enter } = startCommon({ atOnce: 9, perMinute: 5 });
	enter('a');
	expect(enter('b')).toEqual({ why: 'perMinute', waitMs: 12_000 });
});

it.each([PAUSE, OUTAGE])('$because: nobody until it is over, then one, then all', (closing) => {
	const { clock, enter, leave, isIn } = startCommon();
	isIn('first');
	const closed = leave('first', closing);
	clock.time += 400;
	expect(enter('b')).toEqual({ why: 'closed', waitMs: closing.ms - 400, closed });
	clock.time = START + closing.ms;
	expect(isIn('tries')).toBe(true);
	expect(enter('b')).toEqual({ why: 'probed', waitMs: 0, closed });
	expect(leave('tries', 'through')).toBeNull();
	expect(['b', 'c'].map(isIn)).toEqual([true, true]);
});

it.each<[string, Closing, Outcome, number | null]>([
	['a pause without a time, and again', PAUSE, PAUSE, 2000],
	['a pause of a time, and again', { ...PAUSE, longestMs: 0 }, { ...PAUSE, longestMs: 0 }, 1000],
	['a pause, and no answer', PAUSE, 'unanswered', null],
	['an outage, and no answer', OUTAGE, 'unanswered', 30_000],
	['a long outage, and no answer', { ...OUTAGE, ms: 200_000 }, 'unanswered', 300_000],
	['one that never lasts longer, and no answer', { ...OUTAGE, longestMs: 0 }, 'unanswered', 15_000],
	['an outage, and nothing was learnt', OUTAGE, 'unknown', null],
])('%s: closed for %p', (_name, closing, outcome, ms) => {
	const { clock, leave, isIn } = startTrying(closing);
	const closed = leave('tries', outcome);
	expect(closed?.until).toBe(ms === null ? clock.time : clock.time + ms);
	expect(isIn('next')).toBe(ms === null);
});

it('what began before it was closed does not open it, and closes it for no shorter time', () => {
	const { clock, enter, leave } = startCommon();
	['old', 'first', 'other'].forEach(enter);
	const closed = leave('first', OUTAGE);
	clock.time += 10;
	expect(leave('old', 'through')).toEqual(closed);
	expect(leave('other', PAUSE)).toEqual(closed);
});

it('who tried before it was closed anew does not open it', () => {
	const { clock, enter, leave } = startCommon({ atOnce: 3 });
	['slow', 'first'].forEach(enter);
	leave('first', PAUSE);
	clock.time += LEASE;
	enter('tries');
	const closed = leave('slow', OUTAGE);
	expect(leave('tries', 'through')).toEqual(closed);
});

type Step = { after: number; by: number; leaves: Outcome | null };
const outcome = fc.constantFrom<Outcome | null>(
	null,
	null,
	'through',
	'through',
	'unanswered',
	'unknown',
	PAUSE,
	OUTAGE,
);
const steps = fc.array(
	fc.record({ after: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(20_000)), by: fc.nat(9), leaves: outcome }),
	{ maxLength: 300, size: 'max' },
);
const paces = fc.record({ atOnce: fc.integer({ min: 1, max: 5 }), perMinute: fc.integer({ min: 1, max: 60 }) });

it('whoever comes and goes, however they end: never too many at once or a minute, and none while it is closed', () => {
	fc.assert(
		fc.property(paces, steps, (pace, all: Step[]) => {
			const { clock, isIn, leave, known } = startCommon(pace);
			const inside = new Map<string, number>();
			const starts: number[] = [];
			for (const { after, by, leaves } of all) {
				clock.time += after;
				const id = `${by}`;
				for (const [other, end] of inside) if (end <= clock.time) inside.delete(other);
				if (inside.has(id)) {
					if (leaves === null) continue;
					inside.delete(id);
					leave(id, leaves);
					continue;
				}
				const { closed = null } = known() ?? {};
				if (!isIn(id)) continue;
				inside.set(id, clock.time + LEASE);
				starts.push(clock.time);
				expect(closed?.until ?? 0).toBeLessThanOrEqual(clock.time);
				expect(inside.size).toBeLessThanOrEqual(closed ? 1 : pace.atOnce);
				expect(starts.filter((start) => start > clock.time - MINUTE).length).toBeLessThanOrEqual(pace.perMinute);
			}
			expect(Object.keys(known()?.calls ?? {}).length).toBeLessThanOrEqual(pace.atOnce);
		}),
		{ numRuns: 300 },
	);
});
