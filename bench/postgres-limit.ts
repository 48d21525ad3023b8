import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { fromKnex, PgBoss } from 'pg-boss';
import { openDatabase } from '../service/database';
import { TICKET } from './load';

export interface LimitOptions {
	/** Of an empty database. */
	connection: string;
	seconds: number;
	/** Tickets a transaction. */
	accepted: number;
	/** Jobs a fetch. */
	fetched: number;
}

const QUEUE = 'limit';
/** As many as the service's pools have connections. */
const TRANSACTIONS = 10;
const FETCHES = 4;

/**
 * Tickets a second that PostgreSQL and pg-boss could take in and be done with, if nothing had to be done with them: rows and
 * their jobs in one transaction, then jobs fetched and completed.
 */
export async function measureLimit({ connection, seconds, accepted, fetched }: LimitOptions): Promise<number> {
	const knex = openDatabase({ client: 'pg', connection });
	const boss = new PgBoss({ connectionString: connection, max: FETCHES, supervise: false, schedule: false });
	await boss.start();
	await boss.createQueue(QUEUE);
	await createTable(knex);
	try {
		const started = performance.now();
		const until = started + seconds * 1000;
		const tickets = await inParallel(TRANSACTIONS, async () => {
			return performance.now() < until ? await accept(knex, boss, accepted) : 0;
		});
		await inParallel(FETCHES, () => settle(boss, fetched));
		return (tickets / (performance.now() - started)) * 1000;
	} finally {
		await boss.stop({ graceful: false });
		await knex.destroy();
	}
}

/** A ticket as it arrives, and what it is found by. */
async function createTable(knex: Knex): Promise<void> {
	await knex.schema.createTable('limit_tickets', (table) => {
		table.bigIncrements('id');
		table.text('ticket_id').notNullable().unique();
		for (const column of ['title', 'description', 'email']) table.text(column);
		table.timestamp('created_at');
	});
}

/** Runs `part` again and again, so many at once, until it has done nothing. Resolves with what all have done. */
async function inParallel(atOnce: number, part: () => Promise<number>): Promise<number> {
	const done = Array.from({ length: atOnce }, async () => {
		let sum = 0;
		for (let last = await part(); last > 0; last = await part()) sum += last;
		return sum;
	});
	return (await Promise.all(done)).reduce((sum, one) => sum + one, 0);
}

async function accept(knex: Knex, boss: PgBoss, count: number): Promise<number> {
	const created_at = new Date().toISOString();
	const rows = Array.from({ length: count }, () => ({ ticket_id: randomUUID(), ...TICKET, created_at }));
	const jobs = rows.map(({ ticket_id }) => ({ data: { ticket_id } }));
	await knex.transaction(async (trx) => {
		await trx('limit_tickets').insert(rows);
		if (count === 1) await boss.send(QUEUE, jobs[0].data, { db: fromKnex(trx) });
		else await boss.insert(QUEUE, jobs, { db: fromKnex(trx) });
	});
	return count;
}

async function settle(boss: PgBoss, count: number): Promise<number> {
	const jobs = await boss.fetch(QUEUE, { batchSize: count });
	if (jobs.length === 0) return 0;
	const ids = jobs.map(({ id }) => id);
	await boss.complete(QUEUE, ids);
	return ids.length;
}
