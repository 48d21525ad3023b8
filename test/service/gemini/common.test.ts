/** What several processes that ask the same Gemini agree on; each has a pool of its own. */
import { migrate } from '../../../service/database';
import { createLogger } from '../../../service/logger';
import { createLimits } from '../../../service/store/limits';
import { describeOnBoth } from '../../helpers/both-databases';
import { startMembers, type Members } from '../../helpers/common';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { rejectionOf } from '../../helpers/tickets';
import { createBudget } from '../../../service/gemini/budget';
import { askAt, limited, question, refusal, startStub, verdicts, type Asking, type Stub } from './stub';

jest.setTimeout(60_000);

describe('four that ask', () => {
	let postgres: Postgres;
	let members: Members;
	let stub: Stub;
	let asking: Asking[];

	beforeAll(async () => {
		postgres = await startPostgres();
	});
	afterAll(() => postgres.stop());

	function start(limits: Parameters<typeof askAt>[1] = {}): void {
		const real = { now: Date.now, sleep: undefined };
		asking = members.all.map(({ limits: counts, turnstile }) =>
			askAt(stub.url, { maxAttempts: 1, ...limits }, { ...real, counts, turnstile }),
		);
	}

	beforeEach(async () => {
		members = startMembers(await postgres.createDatabase(), 4);
		await migrate(members.all[0].knex);
		stub = await startStub();
		asking = [];
	});
	afterEach(async () => {
		asking.forEach(({ close }) => close());
		await members.close();
		await stub.close();
	});

	const many = (count: number) => Array.from({ length: count }, (_, i) => question(`Ticket ${i}`));
	const settled = () => Promise.all(members.all.map(({ limits }) => limits.settled()));

	it('have one budget: ten requests a day are ten', async () => {
		start({ requestsPerDay: 10 });
		const all = await Promise.allSettled(many(40).map((one, i) => asking[i % 4].ask(one)));
		expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
		expect(stub.requests).toHaveLength(10);
	});

	it('heed the 429 of any: nobody asks before its time, and then one goes first', async () => {
		start();
		stub.next(limited('1.5'));
		await rejectionOf(asking[0].ask(question()));
		await settled();
		const [{ at }] = stub.requests;
		let probing = 0;
		stub.always((response, tickets) => {
			probing = Math.max(probing, stub.requests.length === 2 ? stub.open() : 0);
			verdicts()(response, tickets);
		});
		await Promise.all(many(8).map((one, i) => asking[i % 4].ask(one)));
		expect(stub.requests[1].at - at).toBeGreaterThanOrEqual(1500);
		expect([stub.requests.length, probing]).toEqual([9, 1]);
	});

	it('do not wait for a quota of the day that one of them used up', async () => {
		start();
		stub.next(limited('3.5', 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'));
		await rejectionOf(asking[0].ask(question()));
		await settled();
		const errors = await Promise.all([1, 2, 3].map((i) => rejectionOf(asking[i].ask(question()))));
		const message = expect.stringMatching(/^Gemini’s quota is used up: it is not asked until .*:0\dZ$/u);
		expect(errors).toEqual(Array(3).fill(expect.objectContaining({ code: 'rate_limited', retryable: false, message })));
		expect(stub.requests).toHaveLength(1);
	});

	it('leave it alone when one of them found it down, at once', async () => {
		start();
		stub.always(refusal(503));
		for (const one of many(10)) await rejectionOf(asking[0].ask(one));
		await settled();
		const error = await rejectionOf(asking[1].ask(question()));
		const message = expect.stringMatching(/^Gemini failed in 10 of its last 10 requests and is left alone until/u);
		expect(error).toMatchObject({ code: 'unavailable', retryable: false, message });
		expect([stub.requests.length, asking[1].state().breaker]).toEqual([10, 'closed']);
	});

	it('where the database cannot be asked for the budget, nothing is sent', async () => {
		start({ requestsPerDay: 10 });
		await members.all[0].knex.schema.dropTable('limits');
		await expect(asking[0].ask(question())).rejects.toMatchObject({ code: '42P01' });
		expect(stub.requests).toEqual([]);
	});
});

describeOnBoth('a budget of the day', ({ open, create }) => {
	it('survives a restart, with what answers said it took', async () => {
		const database = await create();
		const budgetOf = async () => {
			const knex = await open(database);
			await migrate(knex);
			const counts = createLimits({ knex, now: Date.now, log: createLogger('silent', 'test') });
			return createBudget({ tokensPerDay: 1000 }, counts);
		};
		const before = await budgetOf();
		await (await before.take(900)).correct(600);
		await (await before.take(400)).undo();
		const after = await budgetOf();
		await after.take(400);
		expect(await rejectionOf(after.take(1))).toMatchObject({ code: 'rate_limited' });
	});
});
