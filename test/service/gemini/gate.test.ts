import fc from 'fast-check';
import { TriageError } from '../../../core/errors';
import { createGate } from '../../../service/gemini/gate';
import { rejectionOf } from '../../helpers/tickets';
import { START } from './stub';

const SIGNAL = new AbortController().signal;

/** A gate whose sleeps wake up `early` milliseconds before they should, but for at least one. */
function gateAt({ maxWaitMs = 60_000, early = 0 } = {}) {
	const clock = { time: START };
	const slept: number[] = [];
	const gate = createGate({
		maxWaitMs,
		now: () => clock.time,
		sleep: async (ms) => {
			slept.push(ms);
			clock.time += Math.max(1, ms - early);
		},
	});
	return { gate, clock, slept };
}

function limit(retryAfter?: number): TriageError {
	return new TriageError('rate_limited', 'Too many', { retryable: true, status: 429, retryAfter });
}

it('stands open until Gemini says to wait', async () => {
	const { gate, slept } = gateAt();
	gate.heed(new TriageError('unavailable', 'Out of order', { retryable: true, status: 503, retryAfter: 9 }));
	gate.heed(limit());
	await gate.pass(SIGNAL);
	expect(slept).toEqual([]);
});

it.each([
	[0.000000001, 2],
	[1, 1001],
	[1.0000001, 1002],
	[45.837906927, 45_839],
])('a wait of %p s is rounded up to %p ms', async (seconds, ms) => {
	const { gate, slept } = gateAt();
	gate.heed(limit(seconds));
	await gate.pass(SIGNAL);
	expect(slept).toEqual([ms]);
});

it.each([172_801, 315_576_000_000, Number.MAX_VALUE])(
	'who asks for %p s is asked again after two days',
	async (seconds) => {
		const { gate, slept } = gateAt({ maxWaitMs: Infinity });
		gate.heed(limit(seconds));
		await gate.pass(SIGNAL);
		expect(slept).toEqual([172_800_001]);
	},
);

it('looks at the clock again when a timer was early', async () => {
	const { gate, clock } = gateAt({ early: 3 });
	gate.heed(limit(2));
	await gate.pass(SIGNAL);
	expect(clock.time).toBeGreaterThan(START + 2000);
});

it('is not opened by a shorter wait that comes later', async () => {
	const { gate, clock } = gateAt();
	gate.heed(limit(30));
	gate.heed(limit(1));
	await gate.pass(SIGNAL);
	expect(clock.time).toBe(START + 30_001);
});

it('never lets anybody pass before the longest wait it was told of', async () => {
	const waits = fc.array(fc.record({ after: fc.nat(5000), seconds: fc.double({ min: 0, max: 9, noNaN: true }) }));
	await fc.assert(
		fc.asyncProperty(waits, fc.nat(10), async (all, early) => {
			const { gate, clock } = gateAt({ early });
			let allowed = 0;
			for (const { after, seconds } of all) {
				clock.time += after;
				allowed = Math.max(allowed, clock.time + seconds * 1000);
				gate.heed(limit(seconds));
			}
			await gate.pass(SIGNAL);
			expect(clock.time).toBeGreaterThanOrEqual(allowed);
		}),
	);
});

it('does not let anybody wait longer than allowed, and says until when', async () => {
	const { gate, slept, clock } = gateAt({ maxWaitMs: 60_000 });
	gate.heed(limit(60.5));
	const error = await rejectionOf(gate.pass(SIGNAL));
	expect(error).toMatchObject({
		code: 'rate_limited',
		retryable: false,
		message: 'Gemini’s quota is used up: it is not asked until 2026-11-22T16:06Z',
	});
	expect(slept).toEqual([]);
	clock.time += 1000;
	await gate.pass(SIGNAL);
	expect(slept).toEqual([59_501]);
});

it('counts what somebody has waited already where it closes anew', async () => {
	const clock = { time: START };
	const gate = createGate({
		maxWaitMs: 10_000,
		now: () => clock.time,
		sleep: async (ms) => {
			clock.time += ms;
			gate.heed(limit(6));
		},
	});
	gate.heed(limit(6));
	expect(await rejectionOf(gate.pass(SIGNAL))).toMatchObject({ code: 'rate_limited', retryable: false });
	expect(clock.time).toBe(START + 6001);
});
