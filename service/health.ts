import type { Knex } from 'knex';
import { inTime } from './in-time';
import type { Queue } from './queue/queue';
import { outageOf } from './store/outages';
import { together } from './together';
import type { WriteWatch } from './write-watch';

type DependencyState = 'healthy' | 'degraded' | 'unhealthy' | 'not_configured';

export interface HealthReport {
	status: 'healthy' | 'degraded' | 'unhealthy';
	timestamp: string;
	version: string;
	dependencies: { database: DependencyState; gemini_api: DependencyState; external_apis: DependencyState };
	/** What an operator has to put right, where that is known. */
	problems?: string[];
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
	geminiProblem: () => string | null;
	writes: WriteWatch;
	version: string;
	now: () => number;
}

export type Health = ReturnType<typeof createHealth>;

/** Tickets are taken and settled without Gemini and without other systems, so those degrade; only the database is vital. */
export function createHealth({ knex, queue, gemini, externalApis, geminiProblem, writes, version, now }: HealthDeps) {
	let leaving = false;
	let draining = false;
	// Nobody needs a key to ask, nor is anybody limited: it is no way to keep the database busy.
	const problemNow = together(() => databaseProblem(knex, writes));
	const answers = together(() => queueAnswers(queue));

	return {
		/** From now on not ready: no new traffic, please. What comes all the same is taken. */
		leave(): void {
			leaving = true;
		},
		/** Not ready, and nothing new is taken. */
		drain(): void {
			leaving = true;
			draining = true;
		},
		draining: (): boolean => draining,
		async report(): Promise<HealthReport> {
			const problemOfGemini = geminiProblem();
			const problemOfDatabase = await problemNow();
			const dependencies = {
				database: problemOfDatabase === null ? ('healthy' as const) : ('unhealthy' as const),
				gemini_api: problemOfGemini !== null ? 'unhealthy' : gemini ? gemini.state() : ('not_configured' as const),
				external_apis: externalApis.state(),
			};
			const problems = [problemOfDatabase, problemOfGemini].filter((problem) => problem !== null);
			const timestamp = new Date(now()).toISOString();
			const rest = { timestamp, version, dependencies, ...(problems.length > 0 && { problems }) };
			return { status: overall(dependencies), ...rest };
		},
		/** Why no traffic should come, or null. */
		async notReady(): Promise<string | null> {
			if (leaving) return 'The service is shutting down';
			if (!writes.ok()) return 'The database could not be written to';
			return (await answers()) ? null : 'The database or the queue in it does not answer';
		},
	};
}

/** Whoever asks how it is waits no longer, in milliseconds. */
const PATIENCE_MS = 2000;

async function queueAnswers(queue: Queue): Promise<boolean> {
	return inTime(queue.stats(), PATIENCE_MS).then(
		() => true,
		() => false,
	);
}

/** What keeps the database from being used, for whoever can put it right; null where nothing does. */
async function databaseProblem(knex: Knex, writes: WriteWatch): Promise<string | null> {
	const goesOn = 'The service goes on by itself as soon as that is put right';
	try {
		await inTime(Promise.resolve(knex.raw('select 1')), PATIENCE_MS);
	} catch (error) {
		return `The database does not answer: ${outageOf(error) ?? 'the log may say why'}. ${goesOn}`;
	}
	if (writes.ok()) return null;
	return `The database could not be written to: ${writes.reason() ?? 'the log says why'}. ${goesOn}`;
}

function overall({ database, gemini_api, external_apis }: HealthReport['dependencies']): HealthReport['status'] {
	if (database === 'unhealthy') return 'unhealthy';
	const trouble = [gemini_api, external_apis].some((state) => state === 'degraded' || state === 'unhealthy');
	return trouble ? 'degraded' : 'healthy';
}
