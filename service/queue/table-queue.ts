import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { LostClaim, type Job, type NewJob, type Queue, type QueueStats } from './queue';

export interface TableQueueOptions {
	knex: Knex;
	now: () => number;
	leaseMs: number;
}

/** The embedded queue: a table beside the tickets, for one process. */
export function createTableQueue({ knex, now, leaseMs }: TableQueueOptions): Queue {
	const jobs = (connection: Knex) => connection('ticket_jobs');
	const prolong = (connection: Knex, held: Job[]) =>
		ours(jobs(connection), held).update({ locked_until: now() + leaseMs });
	return {
		leaseMs,
		async enqueue(trx, newJobs, wanted) {
			const claim = randomUUID();
			const running = { state: 'running', attempts: 1, locked_until: now() + leaseMs, claim };
			const rows = newJobs.map((job, i) => ({ ...waitingRow(job), ...(i < wanted && running) }));
			if (rows.length > 0) await jobs(trx).insert(rows);
			return newJobs.slice(0, wanted).map(({ ticketId, createdAt }) => ({ ticketId, attempt: 1, claim, createdAt }));
		},
		claim: (limit) => claim(limit, { knex, now, leaseMs }),
		requeue: (trx, newJobs) => requeue(trx, newJobs, now()),
		extend: async (held) => void (await prolong(knex, held)),
		async hold(trx, held) {
			if (held.length > 0) expectAll(await prolong(trx, held), held);
		},
		async complete(trx, done) {
			if (done.length > 0) expectAll(await ours(jobs(trx), done).delete(), done);
		},
		async postpone(trx, job, { runAfter, attempts }) {
			const change = { state: 'waiting', run_after: runAfter, locked_until: 0, attempts };
			expectAll(await ours(jobs(trx), [job]).update(change), [job]);
		},
		async bury(trx, job) {
			expectAll(await ours(jobs(trx), [job]).update({ state: 'dead', locked_until: 0 }), [job]);
		},
		async forget(trx, ticketIds) {
			await jobs(trx).where('state', 'dead').whereIn('ticket_id', ticketIds).delete();
			return (await jobs(trx).whereIn('ticket_id', ticketIds).pluck('ticket_id')) as string[];
		},
		stats: () => readStats(knex, now()),
	};
}

/** Jobs as they were claimed. */
function ours(jobs: Knex.QueryBuilder, held: Job[]): Knex.QueryBuilder {
	return jobs.where('state', 'running').whereIn(
		['ticket_id', 'claim'],
		held.map((job) => [job.ticketId, job.claim]),
	);
}

function expectAll(changed: number, jobs: Job[]): void {
	if (changed < jobs.length) throw new LostClaim();
}

async function claim(limit: number, { knex, now, leaseMs }: TableQueueOptions): Promise<Job[]> {
	const mine = {
		state: 'running',
		attempts: knex.raw('attempts + 1'),
		locked_until: now() + leaseMs,
		claim: randomUUID(),
	};
	const rows = (await knex('ticket_jobs')
		.whereIn('ticket_id', dueJobs(knex, now(), limit))
		.update(mine)
		.returning(['ticket_id', 'attempts', 'created_at'])) as ClaimedRow[];
	return rows.map(({ ticket_id: ticketId, attempts: attempt, created_at: createdAt }) => {
		return { ticketId, attempt, claim: mine.claim, createdAt };
	});
}

async function requeue(trx: Knex, newJobs: NewJob[], now: number): Promise<string[]> {
	if (newJobs.length === 0) return [];
	const taken = (await trx('ticket_jobs')
		.insert(newJobs.map(waitingRow))
		.onConflict('ticket_id')
		.merge()
		.where((free) => free.whereNot('ticket_jobs.state', 'running').orWhere('ticket_jobs.locked_until', '<', now))
		.returning('ticket_id')) as { ticket_id: string }[];
	return taken.map((row) => row.ticket_id);
}

interface ClaimedRow {
	ticket_id: string;
	attempts: number;
	created_at: number;
}

function waitingRow({ ticketId, priority, createdAt }: NewJob): Record<string, unknown> {
	return {
		ticket_id: ticketId,
		state: 'waiting',
		attempts: 0,
		priority,
		run_after: createdAt,
		locked_until: 0,
		claim: '',
		created_at: createdAt,
	};
}

function dueJobs(knex: Knex, now: number, limit: number): Knex.QueryBuilder {
	return knex('ticket_jobs')
		.select('ticket_id')
		.where((due) => due.where('state', 'waiting').andWhere('run_after', '<=', now))
		.orWhere((lost) => lost.where('state', 'running').andWhere('locked_until', '<', now))
		.orderBy([{ column: 'priority', order: 'desc' }, { column: 'created_at' }])
		.limit(limit);
}

async function readStats(knex: Knex, now: number): Promise<QueueStats> {
	const counts = (await knex('ticket_jobs').select('state').count({ count: '*' }).groupBy('state')) as {
		state: string;
		count: number;
	}[];
	const [{ oldest }] = (await knex('ticket_jobs')
		.where('state', 'waiting')
		.andWhere('run_after', '<=', now)
		.min({ oldest: 'run_after' })) as { oldest: number | null }[];
	const count = (state: string): number => counts.find((row) => row.state === state)?.count ?? 0;
	return {
		waiting: count('waiting'),
		running: count('running'),
		dead: count('dead'),
		oldestWaitingMs: oldest === null ? 0 : Math.max(0, now - oldest),
	};
}
