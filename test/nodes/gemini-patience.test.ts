import { TriageError } from '../../core/errors';
import { createGeminiPatience } from '../../nodes/TicketTriage/gemini-patience';
import { BOUNDS } from '../../nodes/TicketTriage/settings';
import { properties } from '../../nodes/TicketTriage/properties';
import { rejectionOf } from '../helpers/tickets';

const limited = (retryAfter?: number) => new TriageError('rate_limited', 'slow down', { retryable: true, retryAfter });
const outage = () => new TriageError('unavailable', 'out of order', { retryable: true });

/** A clock that moves only by what is waited. */
function startClock(maxWaitMs: number) {
	const waits: number[] = [];
	let now = 0;
	const sleep = async (ms: number) => {
		waits.push(ms);
		now += ms;
		await Promise.resolve();
	};
	return { waits, patience: createGeminiPatience({ maxWaitMs, sleep, now: () => now, random: () => 0.5 }) };
}

/** Fails with these in turn, then succeeds. */
function failing(...errors: Error[]) {
	return jest.fn(async () => {
		const error = errors.shift();
		if (error) throw error;
		return await Promise.resolve('done');
	});
}

test.each([
	['what is asked for', [limited(7), limited(7)], [7000, 7000]],
	['doubling where nothing is asked for', [limited(), limited(), limited()], [750, 1500, 3000]],
	['no less than the doubling, however little is asked for', [limited(0), limited(0.1)], [750, 1500]],
	[
		'what is left, where doubling would go beyond',
		Array.from({ length: 7 }, () => limited()),
		[750, 1500, 3000, 6000, 12000, 24000, 12750],
	],
	['doubling through an outage', [outage(), outage(), outage()], [750, 1500, 3000]],
])('waits %s', async (_, errors, expected) => {
	const { patience, waits } = startClock(60_000);
	expect(await patience(failing(...errors))).toBe('done');
	expect(waits).toEqual(expected);
});

test.each([
	['what cannot change', [new TriageError('auth', 'no key')], 1],
	['a bug', [new RangeError('no')], 1],
	['the fourth outage', Array.from({ length: 4 }, outage), 4],
	['what asks for more than there is', [limited(61)], 1],
	['what asks for more than is left', [limited(40), limited(21)], 2],
	['refusals without end', Array.from({ length: 99 }, () => limited()), 8],
])('gives up at %s', async (_, errors, tries) => {
	const { patience } = startClock(60_000);
	const run = failing(...errors);
	await expect(patience(run)).rejects.toBe(errors[tries - 1]);
	expect(run).toHaveBeenCalledTimes(tries);
});

test('nobody begins before the time that somebody was given, nor waits longer than allowed for it', async () => {
	const { patience, waits } = startClock(60_000);
	await rejectionOf(patience(failing(limited(100))));
	const second = failing();
	expect(await rejectionOf(patience(second))).toMatchObject({ retryAfter: 100 });
	expect(second).not.toHaveBeenCalled();
	expect(waits).toEqual([]);
});

test('with no time to wait there is one try', async () => {
	const run = failing(limited());
	expect(await rejectionOf(startClock(0).patience(run))).toMatchObject({ code: 'rate_limited' });
	expect(run).toHaveBeenCalledTimes(1);
});

test('what the form shows as default is what holds where nothing is set', () => {
	const { options = [] } = properties.find(({ name }) => name === 'options') ?? {};
	const defaults = options.flatMap((option) => ('default' in option ? [[option.name, option.default] as const] : []));
	expect(Object.fromEntries(defaults)).toEqual({
		batchSize: BOUNDS.batchSize.usual,
		concurrency: BOUNDS.concurrency.usual,
		maximumWait: BOUNDS.maximumWait.usual,
		redact: true,
	});
});
