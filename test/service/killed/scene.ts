import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Point } from '../../helpers/kill-at';
import { mappingTo } from '../../helpers/fleet';
import { ROOT, spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually, type JsonAnswer, type RunningService } from '../../helpers/service';
import type { Ground } from './ground';
import { startReceiver, startStand, type Stand } from './stand';

export type Call = RunningService['call'];

export const SYSTEMS = ['jira', 'http', 'slack'] as const;
export type System = (typeof SYSTEMS)[number];
export const DEPARTMENTS: Record<System, string> = { jira: 'IT', http: 'Finance', slack: 'HR' };

/** A database, stand-ins, and processes that are killed. */
export interface Scene {
	ground: Ground;
	stands: Record<System, Stand>;
	receiver: Awaited<ReturnType<typeof startReceiver>>;
	/** How many died where. */
	kills: Map<string, number>;
	/** Undefined where it was killed before it listened. */
	start(point?: Point): Promise<ServiceProcess | undefined>;
	/** Counts, and lets time pass once the process is gone. Not while others live. */
	died(where: string): Promise<void>;
	close(): Promise<void>;
}

const ENVIRONMENT = {
	...{ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0', SYNC_WAIT_MS: '0' },
	...{ RETRY_MAX_ATTEMPTS: '100', RETRY_BACKOFF_FACTOR: '1', SHUTDOWN_DELAY_MS: '0' },
};
const MAIN = join(ROOT, 'service/build/service/main.js');
/** Without a point nobody is killed: it is there all the same, so that the first process compiles it for all others. */
const COMMAND = [process.execPath, '--import', pathToFileURL(join(ROOT, 'test/helpers/kill-at.ts')).href, MAIN];

export async function openScene(open: () => Promise<Ground>, latencyMs?: () => number): Promise<Scene> {
	const ground = await open();
	const started = await Promise.all(SYSTEMS.map((system) => startStand(system, { latencyMs })));
	const stands = Object.fromEntries(SYSTEMS.map((system, i) => [system, started[i]])) as Scene['stands'];
	const receiver = await startReceiver();
	const kills = new Map<string, number>();
	const living = new Set<ServiceProcess>();
	// The first process ends in order and leaves there what it compiled.
	const compiled = mkdtempSync(join(tmpdir(), 'triage-compiled-'));
	const scene: Scene = {
		...{ ground, stands, receiver, kills },
		async start(point) {
			const own = {
				DATABASE_URL: ground.url,
				NODE_COMPILE_CACHE: compiled,
				...(point && { KILL_AT: JSON.stringify(point) }),
			};
			const service = await spawnService({ ...ENVIRONMENT, ...own }, COMMAND).catch((error: Error) => {
				if (point && error.message.startsWith('ended with null')) return undefined;
				throw error;
			});
			if (service) living.add(service);
			return service;
		},
		async died(where) {
			kills.set(where, (kills.get(where) ?? 0) + 1);
			await ground.timePasses();
		},
		async close() {
			await Promise.all([...living].map((service) => service.kill('SIGKILL')));
			await Promise.all([...started, receiver].map((stand) => stand.close()));
			await ground.close();
			rmSync(compiled, { recursive: true });
		},
	};
	await map(scene);
	return scene;
}

/** Each system gets one department's tickets; all others wait in the inbox. */
async function map({ start, stands }: Scene): Promise<void> {
	const service = (await start())!;
	const call = callTo(service.url);
	const { mappings } = (await call('GET', '/mappings')).json as { mappings: { id: number }[] };
	for (const { id } of mappings) await call('DELETE', `/mappings/${id}`);
	for (const system of SYSTEMS) {
		const body = {
			...mappingTo(system, stands[system].url),
			...{ department: DEPARTMENTS[system], priority_threshold: 'low' },
		};
		expect((await call('POST', '/mappings', { body })).status).toBe(201);
	}
	await service.kill('SIGTERM');
}

type Act = (call: Call) => Promise<unknown>;

/** A process that is killed at the point. What is asked of it meanwhile may go unanswered. */
export async function killedAt(scene: Scene, where: string, point: Point, act?: Act): Promise<void> {
	const service = await scene.start(point);
	if (service) {
		const asked = act?.(callTo(service.url)).catch(() => undefined);
		const ended = (): Promise<unknown> => Promise.resolve(service.child.signalCode ?? undefined);
		// Others must not find it alive.
		await eventually(ended, `the end: ${where}`, 400).finally(() => service.kill('SIGKILL'));
		await asked;
	}
	await scene.died(where);
}

/** A process that is killed when something outside has happened. */
export async function killedWhen(scene: Scene, where: string, happened: Promise<void>, act?: Act): Promise<void> {
	const service = (await scene.start())!;
	const asked = act?.(callTo(service.url)).catch(() => undefined);
	const ended = once(service.child, 'exit').then(() => Promise.reject(new Error(`it ended before: ${where}`)));
	let has: true | undefined;
	void happened.then(() => (has = true));
	const seen = eventually(() => Promise.resolve(has), where, 400);
	await Promise.race([seen, ended]).finally(() => service.kill('SIGKILL'));
	await asked;
	await scene.died(where);
}

/** What happens where nobody is killed; the process ends in order. */
export async function undisturbed<T>({ start }: Scene, act: (call: Call) => Promise<T>): Promise<T> {
	const service = (await start())!;
	try {
		return await act(callTo(service.url));
	} finally {
		await service.kill('SIGTERM');
	}
}

/** The ticket, settled and with nothing left to be done. */
export async function settled({ ground }: Scene, call: Call, id: string): Promise<JsonAnswer> {
	return eventually(
		async () => {
			const { json } = await call('GET', `/webhook/ticket/${id}?expand=history`);
			const isDone = ['routed', 'needs_review', 'failed'].includes(String(json.status));
			return isDone && (await ground.jobs()).open === 0 ? json : undefined;
		},
		`${id} to settle`,
		400,
	);
}
