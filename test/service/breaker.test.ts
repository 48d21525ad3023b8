import { TriageError, type ErrorCode } from '../../core/errors';
import { createBreaker, type Breaker } from '../../service/breaker';
import { rejectionOf } from '../helpers/tickets';

const START = Date.parse('2026-11-22T12:00:00Z');
const SECOND = 1000;

let breaker: Breaker;

beforeEach(() => {
	jest.useFakeTimers({ now: START });
	breaker = createBreaker({
		now: Date.now,
		who: 'jira',
		isOutage: (failed, finished) => finished >= 5 && failed >= finished / 2,
		leftAloneMs: 15 * SECOND,
		longestLeftAloneMs: 40 * SECOND,
	});
});
afterEach(() => {
	breaker.close();
	jest.useRealTimers();
});

const succeed = (): Promise<string> => breaker.run(async () => 'answer');
const fail = (code: ErrorCode = 'unavailable'): Promise<TriageError> =>
	rejectionOf(breaker.run(() => Promise.reject(new TriageError(code, 'As the action says'))));

async function repeat(times: number, run: () => Promise<unknown>): Promise<void> {
	for (let i = 0; i < times; i += 1) await run();
}

it.each([
	['4 of 4', 4, 0, 'closed'],
	['5 of 5', 5, 0, 'open'],
	['3 of 6', 3, 3, 'open'],
	['3 of 7', 3, 4, 'closed'],
] as const)('asks its rule whether %s are an outage', async (_name, failures, successes, state) => {
	await repeat(successes, succeed);
	await repeat(failures, fail);
	expect(breaker.state()).toBe(state);
	expect(breaker.refusal() === null).toBe(state === 'closed');
});

it('does not count what has not ended', async () => {
	let end: () => void = () => undefined;
	const ended = new Promise<void>((resolve) => (end = resolve));
	const underWay = Array.from({ length: 20 }, () => breaker.run(() => ended));
	await repeat(5, fail);
	expect(breaker.refusal()).toEqual({
		reason: 'jira failed in 5 of its last 5 requests and is left alone until 12:00:15 UTC',
		until: START + 15 * SECOND,
		because: 'jira failed in 5 of its last 5 requests and is left alone',
	});
	end();
	await Promise.all(underWay);
	expect(breaker.state()).toBe('open');
});

it.each([
	[26 * SECOND, 'open'],
	[31 * SECOND, 'closed'],
	[3600 * SECOND, 'closed'],
])('of a failure %p ms ago it knows: %s', async (ms, state) => {
	await repeat(4, fail);
	jest.setSystemTime(START + ms);
	await fail();
	expect(breaker.state()).toBe(state);
});

it('counts a request when it ends', async () => {
	let refuse: (error: Error) => void = () => undefined;
	const slow = breaker.run(() => new Promise((_resolve, reject) => (refuse = reject)));
	await repeat(4, fail);
	jest.setSystemTime(START + 60 * SECOND);
	refuse(new TriageError('unavailable', 'No answer'));
	await rejectionOf(slow);
	expect(breaker.state()).toBe('closed');
	await repeat(4, fail);
	expect(breaker.state()).toBe('open');
});

it('has a timer only while it is open', async () => {
	await repeat(4, fail);
	expect(jest.getTimerCount()).toBe(0);
	await fail();
	expect(jest.getTimerCount()).toBe(1);
	jest.advanceTimersByTime(15 * SECOND);
	await succeed();
	expect([breaker.state(), jest.getTimerCount()]).toEqual(['closed', 0]);
});

it('leaves alone twice as long with each probe that fails, up to the longest, and anew after a success', async () => {
	await repeat(5, fail);
	const waits: number[] = [];
	for (let probe = 0; probe < 4; probe += 1) {
		const wait = (breaker.refusal()?.until ?? 0) - Date.now();
		waits.push(wait / SECOND);
		jest.advanceTimersByTime(wait - 1);
		expect(breaker.state()).toBe('open');
		jest.advanceTimersByTime(1);
		expect([breaker.state(), breaker.refusal()]).toEqual(['half-open', null]);
		await fail();
	}
	expect(waits).toEqual([15, 30, 40, 40]);
	expect(breaker.refusal()?.reason).toContain('jira failed in 9 of its last 9 requests and');
	jest.advanceTimersByTime(40 * SECOND);
	await succeed();
	jest.advanceTimersByTime(60 * SECOND);
	await repeat(5, fail);
	expect(breaker.refusal()?.until).toBe(Date.now() + 15 * SECOND);
});

it('lets a single one try, and says so to others', async () => {
	await repeat(5, fail);
	jest.advanceTimersByTime(15 * SECOND);
	let answer: (value: string) => void = () => undefined;
	const probe = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)));
	const reason = 'jira failed in 5 of its last 5 requests, and one more is on its way to see if it is back';
	expect(breaker.refusal()).toEqual({ reason });
	expect(await rejectionOf(succeed())).toMatchObject({ code: 'unavailable', message: reason });
	answer('back');
	expect([await probe, breaker.state(), breaker.refusal()]).toEqual(['back', 'closed', null]);
});

it('passes on what is thrown before there is a promise', async () => {
	const action = (): Promise<never> => {
		throw new TriageError('misconfigured', 'Set the endpoint');
	};
	expect(await rejectionOf(breaker.run(action))).toMatchObject({ code: 'misconfigured' });
});

it('lets nothing out once closed, and what is under way end', async () => {
	let refuse: (error: Error) => void = () => undefined;
	await repeat(4, fail);
	const slow = breaker.run(() => new Promise((_resolve, reject) => (refuse = reject)));
	breaker.close();
	refuse(new TriageError('unavailable', 'No answer'));
	expect(await rejectionOf(slow)).toMatchObject({ message: 'No answer' });
	const message = 'The service is shutting down, so jira is not waited for';
	expect(await rejectionOf(succeed())).toMatchObject({ code: 'unavailable', message });
	expect(jest.getTimerCount()).toBe(0);
});
