import type { Knex } from 'knex';
import { fromKnex, type PgBoss } from 'pg-boss';
import { DEAD, TICKETS, type Payload } from './boss-queue';

interface TableJob {
	ticket_id: string;
	state: 'waiting' | 'running' | 'dead';
	attempts: number;
	priority: number;
	run_after: string;
	created_at: string;
}

const BATCH = 500;

/**
 * Hands the jobs that an earlier version left in `ticket_jobs` to pg-boss, the oldest first, each with its
 * tries and its time; several processes may do so at once. Resolves with how many they were.
 */
export async function adoptTableJobs(knex: Knex, { boss }: { boss: PgBoss }): Promise<number> {
	let adopted = 0;
	for (let moved = await moveBatch(knex, boss); moved > 0; moved = await moveBatch(knex, boss)) adopted += moved;
	return adopted;
}

async function moveBatch(knex: Knex, boss: PgBoss): Promise<number> {
	return knex.transaction(async (trx) => {
		const batch = trx('ticket_jobs').select('ticket_id').orderBy('created_at').limit(BATCH).forUpdate().skipLocked();
		const jobs = (await trx('ticket_jobs').whereIn('ticket_id', batch).delete().returning('*')) as TableJob[];
		const [dead, alive] = [jobs.filter(isDead), jobs.filter((job) => !isDead(job))];
		const db = fromKnex(trx);
		if (alive.length > 0) await boss.insert(TICKETS, alive.map(toWaiting), { db });
		if (dead.length > 0) await boss.insert(DEAD, dead.map(toDead), { db });
		return jobs.length;
	});
}

function isDead({ state }: TableJob): boolean {
	return state === 'dead';
}

/** What was being worked on waits too: the process that did so has ended, or will find its job gone. */
function toWaiting({ ticket_id, priority, attempts, run_after, created_at }: TableJob) {
	const data: Payload = { created_at: Number(created_at), free: -attempts };
	return { singletonKey: ticket_id, priority, startAfter: new Date(Number(run_after)), data };
}

function toDead({ ticket_id, attempts, created_at }: TableJob) {
	return { singletonKey: ticket_id, data: { created_at: Number(created_at), attempts } };
}
