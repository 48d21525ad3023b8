import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import type { Logger } from './logger';

/** Something that has to be done every hour, a little at a time. */
export interface Chore {
	name: string;
	/** Begins anew. Each call of what it gives does a bounded part, and resolves with whether there is more. */
	begin(): () => Promise<boolean>;
}

export interface MaintenanceOptions {
	/** The common queue where many processes share a database: one of them does the chores. Null where there is but one. */
	boss: PgBoss | null;
	chores: readonly Chore[];
	log: Logger;
	/** How often, in milliseconds, where there is no common queue. */
	everyMs: number;
	/** Between the parts of a chore, in milliseconds: others get their turn. */
	pauseMs: number;
	/** How often the common queue is asked; a minute without it. */
	askEverySeconds?: number;
}

export interface Maintenance {
	/** Does every chore now, unless it is at it: then that is what it resolves with. */
	run(): Promise<void>;
	/** Begins nothing more and resolves when the part under way is done. */
	stop(): Promise<void>;
}

const QUEUE = 'maintenance';
const EVERY_HOUR = '17 * * * *';
/** A process that is restarted more often than chores are due does them all the same. */
const FIRST_MS = 60_000;
const ASK_EVERY_SECONDS = 60;
const LEASE_SECONDS = 60;
const LONGEST_SECONDS = 6 * 3600;

/** Has the chores done until it is stopped. One that fails is logged, and has its next turn with the others. */
export async function startMaintenance(options: MaintenanceOptions): Promise<Maintenance> {
	const stopping = new AbortController();
	let running: Promise<void> | undefined;
	const run = (): Promise<void> =>
		(running ??= doAll(options, stopping.signal).finally(() => {
			running = undefined;
		}));
	const end = options.boss ? await byQueue(options.boss, run, options.askEverySeconds) : byTimer(options.everyMs, run);
	return {
		run,
		async stop() {
			stopping.abort();
			await end();
			await running;
		},
	};
}

async function doAll({ chores, log, pauseMs }: MaintenanceOptions, stopping: AbortSignal): Promise<void> {
	for (const { name, begin } of chores) {
		try {
			const part = begin();
			while (!stopping.aborted && (await part())) await pause(pauseMs, stopping);
		} catch (error) {
			log.error({ chore: name, error }, 'a chore could not be done; it has its next turn in an hour');
		}
	}
}

/** Ends early, and well, where it is stopped. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
	await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

function byTimer(everyMs: number, run: () => Promise<void>): () => Promise<void> {
	const first = setTimeout(() => void run(), Math.min(FIRST_MS, everyMs)).unref();
	const timer = setInterval(() => void run(), everyMs).unref();
	return () => {
		clearTimeout(first);
		clearInterval(timer);
		return Promise.resolve();
	};
}

/** At most one job at a time, which is nobody's while it runs elsewhere. */
async function byQueue(
	boss: PgBoss,
	run: () => Promise<void>,
	askEverySeconds = ASK_EVERY_SECONDS,
): Promise<() => Promise<void>> {
	await boss.createQueue(QUEUE, {
		policy: 'exclusive',
		retryLimit: 0,
		heartbeatSeconds: LEASE_SECONDS,
		expireInSeconds: LONGEST_SECONDS,
	});
	await boss.schedule(QUEUE, EVERY_HOUR);
	await boss.work(QUEUE, { pollingIntervalSeconds: askEverySeconds }, () => run());
	return () => boss.offWork(QUEUE, { wait: false });
}
