import { TriageError } from '../../../core/errors';
import { judge, type Outcome } from '../../../service/events/judge';

const NOW = 1_700_000_000_000;
const AT = new Date(NOW).toISOString();
const EARLIER = new Date(NOW - 1000).toISOString();
const PATIENCE = { firstMs: 5000, longestMs: 3_600_000, giveUpMs: 3 * 86_400_000, random: () => 1 };

function outcome(
	status: number,
	{ queuedAt = NOW, retryAfter }: { queuedAt?: number; retryAfter?: number } = {},
): Outcome {
	const about = { ticket_id: 'TKT-1', request_id: null, traceparent: null };
	const delivery = { id: 1, eventId: 'evt_1', body: '{}', queuedAt, about };
	const error = new TriageError('unavailable', `answered ${status}`, { status, retryAfter });
	return { delivery, error: status < 300 ? null : error };
}

const judged = (failures: number, ...outcomes: Outcome[]) =>
	judge({ failures, failingSince: failures > 0 ? EARLIER : null }, outcomes, NOW, PATIENCE);

it.each([
	[0, 5000],
	[1, 10_000],
	[8, 1_280_000],
	[10, 3_600_000],
	[500, 3_600_000],
])('after %i failures in a row and another it is left alone for %i ms', (failures, wait) => {
	const { change, goesOn } = judged(failures, outcome(500));
	expect(change).toMatchObject({ failures: failures + 1, next_attempt_at: NOW + wait, last_error: 'answered 500' });
	expect(change.failing_since).toBe(failures > 0 ? EARLIER : AT);
	expect(goesOn).toBe(false);
});

it.each([999_999, 1e15])('who asks for %i s is asked again after a day', (retryAfter) => {
	expect(judged(0, outcome(429, { retryAfter })).change.next_attempt_at).toBe(NOW + 86_400_000);
});

it('it is left alone for as long as it asks, also where it took something', () => {
	expect(judged(0, outcome(429, { retryAfter: 60 })).change.next_attempt_at).toBe(NOW + 60_000);
	const mixed = judged(0, outcome(200), outcome(503, { retryAfter: 60 }));
	expect([mixed.change.next_attempt_at, mixed.change.failures, mixed.goesOn]).toEqual([NOW + 60_000, 0, false]);
});

it('what it takes shows that it lives, and what it does not take is tried again by itself', () => {
	const { change, delivered, failed, goesOn } = judged(7, outcome(204), outcome(500));
	expect([delivered.length, failed.length, goesOn]).toEqual([1, 1, true]);
	expect(change).toMatchObject({ failures: 0, failing_since: null, last_delivered_at: AT, last_error: 'answered 500' });
	expect(judged(7, outcome(204)).change.last_error).toBeNull();
});

it.each([
	['gone', outcome(410), /410: it is gone for good/],
	['too late', outcome(500, { queuedAt: NOW - PATIENCE.giveUpMs - 1 }), /^For 3 days .* answered 500$/],
])('%s: it is disabled, whatever else arrived', (_name, end, reason) => {
	const { disabled, change, goesOn } = judged(0, outcome(200), end);
	expect(disabled).toMatch(reason);
	expect(change).toMatchObject({ disabled_at: AT, last_error: disabled });
	expect(goesOn).toBe(false);
});

it.each([
	['three days to the millisecond', outcome(500, { queuedAt: NOW - PATIENCE.giveUpMs })],
	['taken after more', outcome(200, { queuedAt: 0 })],
])('%s: it is not disabled', (_name, one) => {
	expect(judged(0, one)).toMatchObject({
		disabled: null,
		change: expect.not.objectContaining({ disabled_at: AT }) as object,
	});
});
