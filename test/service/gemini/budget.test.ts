import { createBudget, type Budget } from '../../../service/gemini/budget';
import { createMemoryLimits } from '../../../service/store/limits';
import { rejectionOf } from '../../helpers/tickets';
import { START } from './stub';

let budget: Budget;
beforeEach(() => void jest.useFakeTimers({ now: START }));
afterEach(() => {
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

/** How many requests of so many tokens there is room for. */
async function room(tokens = 1, most = 50): Promise<number> {
	for (let taken = 0; taken < most; taken += 1) {
		if (!(await budget.take(tokens).catch(() => null))) return taken;
	}
	return most;
}

function start(limits: Parameters<typeof createBudget>[0]): void {
	budget = createBudget(limits, createMemoryLimits(Date.now));
}

it('has room for everything where nothing is limited', async () => {
	start({});
	expect(await room(1e9)).toBe(50);
});

it.each([
	[
		{ requestsPerMinute: 2 },
		'The budget of 2 requests a minute (GEMINI_REQUESTS_PER_MINUTE) is used up until 2026-11-22T16:05Z',
	],
	[
		{ requestsPerDay: 2 },
		'The budget of 2 requests a day (GEMINI_REQUESTS_PER_DAY) is used up until 2026-11-23T00:00Z',
	],
	[
		{ tokensPerMinute: 2500 },
		'The budget of 2,500 tokens a minute (GEMINI_TOKENS_PER_MINUTE) is used up until 2026-11-22T16:05Z',
	],
	[
		{ tokensPerDay: 2500 },
		'The budget of 2,500 tokens a day (GEMINI_TOKENS_PER_DAY) is used up until 2026-11-23T00:00Z',
	],
])('%j: two requests of 1,000 tokens fit, and then it says until when', async (limits, message) => {
	start(limits);
	expect(await room(1000)).toBe(2);
	expect(await rejectionOf(budget.take(1000))).toMatchObject({ code: 'rate_limited', retryable: false, message });
});

it('starts anew with the next minute, and the day goes on', async () => {
	start({ requestsPerMinute: 2, requestsPerDay: 5 });
	expect(await room()).toBe(2);
	jest.setSystemTime(START + 29_999);
	expect(await room()).toBe(0);
	jest.setSystemTime(START + 30_000);
	expect(await room()).toBe(2);
	jest.setSystemTime(START + 90_000);
	expect(await room()).toBe(1);
	jest.setSystemTime(Date.parse('2026-11-23T00:00:00Z'));
	expect(await room()).toBe(2);
});

it('a refusal takes nothing, from no limit', async () => {
	start({ requestsPerMinute: 3, tokensPerMinute: 1000 });
	await budget.take(900);
	for (let i = 0; i < 10; i += 1) await rejectionOf(budget.take(200));
	expect(await room(50)).toBe(2);
});

it('what does not fit takes no room from what comes at the same time', async () => {
	start({ tokensPerMinute: 100 });
	const all = [60, 50, 40, 1].map((tokens) => budget.take(tokens).catch(() => null));
	expect((await Promise.all(all)).map((spent) => spent !== null)).toEqual([true, false, true, false]);
});

it('is exact for those that come at once', async () => {
	start({ requestsPerMinute: 7, tokensPerDay: 100 });
	const all = Array.from({ length: 30 }, (_, i) => budget.take(i % 3 === 0 ? 99 : 1).catch(() => null));
	const taken = (await Promise.all(all)).map((spent) => spent !== null);
	expect(taken.flatMap((yes, i) => (yes ? [i] : []))).toEqual([0, 1]);
});

it.each([
	[400, 6],
	[100, 9],
	[500, 5],
	[2000, 0],
	[0, 10],
])('500 tokens estimated that were %p leave room for %p more of 100', async (actual, more) => {
	start({ tokensPerMinute: 1000 });
	await (await budget.take(500)).correct(actual);
	expect(await room(100)).toBe(more);
});

it('what was not sent is given back', async () => {
	start({ requestsPerMinute: 1, tokensPerMinute: 100 });
	await (await budget.take(100)).undo();
	expect(await room(100)).toBe(1);
});

it('what is known only in the next minute changes nothing there', async () => {
	start({ requestsPerMinute: 2, tokensPerMinute: 1000 });
	const [saved, undone] = [await budget.take(600), await budget.take(400)];
	jest.setSystemTime(START + 30_000);
	await saved.correct(0);
	await undone.undo();
	expect(await room(500)).toBe(2);
});

it('what is known only after its minute is not counted any more', async () => {
	start({ requestsPerMinute: 2, tokensPerMinute: 1000 });
	const [saved, undone] = [await budget.take(600), await budget.take(400)];
	jest.advanceTimersByTime(120_000);
	await saved.correct(0);
	await undone.undo();
	expect(jest.getTimerCount()).toBe(0);
});

it('says so where a request can never fit', async () => {
	start({ tokensPerMinute: 1000 });
	expect((await rejectionOf(budget.take(1001))).message).toBe(
		'A request of about 1,001 tokens is more than the whole budget of 1,000 tokens a minute ' +
			'(GEMINI_TOKENS_PER_MINUTE): raise it, or lower GEMINI_BATCH_SIZE',
	);
});
