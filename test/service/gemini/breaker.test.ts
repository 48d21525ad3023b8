import { TriageError, type ErrorCode } from '../../../core/errors';
import { createBreaker, type Breaker } from '../../../service/gemini/breaker';
import { rejectionOf } from '../../helpers/tickets';
import { START } from './stub';

let breaker: Breaker;
let runs: number;

beforeEach(() => {
	jest.useFakeTimers({ now: START });
	breaker = createBreaker(Date.now);
	runs = 0;
});
afterEach(() => {
	breaker.close();
	jest.useRealTimers();
});

async function succeed(times = 1): Promise<void> {
	for (let i = 0; i < times; i += 1) await breaker.run(async () => (runs += 1));
}

async function fail(times = 1, code: ErrorCode = 'unavailable'): Promise<void> {
	for (let i = 0; i < times; i += 1) await rejectionOf(breaker.run(() => failing(code)));
}

async function failing(code: ErrorCode): Promise<never> {
	runs += 1;
	throw new TriageError(code, 'As the action says', { retryable: true });
}

it('passes on what the action gives and throws', async () => {
	expect(await breaker.run(async () => 'answer')).toBe('answer');
	expect(await rejectionOf(breaker.run(() => failing('unreadable')))).toMatchObject({ message: 'As the action says' });
});

it.each([
	['9 failures', 9, 0, 'closed'],
	['10 failures', 10, 0, 'open'],
	['half of 10', 5, 5, 'closed'],
	['6 of 11', 6, 5, 'open'],
	['5 of 11', 5, 6, 'closed'],
] as const)('after %s it is as expected', async (_name, failures, successes, state) => {
	await succeed(successes);
	await fail(failures);
	expect(breaker.state()).toBe(state);
});

it('does not count those of more than 30 s ago', async () => {
	await fail(9);
	jest.advanceTimersByTime(31_000);
	await fail(9);
	expect(breaker.state()).toBe('closed');
});

it.each<ErrorCode>(['rate_limited', 'unreadable', 'rejected', 'auth', 'not_found'])(
	'%s is an answer, and no failure',
	async (code) => {
		await fail(30, code);
		expect(breaker.state()).toBe('closed');
	},
);

it('sends nothing while it is open, and says until when', async () => {
	await succeed(2);
	await fail(8);
	const error = await rejectionOf(breaker.run(async () => (runs += 1)));
	expect(error).toMatchObject({
		code: 'unavailable',
		retryable: false,
		message: 'Gemini failed in 8 of its last 10 requests and is left alone until 16:04:45 UTC',
	});
	expect(runs).toBe(10);
});

it('tries a single one after 15 s, and closes when that gets an answer', async () => {
	await fail(10);
	jest.advanceTimersByTime(14_999);
	expect(breaker.state()).toBe('open');
	jest.advanceTimersByTime(1);
	expect(breaker.state()).toBe('half-open');
	let answer: (value: string) => void = () => undefined;
	const probe = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)));
	expect(await rejectionOf(breaker.run(async () => (runs += 1)))).toMatchObject({
		code: 'unavailable',
		retryable: false,
		message: 'Gemini failed in 10 of its last 10 requests, and one more is on its way to see if it is back',
	});
	answer('back');
	expect(await probe).toBe('back');
	expect([breaker.state(), runs]).toEqual(['closed', 10]);
	await succeed();
});

it('opens again for 15 s when the single one fails', async () => {
	await fail(10);
	jest.advanceTimersByTime(15_000);
	await fail();
	expect(breaker.state()).toBe('open');
	jest.advanceTimersByTime(14_999);
	expect(breaker.state()).toBe('open');
	jest.advanceTimersByTime(1);
	await succeed();
	expect(breaker.state()).toBe('closed');
});

it('closes when the single one is told to wait: somebody is there', async () => {
	await fail(10);
	jest.advanceTimersByTime(15_000);
	await fail(1, 'rate_limited');
	expect(breaker.state()).toBe('closed');
});

it('what it refuses while open does not count later', async () => {
	await fail(10);
	for (let i = 0; i < 100; i += 1) await rejectionOf(breaker.run(async () => undefined));
	jest.advanceTimersByTime(15_000);
	await succeed();
	await fail();
	expect(breaker.state()).toBe('open');
});

it('has no timers left and runs nothing once closed', async () => {
	await fail(10);
	expect(jest.getTimerCount()).toBeGreaterThan(0);
	breaker.close();
	expect(jest.getTimerCount()).toBe(0);
	expect(await rejectionOf(breaker.run(async () => (runs += 1)))).toMatchObject({ retryable: false });
	expect(runs).toBe(10);
});
