import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeGemini, type FakeGemini } from '../fake-gemini/server';
import { SYSTEMS, createTarget } from '../fake-targets';
import { createFaultSource, evenRates, type FaultSource } from '../fake-targets/faults';
import { sampleMapping } from '../fake-targets/sample-mapping';
import { startFakeTarget, type RunningTarget } from '../fake-targets/server';
import { startPostgres } from '../test/helpers/postgres';
import { SERVICE_WITH_PROBE, startServer, type ServerProcess } from './server-process';
import type { SoakOptions } from './soak-options';
import { reachedBy } from './storm-tickets';

export const KEY = 'a-key-for-the-soak';

/** What it is like outside: `bad` strikes a few requests of every kind, `down` is a system that is not there. */
export type Weather = 'calm' | 'bad' | 'down' | 'gemini_busy';

/** The built service as a process, and everything around it. */
export interface World {
	url: string;
	service: ServerProcess;
	targets: readonly RunningTarget[];
	gemini: FakeGemini;
	change(weather: Weather): void;
	close(): Promise<void>;
}

const BAD_SHARE = 0.03;

export async function startWorld({ database, seed }: SoakOptions): Promise<World> {
	const closing: (() => unknown)[] = [];
	const close = async (): Promise<void> => {
		for (const end of closing.reverse()) await end();
	};
	try {
		const gemini = await startFakeGemini({ seed, latencyMs: 40, perTicketMs: 1, retryDelaySeconds: 2 });
		closing.push(() => gemini.close());
		const sky = SYSTEMS.map((_, i) => createFaultSource({ seed: seed + i }));
		const targets = await Promise.all(
			SYSTEMS.map((system, i) => startFakeTarget(createTarget(system), { faults: sky[i], latencyMs: () => 10 })),
		);
		closing.push(() => Promise.all(targets.map((target) => target.close())));
		const connection = await openConnection(database, closing);
		const service = await startServer(SERVICE_WITH_PROBE, [], environment(connection, gemini.url));
		closing.push(() => service.stop());
		await mapTo(service.url, targets);
		const change = (weather: Weather): void => changeWeather(weather, sky, gemini);
		return { url: service.url, service, targets, gemini, change, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function environment(connection: string, gemini: string): NodeJS.ProcessEnv {
	return {
		...{ DATABASE_URL: connection, PORT: '0', HOST: '127.0.0.1', ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
		...{ TRIAGE_API_KEYS: `soak:${KEY}`, CONFIDENCE_THRESHOLD: '0', RETRY_BACKOFF_FACTOR: '1.5' },
		...{ GEMINI_API_KEY: 'fake', GEMINI_BASE_URL: gemini, GEMINI_REQUESTS_PER_MINUTE: '600' },
		...{ GEMINI_MAX_WAIT_MS: '3000', RATE_LIMIT_PER_MINUTE: '0', SYNC_WAIT_MS: '5000' },
	};
}

async function openConnection(database: SoakOptions['database'], closing: (() => unknown)[]): Promise<string> {
	if (database === 'postgres') {
		const postgres = await startPostgres();
		closing.push(() => postgres.stop());
		return postgres.createDatabase();
	}
	const folder = mkdtempSync(join(tmpdir(), 'triage-soak-'));
	closing.push(() => rmSync(folder, { recursive: true, force: true }));
	return `sqlite:${join(folder, 'soak.db')}`;
}

function changeWeather(weather: Weather, sky: readonly FaultSource[], gemini: FakeGemini): void {
	const rates = weather === 'calm' ? {} : evenRates(BAD_SHARE);
	sky.forEach((faults) => faults.setRates(rates));
	if (weather === 'down') sky[SYSTEMS.indexOf('http')].setRates({ unavailable: 0.5, reset_before: 0.5 });
	if (weather === 'gemini_busy') gemini.setRates({ rate_limited: 0.9 });
	else gemini.setRates(weather === 'calm' ? {} : { rate_limited: 0.01, wrapped: 0.01, truncated: 0.01, reset: 0.01 });
}

export async function ask(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
	const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
	const response = await fetch(url + path, {
		method,
		headers,
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`);
	return text.startsWith('{') ? JSON.parse(text) : text;
}

async function mapTo(url: string, targets: readonly RunningTarget[]): Promise<void> {
	for (const { target, url: endpoint } of targets) {
		const sample = sampleMapping(target.system, endpoint);
		const settings = { ...sample.settings, max_per_minute: 6000, max_at_once: 16 };
		await ask(url, 'POST', '/mappings', { ...sample, ...reachedBy(target.system), settings });
	}
	// What was seeded leads to the inbox, and stands before.
	const { mappings } = (await ask(url, 'GET', '/mappings')) as { mappings: { id: number; system: string }[] };
	for (const { id } of mappings.filter(({ system }) => system === 'inbox')) await ask(url, 'DELETE', `/mappings/${id}`);
}
