import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { openDatabase } from '../../../service/database';
import { startBossQueue } from '../../../service/queue/boss-queue';
import type { Point } from '../../helpers/kill-at';
import { startPostgres } from '../../helpers/postgres';
import { eventually } from '../../helpers/service';

/** A database that processes die on. */
export interface Ground {
	url: string;
	/** The test's own look at it. */
	knex: Knex;
	/** The statement by which a job is claimed. */
	claim: Omit<Point, 'when'>;
	/** For whoever is dead: leases have run out, what waits is due, searches have caught up. */
	timePasses(): Promise<void>;
	/** Jobs that wait or run, and those given up. */
	jobs(): Promise<{ open: number; dead: number }>;
	close(): Promise<void>;
}

const LONG_AGO = new Date(0).toISOString();

/** What both databases keep alike. */
async function tablesAge(knex: Knex): Promise<void> {
	await knex('ticket_logs').whereNotNull('delivery_state').update({ delivery_at: LONG_AGO });
	await knex('subscriptions').update({ locked_until: 0, next_attempt_at: 0 });
	await knex('event_deliveries').update({ run_after: 0 });
	// Places at targets that the dead never gave back.
	await knex('limits').delete();
}

export async function onSqlite(): Promise<Ground> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-killed-'));
	const file = join(folder, 'tickets.db');
	const knex = openDatabase({ client: 'sqlite3', connection: file });
	const count = async (dead: boolean): Promise<number> => {
		const jobs = knex('ticket_jobs').where('state', dead ? '=' : '<>', 'dead');
		return (await jobs.select('ticket_id')).length;
	};
	return {
		url: `sqlite:${file}`,
		knex,
		claim: { sql: 'update .ticket_jobs. set .*attempts \\+ 1' },
		async timePasses() {
			await tablesAge(knex);
			await knex('ticket_jobs').where('state', 'running').update({ locked_until: 0 });
			await knex('ticket_jobs').where('state', 'waiting').update({ run_after: 0 });
		},
		jobs: async () => ({ open: await count(false), dead: await count(true) }),
		async close() {
			await knex.destroy();
			rmSync(folder, { recursive: true });
		},
	};
}

/** A backend whose client is dead still ends its statement. */
async function isQuiet(knex: Knex): Promise<boolean> {
	const busy = knex('pg_stat_activity').whereRaw('datname = current_database() AND pid <> pg_backend_pid()');
	return (await busy.whereIn('state', ['active', 'idle in transaction']).first('pid')) === undefined;
}

export async function onPostgres(): Promise<Ground> {
	const postgres = await startPostgres();
	const url = await postgres.createDatabase();
	const knex = openDatabase({ client: 'pg', connection: url });
	const log = pino({ level: 'silent' });
	const queue = await startBossQueue({ knex, connection: url, now: Date.now, leaseMs: 30_000, log });
	const jobs = (name: string): Knex.QueryBuilder => knex('triage_queue.job').where({ name });
	return {
		url,
		knex,
		claim: { sql: 'OF j SKIP LOCKED' },
		async timePasses() {
			await eventually(async () => (await isQuiet(knex)) || undefined, 'what the dead had begun to be over', 600);
			await tablesAge(knex);
			const hourAgo = knex.raw(`now() - interval '1 hour'`);
			await jobs('tickets').where('state', 'active').update({ started_on: hourAgo, heartbeat_on: hourAgo });
			// It looks once in a while, whoever asks.
			await knex('triage_queue.queue').update({ monitor_claim_on: hourAgo });
			await queue.boss.supervise('tickets');
			await jobs('tickets').whereIn('state', ['created', 'retry']).update({ start_after: hourAgo });
		},
		jobs: async () => ({
			open: (await jobs('tickets').select('id')).length,
			dead: (await jobs('tickets-dead').select('id')).length,
		}),
		async close() {
			await queue.close();
			await knex.destroy();
			await postgres.stop();
		},
	};
}
