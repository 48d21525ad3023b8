import fc from 'fast-check';
import { createPause } from '../../../service/targets/pause';

const START = Date.parse('2026-11-22T12:00:00Z');

function pauseAt() {
	const clock = { time: START };
	const pause = createPause(() => clock.time);
	/** A call that begins after the pause and is refused at once: for how long. */
	const refusal = (retryAfter?: number): number => {
		clock.time = Math.max(clock.time, pause.until());
		pause.refused(pause.mark(), retryAfter);
		return pause.until() - clock.time;
	};
	return { pause, clock, refusal };
}

it('there is none at first', () => expect(pauseAt().pause.until()).toBeLessThan(START));

it.each([
	[0, 1],
	[0.0001, 2],
	[1, 1001],
	[120, 120_001],
	[999_999, 86_400_001],
])('asked for %p s it lasts %p ms', (seconds, ms) => expect(pauseAt().refusal(seconds)).toBe(ms));

it('asked for nothing it doubles with each refusal in a row, up to a minute', () => {
	const { refusal } = pauseAt();
	const waits = Array.from({ length: 9 }, () => refusal());
	expect(waits).toEqual([1001, 2001, 4001, 8001, 16_001, 32_001, 60_001, 60_001, 60_001]);
});

it('a success makes the next one a first one', () => {
	const { pause, refusal } = pauseAt();
	refusal();
	expect(refusal()).toBe(2001);
	pause.succeeded(pause.mark());
	expect(refusal()).toBe(1001);
});

describe('after a refusal it is not known whether it is over', () => {
	const refused = () => {
		const all = pauseAt();
		const before = all.pause.mark();
		all.refusal();
		return { ...all, before };
	};

	it('not before one', () => expect(pauseAt().pause.isProbing()).toBe(false));

	it.each(['answered', 'succeeded'] as const)('until a call that began after it %s', (ended) => {
		const { pause, before } = refused();
		pause[ended](before);
		expect(pause.isProbing()).toBe(true);
		pause[ended](pause.mark());
		expect(pause.isProbing()).toBe(false);
	});

	it('nor is it when that call is refused, too', () => {
		const { pause, refusal } = refused();
		refusal();
		expect(pause.isProbing()).toBe(true);
	});

	it('a no ends it, but the next pause is as long as a further one', () => {
		const { pause, refusal } = refused();
		pause.answered(pause.mark());
		expect(refusal()).toBe(2001);
	});
});

it('calls that were under way together are refused once', () => {
	const { pause, refusal } = pauseAt();
	const mark = pause.mark();
	for (let i = 0; i < 8; i += 1) pause.refused(mark, undefined);
	expect(pause.until()).toBe(START + 1001);
	pause.succeeded(mark);
	expect(refusal()).toBe(2001);
});

it('a slow refusal pauses again, but no longer than the one before', () => {
	const { pause, clock } = pauseAt();
	const mark = pause.mark();
	pause.refused(mark, undefined);
	clock.time = START + 5000;
	pause.refused(mark, undefined);
	expect(pause.until()).toBe(START + 6001);
});

it('never ends before any wait it was asked for', () => {
	const events = fc.array(fc.record({ after: fc.nat(5000), seconds: fc.double({ min: 0, max: 9, noNaN: true }) }));
	fc.assert(
		fc.property(events, (all) => {
			const { pause, clock } = pauseAt();
			let allowed = 0;
			for (const { after, seconds } of all) {
				clock.time += after;
				pause.refused(pause.mark(), seconds);
				allowed = Math.max(allowed, clock.time + seconds * 1000);
				expect(pause.until()).toBeGreaterThan(allowed);
			}
		}),
	);
});
