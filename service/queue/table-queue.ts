import type { Knex } from 'knex';
import type { Job, NewJob, Queue, QueueStats } from './queue';

export interface TableQueueOptions {
	knex: Knex;
	now: () => number;
	leaseMs: number;
}

/** The embedded queue: a table beside the tickets, for one process. */
export function createTableQueue({ knex, now, leaseMs }: TableQueueOptions): Queue {
	const jobs = (connection: Knex) => connection('ticket_jobs');
	return {
		leaseMs,
		async enqueue(trx, newJobs) {
			const lockedUntil = now() + leaseMs;
			if (newJobs.length > 0) await jobs(trx).insert(newJobs.map((job) => toRow(job, lockedUntil)));
		},
		claim: (limit) => claim(limit, { knex, now, leaseMs }),
		requeue: (trx, newJobs) => requeue(jobs(trx), newJobs, now()),
		async extend(ticketIds) {
			await jobs(knex)
				.whereIn('ticket_id', ticketIds)
				.update({ locked_until: now() + leaseMs });
		},
		async complete(trx, ticketIds) {
			if (ticketIds.length > 0) await jobs(trx).whereIn('ticket_id', ticketIds).delete();
		},
		async postpone(trx, ticketId, { runAfter, attempts }) {
			const change = { state: 'waiting', run_after: runAfter, locked_until: 0, attempts };
			await jobs(trx).where({ ticket_id: ticketId }).update(change);
		},
		async bury(trx, ticketId) {
			await jobs(trx).where({ ticket_id: ticketId }).update({ state: 'dead', locked_until: 0 });
		},
		stats: () => readStats(knex, now()),
	};
}

async function claim(limit: number, { knex, now, leaseMs }: TableQueueOptions): Promise<Job[]> {
	const rows = (await knex('ticket_jobs')
		.whereIn('ticket_id', dueJobs(knex, now(), limit))
		.update({ state: 'running', attempts: knex.raw('attempts + 1'), locked_until: now() + leaseMs })
		.returning(['ticket_id', 'attempts', 'created_at'])) as ClaimedRow[];
	return rows.map((row) => ({ ticketId: row.ticket_id, attempt: row.attempts, createdAt: Number(row.created_at) }));
}

async function requeue(jobs: Knex.QueryBuilder, newJobs: NewJob[], now: number): Promise<string[]> {
	if (newJobs.length === 0) return [];
	const taken = (await jobs
		.insert(newJobs.map((job) => toRow({ ...job, claimed: false }, 0)))
		.onConflict('ticket_id')
		.merge()
		.where((free) => free.whereNot('ticket_jobs.state', 'running').orWhere('ticket_jobs.locked_until', '<', now))
		.returning('ticket_id')) as { ticket_id: string }[];
	return taken.map((row) => row.ticket_id);
}

interface ClaimedRow {
	ticket_id: string;
	attempts: number;
	/** PostgreSQL gives a bigint as text. */
	created_at: number | string;
}

function toRow({ ticketId, priority, createdAt, claimed }: NewJob, lockedUntil: number): Record<string, unknown> {
	return {
		ticket_id: ticketId,
		state: claimed ? 'running' : 'waiting',
		attempts: claimed ? 1 : 0,
		priority,
		run_after: createdAt,
		locked_until: claimed ? lockedUntil : 0,
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
		count: number | string;
	}[];
	const [{ oldest }] = (await knex('ticket_jobs')
		.where('state', 'waiting')
		.andWhere('run_after', '<=', now)
		.min({ oldest: 'run_after' })) as { oldest: number | string | null }[];
	const count = (state: string): number => Number(counts.find((row) => row.state === state)?.count ?? 0);
	return {
		waiting: count('waiting'),
		running: count('running'),
		dead: count('dead'),
		oldestWaitingMs: oldest === null ? 0 : Math.max(0, now - Number(oldest)),
	};
}
