import type { Knex } from 'knex';
import { migrate, openDatabase } from '../../../service/database';
import { createMetrics } from '../../../service/metrics';
import { createRework, type Rework } from '../../../service/pipeline/rework';
import type { Queue } from '../../../service/queue/queue';
import { createTableQueue } from '../../../service/queue/table-queue';
import { newRecord } from '../../../service/store/records';
import { insertTickets } from '../../../service/store/tickets';
import { buildTicket } from '../../helpers/tickets';

/** What happens between the first look at a ticket and the moment in which its job is taken. */
let meanwhile: (trx: Knex) => Promise<unknown>;
let knex: Knex;
let rework: Rework;
let woken: number;

beforeEach(async () => {
	meanwhile = () => Promise.resolve();
	woken = 0;
	knex = openDatabase({ client: 'sqlite3', connection: ':memory:' });
	await migrate(knex);
	const queue = createTableQueue({ knex, now: () => 1000, leaseMs: 1000 });
	const requeue: Queue['requeue'] = async (trx, jobs) => {
		await meanwhile(trx);
		return queue.requeue(trx, jobs);
	};
	rework = createRework({
		...{ knex, queue: { ...queue, requeue }, metrics: createMetrics() },
		...{ now: () => 1000, wake: () => (woken += 1) },
	});
	const record = newRecord('TKT-1', buildTicket(), '2026-11-22T12:00:00.000Z');
	await insertTickets(knex, [{ ...record, status: 'failed', error_message: 'refused', delivery_state: 'in_doubt' }]);
});
afterEach(() => knex.destroy());

const RETRY = { ask: true, by: null };
const ticket = async () => (await knex('ticket_logs').first()) as Record<string, unknown>;
const steps = () => knex('ticket_events').pluck('step') as Promise<string[]>;

const PLACES: Record<string, () => Promise<unknown>> = {
	retry: () => rework.retry('TKT-1', RETRY),
	retryAll: () => rework.retryAll({}, 10, null),
	correct: () => rework.correct('TKT-1', { department: 'HR', assignedTo: null, note: null, by: null }),
};

it.each(Object.keys(PLACES))('%s: the worker is told, and the job and the ticket are there together', async (way) => {
	await PLACES[way]();
	expect(woken).toBe(1);
	expect(await knex('ticket_jobs').select('ticket_id', 'state', 'attempts', 'created_at')).toEqual([
		{ ticket_id: 'TKT-1', state: 'waiting', attempts: 0, created_at: 1000 },
	]);
	expect(await ticket()).toMatchObject({ status: 'received', error_message: null, delivery_state: 'in_doubt' });
});

it('what is not failed any more is not tried again, and leaves no trace', async () => {
	meanwhile = (trx) => trx('ticket_logs').update({ status: 'routed' });
	expect(await rework.retry('TKT-1', RETRY)).toBe('not_failed');
	// The change came with the transaction, and went with it.
	expect((await ticket()).status).toBe('failed');
	expect([await steps(), await knex('ticket_jobs').select()]).toEqual([[], []]);
});

it('nor is it among many', async () => {
	meanwhile = (trx) => trx('ticket_logs').update({ status: 'routed', external_ticket_id: 'A-1' });
	expect(await rework.retryAll({}, 10, null)).toEqual({ retried: 0, more: false });
	expect(await ticket()).toMatchObject({ status: 'routed', external_ticket_id: 'A-1' });
	expect(await steps()).toEqual([]);
});

it('a correction begins where the ticket stands by then', async () => {
	meanwhile = (trx) =>
		trx('ticket_logs').update({ department: 'Legal', external_ticket_id: 'A-1', delivery_number: 3 });
	await PLACES.correct();
	expect(await ticket()).toMatchObject({ department: 'HR', external_ticket_id: 'A-1', delivery_number: 3 });
	const [{ detail }] = (await knex('ticket_events').select('detail')) as { detail: string }[];
	expect(JSON.parse(detail)).toMatchObject({ from: 'Legal', to: 'HR' });
});

it.each([
	['a ticket nobody knows', 'TKT-2', 'unknown'],
	['one that is worked on', 'TKT-1', 'busy'],
])('%s stays as it is', async (_, id, answer) => {
	await knex('ticket_jobs').insert({
		...{ ticket_id: 'TKT-1', state: 'running', attempts: 1, priority: 1, run_after: 0 },
		...{ locked_until: 1000, created_at: 0 },
	});
	const [was, jobs] = [await ticket(), (await knex('ticket_jobs').select()) as unknown[]];
	expect(await rework.retry(id, RETRY)).toBe(answer);
	expect(await rework.correct(id, { department: 'HR', assignedTo: null, note: null, by: null })).toBe(answer);
	expect(await rework.retryAll({}, 10, null)).toEqual({ retried: 0, more: false });
	expect([await ticket(), await knex('ticket_jobs').select(), await steps()]).toEqual([was, jobs, []]);
});
