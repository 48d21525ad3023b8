import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEMS, createTarget } from '../fake-targets';
import { createFaultSource, evenRates, type FaultSource } from '../fake-targets/faults';
import { sampleMapping } from '../fake-targets/sample-mapping';
import { startFakeTarget, type RunningTarget } from '../fake-targets/server';
import { loadConfig } from '../service/config';
import { createLogger } from '../service/logger';
import { createService, type Service } from '../service/service';
import { clearTicket, reachedBy } from './storm-tickets';

export interface StormOptions {
	tickets: number;
	/** Share of the requests, 0–1, that something happens to; spread evenly over all faults. */
	faultShare: number;
	seed: number;
}

/** How a ticket stands, and how often its system holds it. */
export interface StormTicket {
	ticketId: string;
	system: string;
	status: string;
	reason: string | null;
	held: number;
	/** What its history says of doubt. */
	mayBeDouble: boolean;
	found: boolean;
}

export interface Storm {
	service: Service;
	url: string;
	/** Requests that were struck, by fault. */
	struck: Record<string, number>;
	/** Milliseconds until nothing was left to do. */
	tookMs: number;
	tickets(): Promise<StormTicket[]>;
	/** What went wrong within the stand-ins themselves. */
	mistakes(): string[];
	/** From now on nothing goes wrong; failed tickets are put back to work. Resolves when nothing is left to do. */
	calm(): Promise<number>;
	close(): Promise<void>;
}

const KEY = 'a-key-for-the-bench';
/** Waits of seconds and minutes made short; the order of what happens is the same. */
const TIMING = { pollMs: 20, leaseMs: 5000, deliveryTimeoutMs: 1500, firstRetryMs: 50, lagScale: 0.01 };
const INDEX_LAG_MS = 50;

/** Sends tickets through the service to a stand-in for every system, in bad weather. */
export async function startStorm({ tickets, faultShare, seed }: StormOptions): Promise<Storm> {
	const weather = SYSTEMS.map((_, i) => createFaultSource({ seed: seed + i, rates: evenRates(faultShare) }));
	const targets = await Promise.all(
		SYSTEMS.map((system, i) =>
			startFakeTarget(createTarget(system, { indexLagMs: INDEX_LAG_MS }), { faults: weather[i], retryAfterSeconds: 1 }),
		),
	);
	const folder = mkdtempSync(join(tmpdir(), 'triage-storm-'));
	const service = await openService(join(folder, 'storm.db'));
	const server = createServer(service.app).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await mapTo(url, targets);
	const started = performance.now();
	for (let i = 0; i < tickets; i += 250) await submit(url, i, Math.min(250, tickets - i));
	await untilIdle(service);
	const tookMs = performance.now() - started;
	return {
		service,
		url,
		tookMs,
		struck: countFaults(targets),
		tickets: () => readTickets(service, targets),
		mistakes: () => targets.flatMap(({ requests }) => requests.flatMap(({ failure }) => failure ?? [])),
		calm: () => calm(service, url, weather),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await service.close();
			await Promise.all(targets.map((target) => target.close()));
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function openService(file: string): Promise<Service> {
	const environment = {
		...{ DATABASE_URL: `sqlite:${file}`, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', LOG_LEVEL: 'silent' },
		...{ CONFIDENCE_THRESHOLD: '0', TRIAGE_API_KEYS: `bench:${KEY}`, RETRY_BACKOFF_FACTOR: '1.5' },
	};
	return createService({
		config: loadConfig(environment, tmpdir()),
		log: createLogger('silent', 'bench', 2),
		version: 'bench',
		lookup: () => undefined,
		timing: TIMING,
	});
}

async function mapTo(url: string, targets: readonly RunningTarget[]): Promise<void> {
	for (const { target, url: endpoint } of targets) {
		const sample = sampleMapping(target.system, endpoint);
		const settings = { ...sample.settings, max_per_minute: 6000, max_at_once: 8 };
		await call(url, 'POST', '/mappings', { ...sample, ...reachedBy(target.system), settings });
	}
	// What was seeded leads to the inbox, and stands before.
	const { mappings } = (await call(url, 'GET', '/mappings')) as { mappings: { id: number; system: string }[] };
	for (const { id } of mappings.filter(({ system }) => system === 'inbox')) {
		await call(url, 'DELETE', `/mappings/${id}`);
	}
}

async function submit(url: string, first: number, count: number): Promise<void> {
	const tickets = Array.from({ length: count }, (_, i) => clearTicket(first + i));
	await call(url, 'POST', '/webhook/tickets', { tickets });
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
	const response = await fetch(url + path, {
		method,
		headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', prefer: 'respond-async' },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
	return text === '' ? null : JSON.parse(text);
}

async function untilIdle({ knex }: Service): Promise<void> {
	for (;;) {
		const [{ jobs }] = (await knex('ticket_jobs').whereNot('state', 'dead').count({ jobs: '*' })) as { jobs: number }[];
		if (Number(jobs) === 0) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function calm(service: Service, url: string, weather: readonly FaultSource[]): Promise<number> {
	weather.forEach((faults) => faults.setRates({}));
	const { retried } = (await call(url, 'POST', '/tickets/retry', { limit: 10_000 })) as { retried: number };
	await untilIdle(service);
	return retried;
}

function countFaults(targets: readonly RunningTarget[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { fault } of targets.flatMap(({ requests }) => requests)) {
		if (fault !== null) counts[fault] = (counts[fault] ?? 0) + 1;
	}
	return counts;
}

async function readTickets({ knex }: Service, targets: readonly RunningTarget[]): Promise<StormTicket[]> {
	const held = new Map<string, number>();
	for (const { ticketId } of targets.flatMap(({ target }) => target.tickets)) {
		held.set(ticketId, (held.get(ticketId) ?? 0) + 1);
	}
	const rows = (await knex('ticket_logs as t')
		.leftJoin('team_mappings as m', 'm.id', 't.delivery_mapping')
		.select('t.ticket_id', 't.status', 't.error_message', 'm.system')) as Record<string, string | null>[];
	const events = (await knex('ticket_events').whereIn('step', ['sent_again', 'asked'])) as Record<string, string>[];
	const said = (id: string, text: string): boolean =>
		events.some(({ ticket_id, detail }) => ticket_id === id && detail.includes(text));
	return rows.map((row) => ({
		ticketId: String(row.ticket_id),
		system: String(row.system),
		status: String(row.status),
		reason: row.error_message,
		held: held.get(String(row.ticket_id)) ?? 0,
		mayBeDouble: said(String(row.ticket_id), '"may_be_double":true'),
		found: said(String(row.ticket_id), '"found":true'),
	}));
}
