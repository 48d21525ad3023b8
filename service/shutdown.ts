import { setTimeout as sleep } from 'node:timers/promises';
import type { Closing } from './http/draining';
import type { Logger } from './logger';
import type { Service } from './service';

export interface ShutdownOptions {
	service: Service;
	listeners: readonly Closing[];
	/** How long tickets are still taken after SIGTERM, in milliseconds, for whoever sends them here to see that it should not. */
	delayMs: number;
	log: Logger;
}

/** How long callers wait for their tickets before they get them unsettled. */
const WAITERS_MS = 8000;
/** How long connections stay open, however slow their other end is. */
const CONNECTIONS_MS = 10_000;
/** Nothing that runs takes as long: an answer of Gemini and a delivery have 15 s each, and then a save or two. */
const LAST_RESORT_MS = 45_000;
/** What is still open after everything was closed does not keep the process. */
const STRAGGLERS_MS = 1000;
/** Ctrl-C under npm arrives twice: from the terminal and from npm. A person's second one comes later. */
const SAME_KEYSTROKE_MS = 1000;

/**
 * The first SIGTERM or SIGINT ends the service in order: not ready, and after the delay no new work, deliveries under way
 * to their end, callers answered. Whatever was not begun is on disk. SIGINT comes from a person, who need not wait for the
 * delay; a second signal ends it at once.
 */
export function shutDownOnSignal(options: ShutdownOptions): void {
	let first = Infinity;
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.on(signal, () => {
			if (Date.now() - first > SAME_KEYSTROKE_MS) process.exit(1);
			if (first !== Infinity) return;
			first = Date.now();
			options.log.info({ signal }, 'shutting down');
			void shutDown(options, signal === 'SIGINT' ? 0 : options.delayMs);
		});
	}
}

async function shutDown({ service, listeners, log }: ShutdownOptions, delayMs: number): Promise<void> {
	const { health, pipeline } = service;
	setTimeout(() => leave(log, 1), delayMs + LAST_RESORT_MS).unref();
	health.leave();
	listeners.forEach((listener) => listener.endConnections());
	if (delayMs > 0) await sleep(delayMs);
	health.drain();
	const waiters = setTimeout(() => pipeline.releaseWaiters(), WAITERS_MS);
	try {
		await Promise.all([pipeline.stop(), ...listeners.map((listener) => listener.close(CONNECTIONS_MS))]);
		await service.close();
		leave(log, 0);
	} catch (error) {
		log.error({ error }, 'shutting down hit a bug');
		leave(log, 1);
	} finally {
		clearTimeout(waiters);
	}
}

/** The process ends by itself, so that the last lines are written as all others. */
function leave(log: Logger, code: 0 | 1): void {
	if (code === 0) log.info('stopped');
	else log.error('stopped before everything was ended');
	process.exitCode = code;
	setTimeout(() => process.exit(code), STRAGGLERS_MS).unref();
}
