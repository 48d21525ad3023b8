import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { geminiRequest } from '../../../core/gemini/request';
import { rejectionOf } from '../../helpers/tickets';
import { askAt, entryFor, json, limited, question, refusal, startStub, USAGE, verdicts, type Stub } from './stub';

let stub: Stub;
let close: () => void = () => undefined;
beforeEach(async () => (stub = await startStub()));
afterEach(async () => {
	close();
	await stub.close();
});

function start(...[limits, more]: [Parameters<typeof askAt>[1]?, Parameters<typeof askAt>[2]?]) {
	const asking = askAt(stub.url, limits, more);
	close = asking.close;
	return asking;
}

const titles = (): string[][] => stub.requests.map(({ tickets }) => tickets.map(({ title }) => title));
const many = (count: number) => Array.from({ length: count }, (_, i) => question(`Ticket ${i}`));

it('asks, and reports what it took', async () => {
	const { ask, heard, state } = start();
	const usage = { input_tokens: 100, output_tokens: 24, cost_usd: expect.closeTo(0.00009) };
	expect(await ask(question())).toEqual({
		...{ department: 'IT', confidence: 0.9, reasoning: 'About Printer.' },
		...{ model: 'gemini-3.5-flash-lite', usage },
	});
	expect(heard).toEqual({ calls: ['success'], retries: 0, tokens: [usage], hits: 0 });
	expect(state()).toEqual({ breaker: 'closed', waiting: 0, inFlight: 0 });
});

it.each([
	[1, 8, [1]],
	[5, 8, [5]],
	[8, 8, [8]],
	[20, 8, [8, 8, 4]],
	[3, 1, [1, 1, 1]],
])('%p tickets at once, at most %p in a request, are requests of %p', async (count, batchSize, sizes) => {
	const { ask } = start({ batchSize });
	const all = await Promise.all(many(count).map(ask));
	expect(all.map(({ reasoning }) => reasoning)).toEqual(many(count).map(({ title }) => `About ${title}.`));
	expect(all.reduce((sum, { usage }) => sum + usage.input_tokens, 0)).toBe(sizes.length * USAGE.promptTokenCount);
	const sent = stub.requests.map(({ tickets }) => tickets.length);
	expect(sent.sort((a, b) => b - a)).toEqual(sizes);
});

it('has no more requests under way than slots', async () => {
	const { ask, state } = start({ concurrency: 3 });
	const held: (() => void)[] = [];
	stub.always((response, tickets) => void held.push(() => verdicts()(response, tickets)));
	const all = Promise.all(many(10).map(ask));
	await stub.arrived(3);
	expect(state()).toMatchObject({ waiting: 7, inFlight: 3 });
	stub.always(verdicts());
	held.forEach((answer) => answer());
	await all;
	expect(stub.mostOpen()).toBe(3);
});

const BLOCKED = json(200, { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: USAGE });

it('one ticket that spoils the answer for all does so only for itself', async () => {
	const { ask } = start({ batchSize: 8 });
	stub.always((response, tickets) =>
		(tickets.some(({ title }) => title === 'Ticket 2') ? BLOCKED : verdicts())(response, tickets),
	);
	const all = await Promise.allSettled(many(5).map(ask));
	expect(all.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true]);
	expect(all[2]).toMatchObject({ reason: { code: 'unreadable', message: expect.stringContaining('SAFETY') } });
	expect(titles().map(({ length }) => length)).toEqual([5, 1, 1, 1, 1, 1]);
});

it('asks again, alone, for those an answer left out, named twice or spoilt', async () => {
	const { ask } = start({ batchSize: 8 });
	stub.next(
		verdicts(([a, b, c, d]) => [
			entryFor(a),
			{ ...entryFor(b), department: 'Sales' },
			...[entryFor(c), { ...entryFor(c), department: 'HR' }],
			{ ...entryFor(d), id: 'other' },
		]),
	);
	const all = await Promise.all(many(4).map(ask));
	expect(all.map(({ reasoning }) => reasoning)).toEqual(many(4).map(({ title }) => `About ${title}.`));
	expect(titles().slice(1).sort()).toEqual([['Ticket 1'], ['Ticket 2'], ['Ticket 3']]);
});

it.each([
	['400', refusal(400), 'rejected'],
	['403', refusal(403), 'auth'],
	['404', refusal(404), 'not_found'],
] as const)('%s is asked once', async (_name, reply, code) => {
	const { ask, heard, slept } = start({ batchSize: 8 });
	stub.always(reply);
	const all = many(3).map((one) => rejectionOf(ask(one)));
	expect((await Promise.all(all)).map((error) => error.code)).toEqual([code, code, code]);
	expect([stub.requests.length, slept]).toEqual([1, []]);
	expect(heard).toMatchObject({ calls: [code], retries: 0, tokens: [] });
});

it.each([500, 503, 504])('%p is tried again, each time after longer', async (status) => {
	const { ask, heard, slept } = start();
	stub.next(refusal(status), refusal(status));
	expect(await ask(question())).toMatchObject({ department: 'IT' });
	expect(slept).toEqual([375, 750]);
	expect(heard).toMatchObject({ calls: ['unavailable', 'unavailable', 'success'], retries: 2 });
});

it('gives up after its tries', async () => {
	const { ask, slept } = start({ timeoutMs: 40 });
	stub.always(() => undefined);
	expect(await rejectionOf(ask(question()))).toMatchObject({ code: 'unavailable' });
	expect([stub.requests.length, slept.length]).toEqual([3, 2]);
});

it('waits as long as a 429 says, to the nanosecond and rounded up', async () => {
	const { ask, slept, heard } = start();
	stub.next(limited('45.837906927'));
	expect(await ask(question())).toMatchObject({ department: 'IT' });
	expect(slept.reduce((sum, ms) => sum + ms)).toBe(45_839);
	expect(heard.calls).toEqual(['rate_limited', 'success']);
});

it('does not ask again where a 429 says longer than anybody waits, nor for anybody else', async () => {
	const { ask, clock, slept } = start({ maxWaitMs: 10_000, requestsPerDay: 2 });
	stub.next(limited('45.837906927'));
	expect(await rejectionOf(ask(question()))).toMatchObject({ code: 'rate_limited', status: 429 });
	const refused = await rejectionOf(ask(question('Other')));
	expect(refused).toMatchObject({ code: 'rate_limited', retryable: false });
	expect(refused.message).toContain('2026-11-22T16:06Z');
	expect([stub.requests.length, slept]).toEqual([1, []]);
	clock.time += 45_839;
	expect(await ask(question('Other'))).toMatchObject({ department: 'IT' });
});

it('a quota of the day closes until five past midnight in Los Angeles, whatever RetryInfo says', async () => {
	const { ask, clock } = start();
	stub.next(limited('3.5', 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'));
	expect((await rejectionOf(ask(question()))).message).toContain('today');
	clock.time = Date.parse('2026-11-23T08:04:59.999Z') - 60_000;
	expect(await rejectionOf(ask(question()))).toMatchObject({ code: 'rate_limited', retryable: false });
	expect(stub.requests).toHaveLength(1);
	clock.time = Date.parse('2026-11-23T08:05:00.001Z');
	expect(await ask(question())).toMatchObject({ department: 'IT' });
});

it('over the budget nothing is sent, and what is cached costs nothing', async () => {
	const { ask, heard } = start({ requestsPerDay: 2, cacheEntries: 10 });
	for (const title of ['a', 'b', 'a', 'b']) await ask(question(title));
	expect(await rejectionOf(ask(question('c')))).toMatchObject({
		code: 'rate_limited',
		retryable: false,
		message: 'The budget of 2 requests a day (GEMINI_REQUESTS_PER_DAY) is used up until 2026-11-23T00:00Z',
	});
	expect([stub.requests.length, heard.hits]).toEqual([2, 2]);
	expect(heard.calls).toEqual(['success', 'success']);
});

it('counts tokens as the answers do, and none for what was refused', async () => {
	const { ask, clock } = start({ tokensPerMinute: 5000 });
	const named = [{ id: '01234567', ...question() }];
	const access = { departments: DEFAULT_DEPARTMENTS, marker: '0123456789ab', model: 'gemini-3.5-flash-lite' };
	const estimate = Math.ceil(JSON.stringify(geminiRequest(named, access)).length / 4);
	const fit = Math.floor((5000 - estimate) / 124) + 1;
	stub.next(refusal(400), refusal(400));
	for (let i = 0; i < 2; i += 1) await rejectionOf(ask(question()));
	for (let i = 0; i < fit; i += 1) await ask(question());
	expect((await rejectionOf(ask(question()))).message).toContain('5,000 tokens a minute');
	expect(stub.requests).toHaveLength(2 + fit);
	clock.time += 30_000;
	expect(await ask(question())).toMatchObject({ department: 'IT' });
});

it('identical tickets at the same time are asked once', async () => {
	const { ask, heard } = start({ batchSize: 8 });
	const all = await Promise.all([question(), question(), question()].map(ask));
	expect(all.map(({ usage }) => usage.input_tokens)).toEqual([100, 0, 0]);
	expect([titles(), heard.hits]).toEqual([[['Printer']], 2]);
});
