import type { Knex } from 'knex';
import { pino } from 'pino';
import { isPostgres } from '../../../service/in-turn';
import { startMaintenance } from '../../../service/maintenance';
import { createErasing } from '../../../service/pipeline/erasing';
import { endedBefore, reportedBy } from '../../../service/store/erasing';
import { insertEvents } from '../../../service/store/events';
import { newRecord, type Status, type TicketRecord } from '../../../service/store/records';
import { insertTickets } from '../../../service/store/tickets';
import { allRows } from '../../helpers/all-rows';
import { jobsIn } from '../../helpers/jobs';
import { startService, validBody, type RunningService } from '../../helpers/service';
import { buildClassification, buildTicket } from '../../helpers/tickets';

const DAY_MS = 86_400_000;
const PLANTED = 'Zwetschgenkuchen';
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

let app: RunningService;
afterEach(() => app.close());
const knex = (): Knex => app.service.knex;
const show = async (id: string) => (await app.call('GET', `/webhook/ticket/${id}?expand=history`)).json;

/** Tickets that are on record, settled so many days ago. */
async function store(count: number, days: number, overrides: Partial<TicketRecord> = {}): Promise<string[]> {
	const text = { title: PLANTED, description: PLANTED.repeat(20), email: `${PLANTED}@example.com`, source: PLANTED };
	const records = Array.from({ length: count }, (_, i): TicketRecord => {
		const record = newRecord(`TKT-${days}-${i}`, buildTicket({ ...text, metadata: { PLANTED } }), daysAgo(days));
		const classification = buildClassification({ reasoning: PLANTED });
		return { ...record, classification, status: 'routed', department: 'IT', routed_to_system: 'inbox', ...overrides };
	});
	const events = records.map(({ ticket_id, created_at }) => {
		return { ticket_id, step: 'postponed' as const, detail: { code: 'auth', message: PLANTED }, created_at };
	});
	await knex().transaction(async (trx) => {
		await insertTickets(trx, records);
		await insertEvents(trx, events);
	});
	return records.map(({ ticket_id }) => ticket_id);
}

async function erasedIds(): Promise<string[]> {
	return (await knex()('ticket_logs').whereNotNull('erased_at').orderBy('id').pluck('ticket_id')) as string[];
}

it('erases what ended longer ago than RETENTION_DAYS, and keeps what was decided', async () => {
	app = await startService({ RETENTION_DAYS: '30' });
	const [young] = await store(1, 29);
	const [old] = await store(1, 31, { external_ticket_id: 'HELP-7', routed_to_system: 'jira' });
	await app.service.maintenance.run();
	expect(await erasedIds()).toEqual([old]);
	expect(await show(young)).toMatchObject({ title: PLANTED });
	expect(await show(old)).toMatchObject({
		...{ title: '', status: 'routed', department: 'IT', external_ticket_id: 'HELP-7', confidence_score: null },
		classification: { department: 'IT', confidence: 0.9, reasoning: '' },
		history: [
			{ step: 'postponed', detail: { code: 'auth' } },
			{ step: 'erased', detail: { why: 'retention', by: null } },
		],
	});
	const metrics = await app.call('GET', '/metrics');
	expect(metrics.text).toContain('tickets_erased_total{reason="retention"} 1');
	expect(app.logs.filter(({ msg }) => msg === 'texts of old tickets erased')).toMatchObject([{ tickets: 1 }]);
	await app.service.maintenance.run();
	expect((await show(old)).history).toHaveLength(2);
});

it('keeps everything for ever where nothing is said', async () => {
	app = await startService();
	await store(3, 10_000);
	await app.service.maintenance.run();
	expect(await erasedIds()).toEqual([]);
});

test.each<[Status, boolean]>([
	['received', false],
	['classified', false],
	['needs_review', false],
	['routed', true],
	['failed', true],
])('an old ticket that is %s: %p', async (status, isErased) => {
	app = await startService({ RETENTION_DAYS: '1' });
	await store(2, 2, { status });
	await app.service.maintenance.run();
	expect(await erasedIds()).toHaveLength(isErased ? 2 : 0);
	const warned = app.logs.filter(({ msg }) => String(msg).includes('a person has yet to decide'));
	expect(warned.map(({ tickets }) => tickets)).toEqual(status === 'needs_review' ? [2] : []);
});

it('leaves a ticket alone that has work to do, until it is done, and drops the job of one that was given up', async () => {
	app = await startService({ RETENTION_DAYS: '1' });
	const { queue } = app.service;
	const ids = await store(2, 2, { status: 'failed' });
	await app.service.pipeline.stop();
	await knex().transaction((trx) =>
		queue.requeue(
			trx,
			ids.map((ticketId) => ({ ticketId, priority: 1, createdAt: 0 })),
		),
	);
	const claimed = await queue.claim(10);
	const given = claimed.find(({ ticketId }) => ticketId === ids[1]);
	await knex().transaction((trx) => queue.bury(trx, given!));
	await app.service.maintenance.run();
	expect(await erasedIds()).toEqual([ids[1]]);
	expect((await jobsIn(app.service).all()).map(({ ticket_id }) => ticket_id)).toEqual([ids[0]]);
	await knex().transaction((trx) =>
		queue.complete(
			trx,
			claimed.filter(({ ticketId }) => ticketId === ids[0]),
		),
	);
	await app.service.maintenance.run();
	expect(await erasedIds()).toEqual(ids);
});

it('erases 10,000 tickets a hundred at a time, in parts between which others have their turn', async () => {
	app = await startService();
	await store(10_000, 40);
	const { queue, metrics } = app.service;
	const sizes: number[] = [];
	const watched = { ...queue, forget: (trx: Knex, ids: string[]) => (sizes.push(ids.length), queue.forget(trx, ids)) };
	const log = pino({ level: 'silent' });
	const erasing = createErasing({ knex: knex(), queue: watched, metrics, log, now: Date.now });
	const chores = [erasing.retention(30)];
	const maintenance = await startMaintenance({ boss: null, chores, log, everyMs: 60_000, pauseMs: 1 });
	const erasingAll = maintenance.run();
	const meanwhile = await Promise.all(Array.from({ length: 20 }, () => app.submit(validBody())));
	expect(meanwhile.map(({ status }) => status)).toEqual(Array(20).fill(200));
	await erasingAll;
	await maintenance.stop();
	expect([sizes.length, Math.max(...sizes)]).toEqual([100, 100]);
	expect(await erasedIds()).toHaveLength(10_000);
	expect(await allRows(knex())).not.toContain(PLANTED);
});

it('goes on where it was, after it was stopped in the middle', async () => {
	app = await startService();
	await store(500, 40);
	const { queue, metrics } = app.service;
	const erasing = createErasing({
		knex: knex(),
		queue,
		metrics,
		log: pino({ level: 'silent' }),
		now: Date.now,
	});
	const part = erasing.retention(30).begin();
	expect([await part(), await part()]).toEqual([true, true]);
	expect(await erasedIds()).toHaveLength(200);
	const again = erasing.retention(30).begin();
	while (await again()) expect((await erasedIds()).length).toBeLessThanOrEqual(500);
	expect(await erasedIds()).toHaveLength(500);
	expect(await knex()('ticket_events').where({ step: 'erased' })).toHaveLength(500);
});

it('finds the next ones, and a reporter, by an index of what has text', async () => {
	app = await startService();
	await store(10, 40);
	const last = { id: 1, updated_at: daysAgo(50) };
	const expected = { next: 'ticket_logs_to_erase', reporter: 'ticket_logs_by_reporter' };
	const queries: [keyof typeof expected, Knex.QueryBuilder][] = [
		['next', endedBefore(knex(), daysAgo(30)).limit(100)],
		['next', endedBefore(knex(), daysAgo(30), last).limit(100)],
		['reporter', reportedBy(knex(), 'A@b.cd').limit(100)],
	];
	for (const [name, query] of queries) {
		const plan = await planOf(query);
		expect(plan).toContain(expected[name]);
		expect(plan).not.toMatch(/Seq Scan|SCAN ticket_logs(?! USING INDEX ticket_logs_to_erase)/);
	}
});

/** As with a large table: of few rows PostgreSQL reads all. */
function planOf(query: Knex.QueryBuilder): Promise<string> {
	const { sql, bindings } = query.toSQL().toNative();
	return knex().transaction(async (trx) => {
		if (isPostgres(trx)) await trx.raw('SET LOCAL enable_seqscan = off');
		const explain = isPostgres(trx) ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
		const values = bindings.map((value) => `'${String(value)}'`);
		let next = 0;
		return JSON.stringify(await trx.raw(`${explain} ${sql.replace(/\$\d+|\?/g, () => values[next++])}`));
	});
}

it('takes what somebody asks to be erased before its time', async () => {
	app = await startService({ RETENTION_DAYS: '30' });
	const ids = await store(3, 1);
	const { json } = await app.call('POST', '/tickets/erase', { body: { email: `${PLANTED}@example.com` } });
	expect(json).toEqual({ erased: 3, working: 0, more: false });
	expect(await erasedIds()).toEqual(ids);
});
