import type { Knex } from 'knex';
import type { Queue } from './queue/queue';
import type { WriteWatch } from './write-watch';

type DependencyState = 'healthy' | 'degraded' | 'unhealthy' | 'not_configured';

export interface HealthReport {
	status: 'healthy' | 'degraded' | 'unhealthy';
	timestamp: string;
	version: string;
	dependencies: { database: DependencyState; gemini_api: DependencyState; external_apis: DependencyState };
}

/** How the last calls to the outside went. */
export interface CallWatch {
	record(ok: boolean): void;
	state(): 'healthy' | 'degraded' | 'unhealthy';
}

const REMEMBERED_CALLS = 20;

/** All of the last calls well: healthy; none: unhealthy. */
export function createCallWatch(): CallWatch {
	let calls: boolean[] = [];
	return {
		record(ok) {
			calls = [...calls, ok].slice(-REMEMBERED_CALLS);
		},
		state() {
			const failed = calls.filter((ok) => !ok).length;
			if (failed === 0) return 'healthy';
			return failed === calls.length ? 'unhealthy' : 'degraded';
		},
	};
}

export interface HealthDeps {
	knex: Knex;
	queue: Queue;
	gemini: CallWatch | null;
	externalApis: CallWatch;
	writes: WriteWatch;
	version: string;
	now: () => number;
}

export type Health = ReturnType<typeof createHealth>;

/** Tickets are taken and settled without Gemini and without other systems, so those degrade; only the database is vital. */
export function createHealth({ knex, queue, gemini, externalApis, writes, version, now }: HealthDeps) {
	let draining = false;

	async function databaseState(): Promise<'healthy' | 'unhealthy'> {
		try {
			await knex.raw('select 1');
			return writes.ok() ? 'healthy' : 'unhealthy';
		} catch {
			return 'unhealthy';
		}
	}

	return {
		/** From now on not ready: no new traffic, please. */
		drain(): void {
			draining = true;
		},
		draining: (): boolean => draining,
		async report(): Promise<HealthReport> {
			const dependencies = {
				database: await databaseState(),
				gemini_api: gemini ? gemini.state() : ('not_configured' as const),
				external_apis: externalApis.state(),
			};
			const trouble = [dependencies.gemini_api, dependencies.external_apis].some(
				(state) => state === 'degraded' || state === 'unhealthy',
			);
			const status = dependencies.database === 'unhealthy' ? 'unhealthy' : trouble ? 'degraded' : 'healthy';
			return { status, timestamp: new Date(now()).toISOString(), version, dependencies };
		},
		/** Why no traffic should come, or null. */
		async notReady(): Promise<string | null> {
			if (draining) return 'The service is shutting down';
			if (!writes.ok()) return 'The database could not be written to';
			try {
				await queue.stats();
				return null;
			} catch {
				return 'The database or the queue in it does not answer';
			}
		},
	};
}
