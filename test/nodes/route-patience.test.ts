import type { IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { createPatience } from '../../nodes/shared/patience';
import * as waiting from '../../nodes/shared/wait';
import { rejectionOf } from '../helpers/tickets';

const contextWith = (signal?: AbortSignal): IExecuteFunctions =>
	({ getExecutionCancelSignal: () => signal }) as unknown as IExecuteFunctions;

let waits: number[];

beforeEach(() => {
	waits = [];
	jest.spyOn(waiting, 'createWait').mockReturnValue(async (ms) => {
		waits.push(ms);
		await Promise.resolve();
	});
});

afterEach(() => {
	jest.restoreAllMocks();
});

const busy = (retryAfter?: number, more: object = {}): TriageError =>
	new TriageError('rate_limited', 'busy', { status: 429, retryable: true, retryAfter, ...more });

/** Fails with each of the errors in turn, then succeeds. */
function failing(...errors: TriageError[]) {
	return jest.fn(async () => {
		const error = errors.shift();
		return await (error ? Promise.reject(error) : Promise.resolve('done'));
	});
}

test.each([
	['as long as it is told', [busy(7), busy(2)], [7000, 2000]],
	['longer each time where nobody says how long', [busy(), busy(), busy()], [1000, 2000, 4000]],
	['a second where it is told not to', [busy(0)], [1000]],
	['for a 409 that says when to come back', [new TriageError('rejected', '', { status: 409, retryAfter: 3 })], [3000]],
	[
		'for a 503 that says when to come back',
		[new TriageError('unavailable', '', { status: 503, retryAfter: 3 })],
		[3000],
	],
])('waits %s, and tries again', async (_, errors, expected) => {
	expect(await createPatience(contextWith(), 60)(failing(...errors))).toBe('done');
	expect(waits).toEqual(expected);
});

test.each([
	['more is asked for than there is patience', busy(61)],
	['something may have been done', busy(0, { inDoubt: true })],
	['waiting does not help', new TriageError('rejected', 'no', { status: 422, retryAfter: 1 })],
	['nobody says when to come back', new TriageError('unavailable', 'down', { status: 503, retryable: true })],
])('does not try again where %s', async (_, error) => {
	const work = failing(error);
	expect(await rejectionOf(createPatience(contextWith(), 60)(work))).toBe(error);
	expect(work).toHaveBeenCalledTimes(1);
	expect(waits).toEqual([]);
});

test('its waits add up: what several pieces of work wait is no more than it has', async () => {
	const patience = createPatience(contextWith(), 10);
	expect(await patience(failing(busy(6)))).toBe('done');
	const error = busy(6);
	expect(await rejectionOf(patience(failing(busy(4), error)))).toBe(error);
	expect(waits).toEqual([6000, 4000]);
});

test('ends when the execution is cancelled', async () => {
	jest.restoreAllMocks();
	const execution = new AbortController();
	const ended = rejectionOf(createPatience(contextWith(execution.signal), 3600)(failing(busy(3000))));
	execution.abort();
	expect((await ended).message).toMatch(/cancell?ed/u);
});
