import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { loadConfig } from '../../service/config';
import { openDatabase } from '../../service/database';
import { createLogger } from '../../service/logger';
import { openPreparedDatabase } from '../../service/prepared-database';
import { startPostgres, type Postgres } from '../helpers/postgres';

jest.setTimeout(60_000);

/** Far enough from each other for a machine that is busy. */
const SHORT = { lockMs: 100, statementMs: 1000, idleTransactionMs: 200, silenceMs: 4000 };

let postgres: Postgres;
let url: string;
let limited: Knex;
let unhurried: Knex;

beforeAll(async () => {
	postgres = await startPostgres();
	url = await postgres.createDatabase();
	const log = createLogger('silent', 'test');
	limited = openDatabase({ client: 'pg', connection: url }, log, SHORT);
	unhurried = openDatabase({ client: 'pg', connection: url }, log, null);
	await unhurried.schema.createTable('things', (table) => table.integer('n'));
});

afterAll(async () => {
	await Promise.all([limited.destroy(), unhurried.destroy()]);
	await postgres.stop();
});

const whileLocked = (): Promise<void> =>
	unhurried.transaction(async (trx) => {
		await trx.raw('LOCK TABLE things');
		await limited('things').select();
	});

const idly = (): Promise<void> =>
	limited.transaction(async (trx) => {
		await trx('things').select();
		await sleep(SHORT.idleTransactionMs * 10);
		await trx('things').select();
	});

/** As a server that hangs: it does not heed its own limit. */
const silently = (): Promise<void> =>
	limited.transaction(async (trx) => {
		await trx.raw('SET LOCAL statement_timeout = 0');
		await trx.raw('SELECT pg_sleep(30)');
	});

it.each([
	{ what: 'waiting for what another holds', work: whileLocked, error: { code: '55P03' } },
	{ what: 'a long statement', work: () => limited.raw('SELECT pg_sleep(30)'), error: { code: '57014' } },
	{ what: 'an idle transaction', work: idly, error: { message: expect.stringMatching(/not queryable|terminated/) } },
	{ what: 'a silent connection', work: silently, error: { message: expect.stringMatching(/in time|not queryable/) } },
])('$what ends, and the pool is as good as before', async ({ work, error }) => {
	await expect(Promise.resolve(work())).rejects.toMatchObject(error);
	expect(await Promise.all(Array.from({ length: 10 }, () => limited('things').select()))).toEqual(Array(10).fill([]));
});

it('connections that are only idle stay', async () => {
	const pids = (): Promise<unknown[]> =>
		unhurried('pg_stat_activity').where({ state: 'idle' }).orderBy('pid').pluck('pid');
	const before = await pids();
	await sleep(SHORT.silenceMs * 2);
	expect(before.length).toBeGreaterThan(0);
	expect(await pids()).toEqual(expect.arrayContaining(before));
});

it('whoever starts while another changes the tables waits as long as that takes', async () => {
	const config = loadConfig({ DATABASE_URL: url }, process.cwd());
	const held = await unhurried.transaction();
	await held.raw('SELECT pg_advisory_xact_lock(7420116)');
	const opening = openPreparedDatabase(config, DEFAULT_DEPARTMENTS, createLogger('silent', 'test'));
	// Longer than locks are waited for later.
	await sleep(5500);
	await held.commit();
	const opened = await opening;
	const { rows } = (await opened.raw("SELECT current_setting('lock_timeout') AS lock_timeout")) as { rows: unknown[] };
	expect(rows).toEqual([{ lock_timeout: '5s' }]);
	await opened.destroy();
});
