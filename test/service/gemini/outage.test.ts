import { rejectionOf } from '../../helpers/tickets';
import { askAt, hang, limited, question, refusal, startStub, type Asking, type Stub } from './stub';

let stub: Stub;
let asking: Asking;
beforeEach(async () => (stub = await startStub()));
afterEach(async () => {
	asking.close();
	jest.useRealTimers();
	await stub.close();
});

const REAL = { now: Date.now, sleep: undefined };
const many = (count: number) => Array.from({ length: count }, (_, i) => question(`Ticket ${i}`));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Those that would keep the process alive. */
function timers(): number {
	return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

it('sends nothing before RetryInfo allows it, whoever comes meanwhile', async () => {
	asking = askAt(stub.url, { concurrency: 8 }, REAL);
	let allowed = 0;
	stub.next((response, tickets) => {
		allowed = Date.now() + 412.345679;
		limited('0.412345679')(response, tickets);
	});
	const first = asking.ask(question('First'));
	// The answer is in once a wait has begun.
	while (asking.heard.retries === 0) await turn();
	await Promise.all([first, ...many(20).map(asking.ask)]);
	expect(stub.requests).toHaveLength(22);
	expect(stub.requests.slice(1).filter(({ at }) => at < allowed)).toEqual([]);
});

it('a try that is due earlier than the 429 of another allows waits for it, too', async () => {
	asking = askAt(stub.url, { concurrency: 2 }, REAL);
	let allowed = 0;
	stub.next(refusal(503), (response, tickets) => {
		allowed = Date.now() + 600;
		limited('0.600000000')(response, tickets);
	});
	await Promise.all(many(2).map(asking.ask));
	expect(asking.heard.calls.sort()).toEqual(['rate_limited', 'success', 'success', 'unavailable']);
	expect(stub.requests.slice(2).filter(({ at }) => at < allowed)).toEqual([]);
});

it('leaves Gemini alone when it is down, and comes back when it is', async () => {
	jest.useFakeTimers({ doNotFake: ['Date', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
	asking = askAt(stub.url, { maxAttempts: 1, requestsPerDay: 12 });
	stub.always(refusal(503));
	for (const one of many(10)) await rejectionOf(asking.ask(one));
	expect(asking.state().breaker).toBe('open');
	for (const one of many(5)) {
		const error = await rejectionOf(asking.ask(one));
		expect(error).toMatchObject({ code: 'unavailable', retryable: false });
		expect(error.message).toContain('Gemini failed in 10 of its last 10 requests');
	}
	expect([stub.requests.length, asking.heard.calls.length]).toEqual([10, 10]);
	jest.advanceTimersByTime(15_000);
	expect(asking.state().breaker).toBe('half-open');
	stub.next(hang);
	const probe = asking.ask(question('Probe')).catch((error: unknown) => error);
	await stub.arrived(11);
	expect(await rejectionOf(asking.ask(question('Other')))).toMatchObject({ code: 'unavailable', retryable: false });
	jest.advanceTimersByTime(10_000);
	expect(await probe).toMatchObject({ code: 'unavailable' });
	expect(asking.state().breaker).toBe('open');
	jest.advanceTimersByTime(15_000);
	stub.next((response, tickets) => limited('0')(response, tickets));
	await rejectionOf(asking.ask(question()));
	expect(asking.state().breaker).toBe('closed');
	expect(await rejectionOf(asking.ask(question()))).toMatchObject({ message: expect.stringContaining('budget of 12') });
	expect(stub.requests).toHaveLength(12);
});

it('a refusal or an answer nobody can read is no outage', async () => {
	asking = askAt(stub.url, { maxAttempts: 1 });
	stub.always(refusal(403));
	for (const one of many(15)) await rejectionOf(asking.ask(one));
	expect(asking.state().breaker).toBe('closed');
	expect(stub.requests).toHaveLength(15);
});

it.each([
	['for an answer', hang],
	['for the gate', limited('55')],
	['for the next try', refusal(503)],
])('close() ends those who wait %s and for a slot, and leaves nothing behind', async (_name, reply) => {
	const before = timers();
	asking = askAt(stub.url, { concurrency: 64, maxWaitMs: 60_000, timeoutMs: 60_000 }, REAL);
	stub.always(reply);
	const all = many(80).map((one) => rejectionOf(asking.ask(one)));
	await stub.arrived(1);
	while (reply !== hang && asking.heard.retries === 0) await turn();
	asking.close();
	const errors = await Promise.all(all);
	expect(errors.map(({ code, retryable }) => [code, retryable])).toEqual(Array(80).fill(['unavailable', false]));
	expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
	// Those of others come and go; ours would last longer than the test may.
	while (timers() > before || stub.open() > 0) await turn();
	expect(await rejectionOf(asking.ask(question()))).toMatchObject({ code: 'unavailable', retryable: false });
	expect(asking.state()).toMatchObject({ waiting: 0, inFlight: 0 });
});
