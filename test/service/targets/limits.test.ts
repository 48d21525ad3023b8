import { TriageError } from '../../../core/errors';
import { START, later, startTargets, targetOf, turn, type Calling } from './start';

const HALF = { random: () => 0.5 };
let calling: Calling;

beforeEach(() => void jest.useFakeTimers({ now: START }));
afterEach(() => {
	calling.targets.close();
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

async function fail(times: number, name = 'failed'): Promise<void> {
	for (let i = 0; i < times; i += 1) await calling.once(`${name} ${i}`, 'unavailable');
}

describe('a pause', () => {
	it('within the patience is waited out by everyone', async () => {
		calling = startTargets({ atOnce: 2 });
		expect(await calling.once('a', 'rate_limited', { retryAfter: 3 })).toBeInstanceOf(TriageError);
		['b', 'c'].forEach((name) => calling.call(name));
		await later(3000);
		expect(calling.began).toEqual(['a']);
		await later(1);
		expect(calling.began).toEqual(['a', 'b']);
		calling.calls.b.answer();
		await turn();
		expect(calling.began).toEqual(['a', 'b', 'c']);
	});

	describe('when it is over one call tries whether it is', () => {
		/** One was refused, three wait, and the first of them is under way. */
		async function probe(): Promise<void> {
			calling = startTargets({ atOnce: 3 });
			await calling.once('refused', 'rate_limited', { retryAfter: 3 });
			['probe', 'b', 'c'].forEach((name) => calling.call(name));
			await later(3001);
			expect(calling.began).toEqual(['refused', 'probe']);
		}

		it.each([
			['a success', undefined],
			['a no', 'rejected'],
		] as const)('and after %s all others follow', async (_name, code) => {
			await probe();
			if (code) calling.calls.probe.fail(code);
			else calling.calls.probe.answer();
			await turn();
			expect(calling.began).toEqual(['refused', 'probe', 'b', 'c']);
		});

		it.each(['unavailable', 'misconfigured'] as const)('and after %s the next one tries', async (code) => {
			await probe();
			calling.calls.probe.fail(code);
			await turn();
			expect(calling.began).toEqual(['refused', 'probe', 'b']);
		});

		it('and where it is not, all wait on', async () => {
			await probe();
			calling.calls.probe.fail('rate_limited', 1);
			await later(1000);
			expect(calling.began).toEqual(['refused', 'probe']);
			await later(1);
			expect(calling.began).toEqual(['refused', 'probe', 'b']);
		});

		it('and whoever waits too long for that is told so', async () => {
			await probe();
			await later(1999);
			expect(calling.ended.b).toEqual({
				until: START + 6000,
				reason: 'jira said that it gets too many requests, and one is on its way to see if it takes them again',
			});
		});
	});

	it('beyond the patience holds everyone until its end and a little longer', async () => {
		calling = startTargets({ atOnce: 2 }, HALF);
		calling.call('b');
		await calling.once('a', 'rate_limited', { retryAfter: 60 });
		const held = {
			until: START + 63_002,
			reason: 'jira said that it gets too many requests and is sent none until 12:01:01 UTC',
		};
		expect(await calling.once('c')).toEqual(held);
		calling.calls.b.answer();
		await turn();
		expect([calling.ended.b, await calling.once('d')]).toEqual(['answer', held]);
		await later(60_000);
		expect(calling.began).toEqual(['b', 'a']);
		await later(1);
		expect(await calling.once('e')).toBe('answer');
	});

	it('that begins while others wait holds those whom it keeps too long', async () => {
		calling = startTargets();
		calling.call('a');
		await later(4000);
		calling.call('early');
		await later(2000);
		calling.call('late');
		calling.calls.a.fail('rate_limited', 4);
		await turn();
		expect(calling.ended).toMatchObject({ early: { until: START + 10_001 } });
		await later(4001);
		expect(calling.began).toEqual(['a', 'late']);
	});

	it('doubles where the target does not say how long, until a call succeeds', async () => {
		calling = startTargets();
		for (const seconds of [1, 2, 4]) {
			await calling.once(`refused ${seconds}`, 'rate_limited');
			calling.call(`next ${seconds}`);
			await later(seconds * 1000);
			expect(calling.began).not.toContain(`next ${seconds}`);
			await later(1);
			calling.calls[`next ${seconds}`].fail('rejected');
			await turn();
		}
		await calling.once('refused 8', 'rate_limited');
		expect(await calling.once('held')).toMatchObject({ until: Date.now() + 8001 });
		await later(8001);
		expect(await calling.once('succeeds')).toBe('answer');
		await calling.once('refused 1 again', 'rate_limited');
		calling.call('last');
		await later(1001);
		expect(calling.began).toContain('last');
	});

	it('lets no more than 200 wait for its end', async () => {
		calling = startTargets({ atOnce: 64 });
		await calling.once('refused', 'rate_limited', { retryAfter: 4 });
		for (let i = 0; i < 201; i += 1) calling.call(`${i}`);
		await turn();
		expect(calling.ended).toEqual({
			refused: expect.any(TriageError),
			200: { until: START + 4001, reason: '200 tickets wait for jira already' },
		});
	});

	it('is for its own target alone', async () => {
		calling = startTargets();
		await calling.once('a', 'rate_limited', { retryAfter: 60 });
		expect(await calling.once('b', undefined, { target: targetOf('other') })).toBe('answer');
	});

	it.each(['unavailable', 'rejected', 'auth', 'not_found'] as const)('is not for %s', async (code) => {
		calling = startTargets();
		await calling.once('a', code, { retryAfter: 60 });
		expect(await calling.once('b')).toBe('answer');
	});
});

describe('the breaker', () => {
	const breaker = (): string => calling.targets.state()[0].breaker;

	it.each([
		['4 failures of 4', 4, 0, 'closed'],
		['5 of 5', 5, 0, 'open'],
		['3 of 6', 3, 3, 'open'],
		['3 of 7', 3, 4, 'closed'],
	])('after %s it is as expected', async (_name, failures, successes, state) => {
		calling = startTargets();
		for (let i = 0; i < successes; i += 1) await calling.once(`ok ${i}`);
		await fail(failures);
		expect(breaker()).toBe(state);
	});

	it.each(['rate_limited', 'rejected', 'auth', 'not_found', 'unreadable', 'misconfigured'] as const)(
		'%s is no failure',
		async (code) => {
			calling = startTargets();
			for (let i = 0; i < 10; i += 1) await calling.once(`${i}`, code, { retryAfter: 0 });
			expect(breaker()).toBe('closed');
		},
	);

	it('open, it holds who waits and who comes until a little after 15 s', async () => {
		calling = startTargets({ atOnce: 1 }, HALF);
		await calling.once('ok');
		await fail(3);
		calling.call('last');
		calling.call('waits');
		calling.calls.last.fail('unavailable');
		await turn();
		const reason = 'jira failed in 4 of its last 5 requests and is left alone until 12:00:15 UTC';
		expect(calling.ended.waits).toEqual({ until: START + 15_750, reason });
		await later(10_000);
		expect(await calling.once('comes')).toEqual({ until: START + 15_250, reason });
		expect(await calling.once('goes', undefined, { target: targetOf('other') })).toBe('answer');
		expect(calling.began.at(-1)).toBe('goes');
	});

	it('half-open, it lets the first try and holds the others', async () => {
		calling = startTargets({ atOnce: 8 });
		await fail(5);
		await later(15_000);
		expect(breaker()).toBe('half-open');
		calling.call('probe');
		const reason = 'jira failed in 5 of its last 5 requests, and one more is on its way to see if it is back';
		expect(await calling.once('other', undefined, { priority: 3 })).toEqual({ until: START + 20_000, reason });
		calling.calls.probe.answer();
		await turn();
		expect([calling.ended.probe, breaker()]).toEqual(['answer', 'closed']);
		expect(await calling.once('next')).toBe('answer');
	});

	it('a probe that fails throws like any other call, and leaves alone for twice as long', async () => {
		calling = startTargets();
		await fail(5);
		await later(15_000);
		expect(await calling.once('probe', 'unavailable')).toMatchObject({ code: 'unavailable', message: 'As probe says' });
		expect([breaker(), await calling.once('other')]).toEqual([
			'open',
			{
				until: START + 45_000,
				reason: 'jira failed in 6 of its last 6 requests and is left alone until 12:00:45 UTC',
			},
		]);
	});

	it('those under way when it opens end as they would', async () => {
		calling = startTargets({ atOnce: 8 });
		calling.call('slow');
		calling.call('slower');
		await fail(5);
		calling.calls.slow.answer();
		calling.calls.slower.fail('unavailable');
		await turn();
		expect(calling.ended).toMatchObject({ slow: 'answer', slower: { code: 'unavailable' } });
		expect(breaker()).toBe('open');
		expect(await calling.once('later')).toMatchObject({
			reason: expect.stringContaining('in 5 of its last 5 requests'),
		});
	});
});
