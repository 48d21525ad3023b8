/** What several processes on one real PostgreSQL agree on; each has a pool of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TriageError } from '../../../core/errors';
import { migrate } from '../../../service/database';
import { forgetOldLimits } from '../../../service/store/limits';
import { createTargets, type Held, type Targets } from '../../../service/targets/targets';
import type { Entry } from '../../../service/targets/turnstile';
import { startMembers, type Member, type Members } from '../../helpers/common';
import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { eventually } from '../../helpers/service';

jest.setTimeout(60_000);

let postgres: Postgres;
let members: Members;
let targets: Targets[];
let url: string;

beforeAll(async () => {
	postgres = await startPostgres();
});
afterAll(() => postgres.stop());

beforeEach(async () => {
	targets = [];
	url = await postgres.createDatabase();
	members = startMembers(url, 4);
	await migrate(members.all[0].knex);
});
afterEach(async () => {
	targets.forEach((one) => one.close());
	await members.close();
});

type Entered = Awaited<ReturnType<Member['turnstile']['enter']>>;
const entryOf = (answer: Entered): Entry | null => ('entry' in answer ? answer.entry : null);

describe('the turnstile', () => {
	it('200 at once from four processes are as many as may call, whoever leaves', async () => {
		const pace = { atOnce: 7 };
		const enterAll = () =>
			Promise.all(
				members.all.flatMap(({ turnstile }) => Array.from({ length: 50 }, () => turnstile.enter('jira:a', pace))),
			);
		const first = (await enterAll()).map(entryOf).filter((entry) => entry !== null);
		expect(first).toHaveLength(7);
		first.slice(0, 3).forEach((entry) => entry.leave('through'));
		await Promise.all(members.all.map(({ limits }) => limits.settled()));
		expect((await enterAll()).map(entryOf).filter((entry) => entry !== null)).toHaveLength(3);
	});

	it('each key by itself', async () => {
		const [{ turnstile }, other] = members.all;
		expect(entryOf(await turnstile.enter('jira:a', { atOnce: 1 }))).not.toBeNull();
		expect(entryOf(await other.turnstile.enter('jira:b', { atOnce: 1 }))).not.toBeNull();
		expect(await other.turnstile.enter('jira:a', { atOnce: 1 })).toMatchObject({ wait: { why: 'atOnce' } });
	});

	it('the place of a process that died comes free', async () => {
		const dying = startMembers(url, 1, 400);
		expect(entryOf(await dying.all[0].turnstile.enter('jira:a', { atOnce: 1 }))).not.toBeNull();
		await dying.close();
		const { turnstile } = members.all[0];
		expect(entryOf(await turnstile.enter('jira:a', { atOnce: 1 }))).toBeNull();
		const entry = await eventually(
			async () => entryOf(await turnstile.enter('jira:a', { atOnce: 1 })) ?? undefined,
			'its place to come free',
		);
		entry.leave('through');
	});

	it('where the database cannot be asked, that is a reason to wait', async () => {
		const broken = startMembers(`${url}_that_is_not_there`, 1);
		const { wait } = (await broken.all[0].turnstile.enter('jira:a', { atOnce: 1 })) as { wait: unknown };
		expect(wait).toEqual({ why: 'database', until: expect.any(Number) });
		await broken.close();
	});

	it('a place that cannot be given back fails nobody', async () => {
		const gone = startMembers(url, 1);
		const entry = entryOf(await gone.all[0].turnstile.enter('jira:a', { atOnce: 1 }));
		await gone.close();
		expect(entry?.leave('through')).toBeUndefined();
		await gone.all[0].limits.settled();
	});

	it('what nobody uses for two days is forgotten', async () => {
		const [{ turnstile, knex }] = members.all;
		for (const key of ['jira:old', 'jira:new']) await turnstile.enter(key, { atOnce: 1 });
		await knex('limits')
			.where({ key: 'jira:old' })
			.update({ updated_at: Date.now() - 49 * 3_600_000 });
		expect(await forgetOldLimits(knex, Date.now())).toBe(false);
		expect(await knex('limits').pluck('key')).toEqual(['jira:new']);
	});
});

describe('targets of four processes', () => {
	let server: LocalServer;
	let answers: Answer[];
	let usual: Answer;
	/** When requests came. */
	let starts: number[];

	beforeEach(async () => {
		[answers, starts, usual] = [[], [], { delay: 40 }];
		server = await startLocalServer(() => {
			starts.push(Date.now());
			return answers.shift() ?? usual;
		});
		targets = members.all.map(({ turnstile }) => createTargets({ now: Date.now, random: Math.random, turnstile }));
	});
	afterEach(() => server.close());

	async function call(): Promise<number> {
		const { status, headers } = await fetch(server.url, { method: 'POST', body: '' });
		if (status === 429) {
			const after = headers.get('retry-after');
			throw new TriageError('rate_limited', '429', { status, ...(after !== null && { retryAfter: Number(after) }) });
		}
		if (status >= 500) throw new TriageError('unavailable', `${status}`, { status });
		return status;
	}

	/** By the i-th process. */
	const send = (i: number, pace: { atOnce: number; perMinute?: number }): Promise<{ value: number } | { held: Held }> =>
		targets[i % 4].run({ key: 'jira:a', system: 'jira', pace }, i % 3, call);

	it('have no more under way than one may', async () => {
		const sent = Array.from({ length: 120 }, (_, i) => send(i, { atOnce: 3 }));
		const ended = await Promise.all(sent);
		expect(ended.filter((answer) => 'value' in answer)).toHaveLength(server.requests.length);
		expect(server.requests.length).toBeGreaterThan(60);
		expect(server.mostOpen()).toBe(3);
	});

	it('send no more a minute than one may, and who waits is told so', async () => {
		usual = {};
		const began = Date.now();
		const sent = Array.from({ length: 120 }, (_, i) => send(i, { atOnce: 3, perMinute: 60 }));
		const ended = await Promise.all(sent);
		// Six at once, then one every 1,091 ms.
		const most = 6 + Math.floor((Date.now() - began) / 1091);
		expect(server.requests.length).toBeLessThanOrEqual(most);
		expect(server.requests.length).toBeGreaterThanOrEqual(6);
		const reasons = new Set(ended.map((answer) => ('held' in answer ? answer.held.reason : null)));
		expect([...reasons]).toContain('Requests to jira are limited to 60 a minute, and others came first');
	});

	it('a 429 to one stops all until it is over; then one goes first, and the others follow', async () => {
		answers.push({ status: 429, headers: { 'retry-after': '1' } }, { delay: 500 });
		await expect(send(0, { atOnce: 3 })).rejects.toThrow('429');
		await members.all[0].limits.settled();
		const refusedAt = starts[0];
		const ended = await Promise.all(Array.from({ length: 12 }, (_, i) => send(i, { atOnce: 3 })));
		expect(ended).toEqual(Array(12).fill({ value: 200 }));
		const [, probe, next] = starts;
		expect(probe - refusedAt).toBeGreaterThanOrEqual(1000);
		expect(next - probe).toBeGreaterThanOrEqual(500);
	});

	it('a pause beyond their patience is told to all', async () => {
		answers.push({ status: 429, headers: { 'retry-after': '60' } });
		await expect(send(0, { atOnce: 3 })).rejects.toThrow('429');
		await members.all[0].limits.settled();
		const held = await Promise.all([1, 2, 3].map((i) => send(i, { atOnce: 3 })));
		const reason = expect.stringMatching(
			/^jira said that it gets too many requests and is sent none until \d\d:\d\d:\d\d UTC$/u,
		);
		expect(held).toEqual(Array(3).fill({ held: { until: expect.any(Number), reason } }));
		expect(server.requests).toHaveLength(1);
	});

	it('a breaker that one opened holds the tickets of the others', async () => {
		answers.push(...Array<Answer>(5).fill({ status: 503 }));
		for (let i = 0; i < 5; i += 1) await expect(send(0, { atOnce: 3 })).rejects.toThrow('503');
		await members.all[0].limits.settled();
		const held = await Promise.all([1, 2, 3].map((i) => send(i, { atOnce: 3 })));
		const reason = expect.stringMatching(
			/^jira failed in 5 of its last 5 requests and is left alone until \d\d:\d\d:\d\d UTC$/u,
		);
		expect(held).toEqual(Array(3).fill({ held: { until: expect.any(Number), reason } }));
		const waits = held.map((answer) => ('held' in answer ? answer.held.until - Date.now() : 0));
		expect(Math.min(...waits)).toBeGreaterThan(12_000);
		expect(server.requests).toHaveLength(5);
	});

	it('cost two queries for a call and its end', async () => {
		const { turnstile, limits, knex } = members.all[0];
		const queries: string[] = [];
		knex.on('query', ({ sql }: { sql: string }) => queries.push(sql));
		const entry = entryOf(await turnstile.enter('jira:a', { atOnce: 1 }));
		const entering = queries.splice(0).length;
		entry?.leave('through');
		await limits.settled();
		await sleep(0);
		expect([entering, queries.length]).toEqual([2, 2]);
	});
});
