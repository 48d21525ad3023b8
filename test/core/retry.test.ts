import fc from 'fast-check';
import { TriageError } from '../../core/errors';
import { withRetries, type Patience } from '../../core/retry';
import { rejectionOf } from '../helpers/tickets';

const busy = (retryAfter?: number) => new TriageError('rate_limited', 'wait', { retryable: true, retryAfter });

/** Runs against these outcomes in turn, waiting in no time; tells what happened in which order. */
async function attempt(outcomes: unknown[], overrides: Partial<Patience> = {}) {
	const events: (string | number)[] = [];
	const patience: Patience = {
		maxAttempts: 4,
		maxWaitMs: 60_000,
		firstBackoffMs: 1000,
		random: () => 0,
		sleep: async (ms) => events.push(ms),
		onRetry: () => events.push('retry'),
		...overrides,
	};
	const rest = [...outcomes];
	const run = async (): Promise<unknown> => {
		events.push('run');
		const outcome = rest.shift();
		if (outcome instanceof Error) throw outcome;
		return outcome;
	};
	const result = await withRetries(run, patience).then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	return { events, result, waits: events.filter((event) => typeof event === 'number') };
}

test.each(['text', undefined, null, 0, false])('what succeeds at once is not run again: %j', async (value) => {
	expect(await attempt([value])).toMatchObject({ events: ['run'], result: { value } });
});

test('each wait is told of and then slept, before the next run', async () => {
	const { events, result } = await attempt([busy(), busy(), 'done']);
	expect(events).toEqual(['run', 'retry', 500, 'run', 'retry', 1000, 'run']);
	expect(result).toEqual({ value: 'done' });
});

test.each([
	[0, 1],
	[1, 1],
	[2, 2],
	[4, 4],
])('with %i attempts it is run %i times, and the last error is thrown', async (maxAttempts, runs) => {
	const errors = Array.from({ length: 6 }, () => busy());
	const { events, result, waits } = await attempt(errors, { maxAttempts });
	expect(events.filter((event) => event === 'run')).toHaveLength(runs);
	expect(waits).toHaveLength(runs - 1);
	expect(result).toEqual({ error: errors[runs - 1] });
	expect((result as { error: unknown }).error).toBe(errors[runs - 1]);
});

test.each([
	['not retryable', new TriageError('auth', 'no', { retryAfter: 1 })],
	['unreadable', new TriageError('unreadable', 'no')],
	['a bug', new TypeError('cannot read properties of undefined')],
	['an error that only says so', Object.assign(new Error('no'), { retryable: true })],
])('%s is thrown at once', async (_, error) => {
	const { events, result } = await attempt([error, 'done']);
	expect(events).toEqual(['run']);
	expect((result as { error: unknown }).error).toBe(error);
});

test('an error that turns out lasting ends it', async () => {
	const gone = new TriageError('not_found', 'gone');
	expect(await attempt([busy(), gone, 'done'])).toMatchObject({
		events: ['run', 'retry', 500, 'run'],
		result: { error: gone },
	});
});

test.each([
	[36, 36_000],
	[45.837906927, 45_838],
	[0.0001, 500],
	[60, 60_000],
	[0, 500],
])('%d s asked for is a wait of %i ms', async (retryAfter, wait) => {
	expect((await attempt([busy(retryAfter), 'done'])).waits).toEqual([wait]);
});

test.each([60.001, 61, 86_400, 1e12, Infinity])(
	'%d s is longer than anybody waits: given up at once',
	async (retryAfter) => {
		const error = busy(retryAfter);
		const { events, result } = await attempt([error, 'done']);
		expect(events).toEqual(['run']);
		expect((result as { error: unknown }).error).toBe(error);
	},
);

test('what was asked for counts where the backoff is shorter, and the backoff where it is longer', async () => {
	const errors = [busy(2), busy(0.1), busy(3), 'done'];
	expect((await attempt(errors, { random: () => 1 - 2 ** -53 })).waits).toEqual([2000, 2000, 4000]);
});

test('the backoff doubles and stays within the longest wait', async () => {
	const errors = Array.from({ length: 9 }, () => busy());
	const { waits } = await attempt(errors, { maxAttempts: 9, random: () => 1 - 2 ** -53, maxWaitMs: 10_000 });
	expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
});

test('even after very many attempts', async () => {
	const { waits } = await attempt(
		Array.from({ length: 1200 }, () => busy()),
		{ maxAttempts: 1200 },
	);
	expect(new Set(waits.slice(10))).toEqual(new Set([60_000]));
});

test('what ends the sleep is thrown, and nothing is run again', async () => {
	const closing = new TriageError('unavailable', 'closing');
	const { events, result } = await attempt([busy(), 'done'], { sleep: () => Promise.reject(closing) });
	expect(events).toEqual(['run', 'retry']);
	expect(result).toEqual({ error: closing });
});

test('nobody has to listen', async () => {
	expect((await attempt([busy(), 'done'], { onRetry: undefined })).events).toEqual(['run', 500, 'run']);
});

test('retries of several callers do not mix', async () => {
	const both = await Promise.all([attempt([busy(), 'one']), attempt(['two'])]);
	expect(both.map(({ result }) => result)).toEqual([{ value: 'one' }, { value: 'two' }]);
	expect(await rejectionOf(withRetries(() => Promise.reject(busy()), { ...({} as Patience), maxAttempts: 1 }))).toEqual(
		busy(),
	);
});

test('every wait is at least what was asked for, at most the longest, and else between half and all of the backoff', async () => {
	const settings = fc.record({
		asked: fc.array(fc.option(fc.double({ min: 0, max: 90, noNaN: true }), { nil: undefined }), { maxLength: 8 }),
		random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
		maxWaitMs: fc.integer({ min: 1, max: 60_000 }),
		firstBackoffMs: fc.integer({ min: 1, max: 5000 }),
	});
	await fc.assert(
		fc.asyncProperty(settings, async ({ asked, random, maxWaitMs, firstBackoffMs }) => {
			const patience = { maxAttempts: 9, maxWaitMs, firstBackoffMs, random: () => random };
			const { waits, result } = await attempt([...asked.map(busy), 'done'], patience);
			const tooLong = asked.findIndex((seconds) => (seconds ?? 0) * 1000 > maxWaitMs);
			expect('value' in result).toBe(tooLong < 0);
			expect(waits).toHaveLength(tooLong < 0 ? asked.length : tooLong);
			(waits as number[]).forEach((wait, i) => {
				const backoff = firstBackoffMs * 2 ** i;
				const askedFor = (asked[i] ?? 0) * 1000;
				expect(wait).toBeGreaterThanOrEqual(Math.max(askedFor, Math.min(backoff / 2, maxWaitMs)));
				expect(wait).toBeLessThanOrEqual(Math.min(maxWaitMs, Math.ceil(Math.max(askedFor, backoff))));
				expect(Number.isInteger(wait)).toBe(true);
			});
		}),
	);
});
