import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { fromKnex, PgBoss, type CommandResponse, type JobAttempt, type JobWithMetadata } from 'pg-boss';
import type { Logger } from '../logger';
import { LostClaim, type Job, type NewJob, type Queue, type QueueStats } from './queue';

export interface BossQueueOptions {
	knex: Knex;
	/** The URL of the same database: pg-boss has a few connections of its own for what is nobody's transaction. */
	connection: string;
	now: () => number;
	/** Not below ten seconds, which is the least that pg-boss knows. */
	leaseMs: number;
	log: Logger;
}

export interface BossQueue extends Queue {
	boss: PgBoss;
	close(): Promise<void>;
}

const SCHEMA = 'triage_queue';
export const TICKETS = 'tickets';
/** Given up, kept for a person. */
export const DEAD = 'tickets-dead';
/** pg-boss drops what waits too long; here nothing is dropped but by us. */
const FOREVER_SECONDS = 2_000_000_000;
/** It is the tries counted here that end a ticket. */
const RETRY_LIMIT = 1_000_000_000;
/** The longest that pg-boss knows. Whose process lives is told by heartbeats. */
const LONGEST_RUN_SECONDS = 86_400;
const LEAST_LEASE_SECONDS = 10;
const CONNECTIONS = 4;
/** It hands these to pg: a connection that owes an answer for so long is given up. Making its tables may take a while. */
const PATIENCE = { query_timeout: 30_000, keepAlive: true };

export interface Payload {
	created_at: number;
	/** Claims that were no tries. */
	free: number;
}

/**
 * The queue of many processes on PostgreSQL: pg-boss, with a job's heartbeats as its lease, and its number of retries as
 * the mark by which a claim that was overtaken is known. A ticket's id is the job's key, of which there is one at a time.
 */
export async function startBossQueue({ knex, connection, now, leaseMs, log }: BossQueueOptions): Promise<BossQueue> {
	const leaseSeconds = Math.max(LEAST_LEASE_SECONDS, Math.ceil(leaseMs / 1000));
	const boss = await startBoss(connection, leaseSeconds, log);
	return {
		boss,
		leaseMs: leaseSeconds * 1000,
		...createClaims(boss),
		...createChanges(boss),
		async forget(trx, ticketIds) {
			await jobsOf(trx).where('name', DEAD).whereIn('singleton_key', ticketIds).delete();
			const left = jobsOf(trx).where('name', TICKETS).whereIn('singleton_key', ticketIds);
			return (await left.pluck('singleton_key')) as string[];
		},
		stats: () => readStats(knex, now()),
		close: () => boss.stop({ graceful: false }),
	};
}

function createClaims(boss: PgBoss): Pick<Queue, 'claim' | 'extend' | 'hold'> {
	return {
		claim: (limit) => claim(boss, limit),
		async extend(jobs) {
			if (jobs.length > 0) await boss.touch(TICKETS, jobs.map(attemptOf));
		},
		async hold(trx, jobs) {
			if (jobs.length > 0) expectAll(jobs, await boss.touch(TICKETS, jobs.map(attemptOf), { db: fromKnex(trx) }));
		},
	};
}

function createChanges(boss: PgBoss): Pick<Queue, 'enqueue' | 'complete' | 'requeue' | 'postpone' | 'bury'> {
	const remove = async (trx: Knex, jobs: Job[]): Promise<void> => {
		if (jobs.length > 0) expectAll(jobs, await boss.deleteJob(TICKETS, jobs.map(attemptOf), { db: fromKnex(trx) }));
	};
	return {
		async enqueue(trx, jobs, wanted) {
			await insert(boss, trx, jobs);
			return wanted > 0 ? await claim(boss, wanted, trx) : [];
		},
		complete: remove,
		requeue: (trx, jobs) => requeue(boss, trx, jobs),
		async postpone(trx, job, { runAfter, attempts }) {
			const db = fromKnex(trx);
			const attempt = attemptOf(job);
			expectAll([job], await boss.fail(TICKETS, attempt, null, { db }));
			const payload: Payload = { created_at: job.createdAt, free: attempt.retryCount + 1 - attempts };
			await boss.update(TICKETS, payload, { id: attempt.id, startAfter: new Date(runAfter), db });
		},
		async bury(trx, job) {
			await remove(trx, [job]);
			const data = { created_at: job.createdAt, attempts: job.attempt };
			await boss.insert(DEAD, [{ singletonKey: job.ticketId, data }], { db: fromKnex(trx) });
		},
	};
}

async function startBoss(connection: string, leaseSeconds: number, log: Logger): Promise<PgBoss> {
	const watchSeconds = Math.max(1, Math.floor(leaseSeconds / 3));
	const boss = new PgBoss({
		connectionString: connection,
		max: CONNECTIONS,
		...PATIENCE,
		application_name: 'ticket-triage',
		schema: SCHEMA,
		superviseIntervalSeconds: watchSeconds,
		monitorIntervalSeconds: watchSeconds,
	});
	boss.on('error', (error) => log.error({ error }, 'the queue has met an error'));
	boss.on('warning', ({ message }) => log.warn({ about: message }, 'the queue has something to say'));
	await boss.start();
	const kept = { retentionSeconds: FOREVER_SECONDS, policy: 'exclusive' } as const;
	await boss.createQueue(DEAD, kept);
	await boss.createQueue(TICKETS, {
		...kept,
		retryLimit: RETRY_LIMIT,
		heartbeatSeconds: leaseSeconds,
		expireInSeconds: LONGEST_RUN_SECONDS,
	});
	return boss;
}

async function claim(boss: PgBoss, limit: number, trx?: Knex): Promise<Job[]> {
	const through = trx && { db: fromKnex(trx) };
	const jobs = await boss.fetch<Payload>(TICKETS, { batchSize: limit, includeMetadata: true, ...through });
	return jobs.map(toJob);
}

/** Resolves with the tickets that had no job. */
async function insert(boss: PgBoss, trx: Knex, jobs: NewJob[]): Promise<string[]> {
	if (jobs.length === 0) return [];
	const rows = jobs.map(({ ticketId, priority, createdAt }) => ({
		id: randomUUID(),
		singletonKey: ticketId,
		priority,
		data: { created_at: createdAt, free: 0 } satisfies Payload,
	}));
	const inserted = new Set(await boss.insert(TICKETS, rows, { db: fromKnex(trx), returnId: true }));
	return rows.filter(({ id }) => inserted.has(id)).map(({ singletonKey }) => singletonKey);
}

/** Whatever waits or is dead makes room for a job that begins anew; one that is worked on does not. */
async function requeue(boss: PgBoss, trx: Knex, jobs: NewJob[]): Promise<string[]> {
	if (jobs.length === 0) return [];
	await jobsOf(trx)
		.whereIn('name', [TICKETS, DEAD])
		.whereIn(
			'singleton_key',
			jobs.map(({ ticketId }) => ticketId),
		)
		.where((free) => free.where('name', DEAD).orWhereIn('state', ['created', 'retry']))
		.delete();
	return await insert(boss, trx, jobs);
}

/** pg-boss answers with how many it found, and leaves that out of its types. */
function expectAll(jobs: Job[], response: CommandResponse): void {
	if ((response as { affected: number }).affected !== jobs.length) throw new LostClaim();
}

function jobsOf(connection: Knex): Knex.QueryBuilder {
	return connection.withSchema(SCHEMA).table('job');
}

function toJob({ id, singletonKey, retryCount, data }: JobWithMetadata<Payload>): Job {
	return {
		ticketId: String(singletonKey),
		attempt: retryCount + 1 - data.free,
		claim: `${id}:${retryCount}`,
		createdAt: data.created_at,
	};
}

function attemptOf({ claim }: Job): JobAttempt {
	const [id, retryCount] = claim.split(':');
	return { id, retryCount: Number(retryCount) };
}

async function readStats(knex: Knex, now: number): Promise<QueueStats> {
	const rows = (await jobsOf(knex)
		.whereIn('name', [TICKETS, DEAD])
		.select('name', 'state')
		.count({ count: '*' })
		.min({ oldest: 'start_after' })
		.groupBy('name', 'state')) as { name: string; state: string; count: string; oldest: Date }[];
	const count = (of: (row: { name: string; state: string }) => boolean): number =>
		rows.filter(of).reduce((sum, row) => sum + Number(row.count), 0);
	const waits = ({ name, state }: { name: string; state: string }): boolean =>
		name === TICKETS && ['created', 'retry'].includes(state);
	const oldest = Math.min(now, ...rows.filter(waits).map((row) => row.oldest.getTime()));
	return {
		waiting: count(waits),
		running: count(({ name, state }) => name === TICKETS && state === 'active'),
		dead: count(({ name }) => name === DEAD),
		oldestWaitingMs: now - oldest,
	};
}
