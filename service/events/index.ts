import type { Knex } from 'knex';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../logger';
import { createDispatcher, type Dispatcher } from './dispatcher';
import type { MessageDeps } from './message';

export interface EventsOptions extends MessageDeps {
	knex: Knex;
	log: Logger;
	registry: Registry;
	timing: { pollMs: number; leaseMs: number; deliveryTimeoutMs: number; firstRetryMs: number };
}

/** More cannot be made: each has requests of its own. */
export const MOST_SUBSCRIPTIONS = 100;
const MOST_WAITING = 100_000;
const FIRST_PAUSE = 5;
const LONGEST_PAUSE_MS = 3_600_000;
const GIVE_UP_MS = 3 * 86_400_000;

/** Events of tickets on their way to whoever subscribed to them; not started. */
export function createEvents({ registry, timing, ...deps }: EventsOptions): Dispatcher {
	const tries = new Counter({
		name: 'event_deliveries_total',
		help: 'Tries to tell subscribers of events, by how they ended',
		labelNames: ['outcome'],
		registers: [registry],
	});
	(['delivered', 'failed'] as const).forEach((outcome) => tries.inc({ outcome }, 0));
	return createDispatcher({
		...deps,
		pollMs: timing.pollMs,
		leaseMs: timing.leaseMs + timing.deliveryTimeoutMs,
		mostWaiting: MOST_WAITING,
		patience: {
			firstMs: FIRST_PAUSE * timing.firstRetryMs,
			longestMs: LONGEST_PAUSE_MS,
			giveUpMs: GIVE_UP_MS,
			random: Math.random,
		},
		count: (outcome) => tries.inc({ outcome }),
	});
}
