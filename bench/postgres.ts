import type { Knex } from 'knex';
import { openDatabase } from '../service/database';
import { startPostgres, type Postgres } from '../test/helpers/postgres';
import { row } from './figures';
import { failures, sendTickets, type Load } from './load';
import { benchPages } from './pages';
import { measureLimit } from './postgres-limit';
import { SCALE } from './scale';
import { SERVICE, SERVICE_WITH_PROBE, startServer, type ServerProcess } from './server-process';

const CONNECTIONS = 256;
/** As many as a worker of the service takes at once. */
const FETCHED = 64;
const BATCH = 50;
const PROCESSES = [1, 2, 4];
const FEW = 1000;
const MANY = SCALE.received;

interface Run {
	/** Tickets accepted and settled a second. */
	rate: number;
	/** Milliseconds, of the slowest process. */
	p99: number;
	failed: string;
}

/** The service on a PostgreSQL that forces its writes to disk, against what that could do at best. */
export async function benchPostgres(seconds: number): Promise<void> {
	const postgres = await startPostgres({ durable: true });
	try {
		console.log(`PostgreSQL, local classifier, ${CONNECTIONS} connections; L is what the database could do at best`);
		await benchSingles(postgres, seconds);
		await benchBatches(postgres, seconds);
		await benchPages(await postgres.createDatabase());
		console.log('');
	} finally {
		await postgres.stop();
	}
}

/** A request and an answer for each ticket, which is settled by then. */
async function benchSingles(postgres: Postgres, seconds: number): Promise<void> {
	const limit = await limitOf(postgres, seconds, 1);
	row('L, a ticket a transaction', `${perSecond(limit)}, ${FETCHED} a fetch`);
	let alone = 0;
	for (const processes of PROCESSES) {
		const { rate, p99, failed } = await measureProcesses(postgres, processes, seconds);
		alone ||= rate;
		const share = `${(rate / limit).toFixed(2)} L (to reach: 0.50)`;
		const gain = processes === 1 ? '' : `, ${(rate / alone).toFixed(2)} of one`;
		const goal = processes === 4 ? ' (to reach: 1.00)' : '';
		row(`${processes} at work`, `${perSecond(rate)}, p99 ${p99} ms, ${share}${gain}${goal}${failed}`);
	}
}

/** Tickets that come many at a time, as from a spreadsheet, and what stays in memory of them. */
async function benchBatches(postgres: Postgres, seconds: number): Promise<void> {
	const limit = await limitOf(postgres, seconds, BATCH);
	row(`L, ${BATCH} tickets a transaction`, perSecond(limit));
	const connection = await postgres.createDatabase();
	const server = await start(connection, SERVICE_WITH_PROBE);
	const knex = openDatabase({ client: 'pg', connection });
	const send = (tickets: number): Promise<Run> =>
		settledAfter(knex, [{ url: server.url, batch: BATCH, connections: 4, until: { requests: tickets / BATCH } }]);
	try {
		await send(FEW);
		const before = await server.memory();
		const { rate, failed } = await send(MANY - FEW);
		row('1 at work', `${perSecond(rate)}, ${(rate / limit).toFixed(2)} L${failed}`);
		const after = await server.memory();
		const growth = (of: 'heapUsed' | 'rss'): string =>
			`${megabytes(before[of])} → ${megabytes(after[of])} MB (${((after[of] / before[of] - 1) * 100).toFixed(0)} %)`;
		const tickets = `${FEW.toLocaleString('en-US')} → ${MANY.toLocaleString('en-US')} tickets`;
		row(`memory, ${tickets}`, `heap ${growth('heapUsed')}, in all ${growth('rss')} (to reach: ±15 %)`);
	} finally {
		await knex.destroy();
		server.stop();
	}
}

async function limitOf(postgres: Postgres, seconds: number, accepted: number): Promise<number> {
	return await measureLimit({ connection: await postgres.createDatabase(), seconds, accepted, fetched: FETCHED });
}

async function measureProcesses(postgres: Postgres, processes: number, seconds: number): Promise<Run> {
	const connection = await postgres.createDatabase();
	const servers: ServerProcess[] = [];
	const knex = openDatabase({ client: 'pg', connection });
	try {
		while (servers.length < processes) servers.push(await start(connection, SERVICE));
		const load = (until: Load['until']): Load[] =>
			servers.map(({ url }) => ({ url, connections: CONNECTIONS / processes, until }));
		await settledAfter(knex, load({ seconds: Math.min(3, seconds) }));
		return await settledAfter(knex, load({ seconds }));
	} finally {
		await knex.destroy();
		servers.forEach(({ stop }) => stop());
	}
}

function start(connection: string, script: string): Promise<ServerProcess> {
	return startServer(script, [], { DATABASE_URL: connection, PORT: '0', HOST: '127.0.0.1', CLASSIFIER: 'local' });
}

async function settledAfter(knex: Knex, loads: Load[]): Promise<Run> {
	const before = await countTickets(knex);
	const started = performance.now();
	const results = await Promise.all(loads.map(sendTickets));
	const unsettled = (): Promise<number> => countTickets(knex, ['received', 'classified']);
	while ((await unsettled()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
	const seconds = (performance.now() - started) / 1000;
	const sum = (of: 'non2xx' | 'errors'): number => results.reduce((total, result) => total + result[of], 0);
	return {
		rate: ((await countTickets(knex)) - before) / seconds,
		p99: Math.max(...results.map(({ latency }) => latency.p99)),
		failed: failures({ non2xx: sum('non2xx'), errors: sum('errors') }),
	};
}

async function countTickets(knex: Knex, statuses?: string[]): Promise<number> {
	const tickets = knex('ticket_logs').count({ count: '*' });
	const [{ count }] = (await (statuses ? tickets.whereIn('status', statuses) : tickets)) as { count: string }[];
	return Number(count);
}

function perSecond(rate: number): string {
	return `${rate.toFixed(0).padStart(6)}/s`;
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(0);
}
