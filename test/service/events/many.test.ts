import { createRandom } from '../../../corpus/random';
import { publishEvents } from '../../../service/events/publish';
import {
	claimSubscriptions,
	dropDeliveries,
	dueDeliveries,
	nextDeliveries,
	saveRound,
} from '../../../service/store/event-deliveries';
import { deleteSubscription } from '../../../service/store/subscriptions';
import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { eventually } from '../../helpers/service';
import { DATABASES, startEvents, stepOf, ticketIds, toldIn, useDatabases, type Events } from './start';

const open = useDatabases();

describe.each(DATABASES)('many events on %s', (kind) => {
	let events: Events;
	let receiver: LocalServer;
	let status: () => number;
	beforeEach(async () => {
		status = () => 204;
		receiver = await startLocalServer(() => ({ status: status() }));
		events = startEvents(await open(kind));
	});
	afterEach(async () => {
		await events.close();
		await receiver.close();
	});

	const publish = (ids: string[], ...steps: [Parameters<typeof stepOf>[1], Parameters<typeof stepOf>[2]][]) =>
		events.knex.transaction((trx) =>
			publishEvents(
				trx,
				ids.flatMap((id) => steps.map(([step, after]) => stepOf(id, step, after))),
			),
		);

	it('1,000 to a receiver that fails a third of them: each at least once, each ticket in order', async () => {
		const random = createRandom(7);
		status = () => (random() < 1 / 3 ? 503 : 200);
		await events.subscribe(receiver.url, { events: ['settled', 'corrected'] });
		const ids = ticketIds(500);
		await publish(ids, ['routed', 'routed'], ['corrected', 'classified']);
		expect(await events.waiting()).toBe(1000);
		events.dispatcher();
		await events.idle(600);
		const told = new Map<string, string[]>();
		for (const { type, data } of receiver.requests.map(toldIn)) {
			told.set(data.ticket_id, [...(told.get(data.ticket_id) ?? []), type]);
		}
		expect(told.size).toBe(500);
		for (const types of told.values()) {
			const firstCorrected = types.indexOf('ticket.corrected');
			expect(firstCorrected).toBeGreaterThan(0);
			expect(types.lastIndexOf('ticket.settled')).toBe(firstCorrected - 1);
		}
		expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1000);
		expect(receiver.mostOpen()).toBeLessThanOrEqual(8);
	});

	it('told by two at once are told once each', async () => {
		await Promise.all([events.subscribe(receiver.url), events.subscribe(`${receiver.url}/other`)]);
		await publish(ticketIds(200), ['routed', 'routed']);
		events.dispatcher();
		events.dispatcher();
		await events.idle();
		const told = receiver.requests.map(({ headers, path }) => `${path} ${String(headers['webhook-id'])}`);
		expect([told.length, new Set(told).size]).toEqual([400, 400]);
	});

	it('a subscription is served by one at a time, and by another when that was not heard of for too long', async () => {
		await events.subscribe(receiver.url);
		await publish(ticketIds(1), ['routed', 'routed']);
		const now = Date.now() + 1000;
		const claims = await Promise.all(Array.from({ length: 8 }, () => claimSubscriptions(events.knex, now, 5000)));
		const [first, ...others] = claims.flat();
		expect(others).toEqual([]);
		const [second] = await claimSubscriptions(events.knex, now + 5001, 5000);
		expect(second.id).toBe(first.id);
		const delivered = await nextDeliveries(events.knex, first.id, now, 8);
		const round = { delivered, failed: [], change: {}, lockedUntil: 0, now };
		const backoff = { firstMs: 1, longestMs: 1 };
		expect(await saveRound(events.knex, first, round, backoff)).toBe(false);
		expect(await events.waiting()).toBe(1);
		expect(await saveRound(events.knex, second, round, backoff)).toBe(true);
		expect(await events.waiting()).toBe(0);
	});

	it.each([
		[0, 5000],
		[1, 10_000],
		[9, 2_560_000],
		[10, 3_600_000],
		[1_000_000, 3_600_000],
	])('one that has failed %i times before waits for %i ms', async (attempts, wait) => {
		await events.subscribe(receiver.url);
		await publish(ticketIds(1), ['routed', 'routed']);
		await events.knex('event_deliveries').update({ attempts });
		const now = Date.now() + 1000;
		const [served] = await claimSubscriptions(events.knex, now, 5000);
		const failed = await nextDeliveries(events.knex, served.id, now, 8);
		const round = { delivered: [], failed, change: {}, lockedUntil: 0, now };
		await saveRound(events.knex, served, round, { firstMs: 5000, longestMs: 3_600_000 });
		const row = (await events.knex('event_deliveries').first()) as Record<string, unknown>;
		expect([row.attempts, Number(row.run_after) - now]).toEqual([attempts + 1, wait]);
	});

	it('are told to 99 receivers, and nothing is left of one that was deleted meanwhile', async () => {
		for (let i = 0; i < 99; i += 1) await events.subscribe(`${receiver.url}/${i}`);
		const gone = await events.subscribe(`${receiver.url}/gone`);
		const written = ticketIds(20).map((id) => publish([id], ['routed', 'routed']));
		await Promise.all([...written.slice(0, 10), deleteSubscription(events.knex, gone), ...written.slice(10)]);
		expect(await events.knex('event_deliveries').where({ subscription_id: gone })).toEqual([]);
		events.dispatcher();
		await eventually(
			() => Promise.resolve(new Set(receiver.requests.map(({ path }) => path)).size === 99 || undefined),
			'all of them',
		);
		await events.idle();
		const told = receiver.requests.map(({ headers, path }) => `${path} ${String(headers['webhook-id'])}`);
		expect(new Set(told).size).toBe(99 * 20);
	});

	it('of a ticket whose text is erased are told to nobody', async () => {
		await events.subscribe(receiver.url);
		const [erased, kept] = ticketIds(2);
		await publish([erased, kept], ['routed', 'routed']);
		expect(await dropDeliveries(events.knex, [erased])).toBe(1);
		events.dispatcher();
		await events.idle();
		expect(receiver.requests.map((request) => toldIn(request).data.ticket_id)).toEqual([kept]);
	});

	it('are found by indexes, however many there are', async () => {
		for (let i = 0; i < 20; i += 1) await events.subscribe(`${receiver.url}/${i}`);
		await publish(ticketIds(200), ['routed', 'routed']);
		await events.knex.raw('ANALYZE');
		const query = dueDeliveries(events.knex, 1, Date.now()).limit(8).toQuery();
		const explain = kind === 'PostgreSQL' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
		const plan = JSON.stringify(await events.knex.raw(`${explain} ${query}`));
		expect(plan).toMatch(/event_deliveries_by_turn/);
		expect(plan).toMatch(/event_deliveries_by_ticket/);
		expect(plan).not.toMatch(/Seq Scan|SCAN|Sort|TEMP B-TREE/);
	});
});
