import { TriageError } from '../../../core/errors';
import { createTargets, type Held } from '../../../service/targets/targets';
import { rejectionOf } from '../../helpers/tickets';
import { START, later, startTargets, targetOf, turn, type Calling } from './start';

beforeEach(() => void jest.useFakeTimers({ now: START }));
afterEach(() => {
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

/** Ends everything that is under way, and what begins by that. */
async function finish({ calls, began }: Calling): Promise<void> {
	for (const name of began) {
		calls[name].answer();
		await turn();
	}
}

it('gives back what the call gives, and throws what it throws, be it a bug', async () => {
	const targets = createTargets({ now: Date.now, random: Math.random });
	const run = (call: () => Promise<unknown>) => targets.run(targetOf('jira'), 0, call);
	expect(await run(async () => 'answer')).toEqual({ value: 'answer' });
	expect(await run(async () => undefined)).toEqual({ value: undefined });
	const error = new TriageError('rejected', 'No such project');
	expect(await rejectionOf(run(() => Promise.reject(error)))).toBe(error);
	const bug = (): Promise<never> => {
		throw new RangeError('a bug');
	};
	await expect(run(bug)).rejects.toThrow(RangeError);
	expect(await run(async () => 'answer')).toEqual({ value: 'answer' });
});

it('runs no more at the same time than the target takes, each target by itself', async () => {
	const calling = startTargets({ atOnce: 2 });
	['a', 'b', 'c'].forEach((name) => calling.call(name));
	calling.call('d', { target: targetOf('other') });
	expect(calling.began).toEqual(['a', 'b', 'd']);
	expect(calling.targets.state()).toEqual([
		{ system: 'jira', breaker: 'closed', waiting: 1, running: 2 },
		{ system: 'jira', breaker: 'closed', waiting: 0, running: 1 },
	]);
	calling.calls.b.answer();
	await turn();
	expect(calling.began).toEqual(['a', 'b', 'd', 'c']);
	await finish(calling);
	expect(Object.values(calling.ended)).toEqual(Array(4).fill('answer'));
	expect(calling.targets.state().map(({ waiting, running }) => [waiting, running])).toEqual([
		[0, 0],
		[0, 0],
	]);
});

it('serves by priority, then by arrival', async () => {
	const calling = startTargets();
	calling.call('first');
	const priorities = { low1: 0, high1: 3, low2: 0, mid1: 1, high2: 3, mid2: 1 };
	Object.entries(priorities).forEach(([name, priority]) => calling.call(name, { priority }));
	await finish(calling);
	expect(calling.began).toEqual(['first', 'high1', 'high2', 'mid1', 'mid2', 'low1', 'low2']);
});

it('takes the latest pace, also for those who wait', async () => {
	const calling = startTargets();
	['a', 'b', 'c'].forEach((name) => calling.call(name));
	calling.call('d', { target: targetOf('jira', { atOnce: 3 }) });
	expect(calling.began).toEqual(['a', 'b', 'c']);
	calling.call('e', { target: targetOf('jira', { atOnce: 1 }) });
	await finish(calling);
	expect(calling.began).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it.each([
	[0, 6000],
	[0.5, 6050],
	[0.999, 6100],
])('holds who has waited 5 s for those under way, at least for 1 s: %p', async (random, after) => {
	const calling = startTargets({ atOnce: 1 }, { random: () => random });
	calling.call('a');
	calling.call('b');
	await later(4999);
	expect(calling.ended).toEqual({});
	await later(1);
	expect(calling.ended.b).toEqual({
		until: START + after,
		reason: 'Requests to jira are limited to 1 at the same time, and others came first',
	});
	await finish(calling);
	expect(calling.began).toEqual(['a']);
});

it('holds in time who is passed over again and again', async () => {
	const calling = startTargets();
	['first', 'low'].forEach((name) => calling.call(name));
	for (let second = 1; second <= 4; second += 1) {
		await later(1000);
		calling.call(`high ${second}`, { priority: 1 });
	}
	await later(1000);
	expect(Object.keys(calling.ended)).toEqual(['low']);
	await finish(calling);
});

it('learns how long calls take, to tell when there may be room', async () => {
	const calling = startTargets({ atOnce: 2 });
	for (let i = 0; i < 30; i += 1) {
		calling.call(`${i}`);
		await later(4000);
		calling.calls[i].answer();
	}
	['a', 'b', 'c'].forEach((name) => calling.call(name));
	await later(5000);
	const wait = (calling.ended.c as Held).until - Date.now();
	expect(wait).toBeGreaterThan(1800);
	expect(wait).toBeLessThanOrEqual(2000);
	await finish(calling);
});

it('spaces calls by the rate, and holds at once who would come too late, until about then', async () => {
	const calling = startTargets({ atOnce: 99, perMinute: 30 });
	const names = Array.from({ length: 9 }, (_, i) => `call ${i}`);
	names.forEach((name) => calling.call(name));
	expect(calling.began).toHaveLength(3);
	await turn();
	const reason = 'Requests to jira are limited to 30 a minute, and others came first';
	const held = [6429, 8572, 10_715, 12_858].map((ms) => ({ until: START + ms, reason }));
	expect(Object.values(calling.ended)).toEqual(held);
	await later(2142);
	expect(calling.began).toHaveLength(3);
	await later(1);
	expect(calling.began).toHaveLength(4);
	await later(2143);
	expect(calling.began).toEqual(names.slice(0, 5));
	await finish(calling);
});

it('where a call of a higher priority comes, the last who could wait no longer can', async () => {
	const calling = startTargets({ atOnce: 99, perMinute: 15 });
	['a', 'b', 'c'].forEach((name) => calling.call(name));
	await turn();
	expect([calling.began, Object.keys(calling.ended)]).toEqual([['a'], ['c']]);
	calling.call('d', { priority: 1 });
	await later(4000);
	expect([calling.began, Object.keys(calling.ended)]).toEqual([
		['a', 'd'],
		['c', 'b'],
	]);
	await finish(calling);
});

it('lets 200 wait, and sends the least urgent away beyond that, to come back one after the other', async () => {
	const calling = startTargets({ atOnce: 4 });
	for (let i = 0; i < 204; i += 1) calling.call(`${i}`);
	expect(calling.targets.state()).toEqual([{ system: 'jira', breaker: 'closed', waiting: 200, running: 4 }]);
	['x', 'y'].forEach((name) => calling.call(name));
	calling.call('urgent', { priority: 1 });
	await turn();
	const reason = '200 tickets wait for jira already';
	expect(calling.ended).toEqual({
		x: { until: START + 12_563, reason },
		y: { until: START + 12_625, reason },
		203: { until: START + 12_688, reason },
	});
	await finish(calling);
	expect(calling.began.slice(0, 6)).toEqual(['0', '1', '2', '3', 'urgent', '4']);
	expect(calling.began).toHaveLength(204);
});

it('close() holds who waits and who comes until now, and lets end what is under way', async () => {
	const calling = startTargets({ atOnce: 2 });
	['a', 'b', 'c', 'd'].forEach((name) => calling.call(name));
	calling.call('e', { target: targetOf('other') });
	calling.targets.close();
	calling.call('f');
	calling.call('g', { target: targetOf('new') });
	await turn();
	const held = { until: START, reason: 'The service is shutting down, so jira is not waited for' };
	expect(calling.ended).toEqual({ c: held, d: held, f: held, g: held });
	calling.calls.a.answer();
	calling.calls.b.fail('rate_limited', 60);
	calling.calls.e.fail('unavailable');
	await turn();
	expect(calling.ended).toMatchObject({ a: 'answer', b: { code: 'rate_limited' }, e: { code: 'unavailable' } });
	expect(calling.began).toEqual(['a', 'b', 'e']);
});

describe('of many targets', () => {
	const shown = ({ targets }: Calling): number => targets.state().length;

	async function callMany(calling: Calling, count: number, from = 0): Promise<void> {
		for (let i = from; i < from + count; i += 1)
			await calling.once(`${i}`, undefined, { target: targetOf(`key ${i}`) });
	}

	it('it knows the last 500', async () => {
		const calling = startTargets();
		await callMany(calling, 1200);
		expect(shown(calling)).toBe(500);
	});

	it('it forgets none that runs or waits, however many those are', async () => {
		const calling = startTargets();
		for (let i = 0; i < 600; i += 1) calling.call(`${i}`, { target: targetOf(`key ${i}`) });
		calling.call('waits', { target: targetOf('key 0') });
		expect(shown(calling)).toBe(600);
		await finish(calling);
		expect(calling.ended.waits).toBe('answer');
		await callMany(calling, 1, 1000);
		expect(shown(calling)).toBe(500);
	});

	it('it forgets those first that hold nobody back', async () => {
		const calling = startTargets();
		await calling.once('paused', 'rate_limited', { target: targetOf('paused'), retryAfter: 60 });
		for (let i = 0; i < 5; i += 1) await calling.once(`down ${i}`, 'unavailable', { target: targetOf('down') });
		const slow = targetOf('slow', { atOnce: 1, perMinute: 1 });
		await calling.once('slow', undefined, { target: slow });
		await callMany(calling, 700);
		expect(calling.targets.state().filter(({ breaker }) => breaker === 'open')).toHaveLength(1);
		for (const target of [targetOf('paused'), targetOf('down'), slow]) {
			expect(await calling.once(`${target.key} again`, undefined, { target })).toMatchObject({
				until: expect.any(Number),
			});
		}
		calling.targets.close();
	});

	it('it forgets even those, and their timers, where there are none but them', async () => {
		const calling = startTargets();
		for (let i = 0; i < 501; i += 1) {
			const target = targetOf(`key ${i}`);
			for (let failure = 0; failure < 5; failure += 1) await calling.once(`${i}.${failure}`, 'unavailable', { target });
		}
		expect([shown(calling), jest.getTimerCount()]).toEqual([500, 500]);
		calling.targets.close();
	});
});
