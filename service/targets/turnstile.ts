import { randomUUID } from 'node:crypto';
import type { Pace } from '../../core/connectors/connector';
import type { Limits } from '../store/limits';
import { entered, left, type Outcome, type Refused } from './common-limit';

export type { Outcome } from './common-limit';

/** Who of all processes may call somebody next. */
export interface Turnstile {
	/** Asks for a place under a key. Never throws: where nobody can be asked, that is a reason to wait. */
	enter(key: string, pace: Pace): Promise<{ entry: Entry } | { wait: Wait }>;
}

export interface Entry {
	/** Gives the place back, and says what came of the call. */
	leave(outcome: Outcome): void;
}

/** Nobody may enter, at least `until`: milliseconds since 1970, by this process's own clock. */
export type Wait = { until: number } & (Omit<Refused, 'waitMs'> | { why: 'database' });

export interface TurnstileOptions {
	limits: Limits;
	/** Milliseconds since 1970. */
	now: () => number;
	/** 0 to below 1. */
	random: () => number;
	/** After so long a place comes free whose holder has died: longer than any call takes, in milliseconds. */
	leaseMs: number;
}

/** How often it is looked if somebody elsewhere has left, at the most. */
const LOOK_MS = 50;
/** Until a database is asked again that did not answer. */
const DATABASE_MS = 1000;

/** One for all processes that share these limits. */
export function createTurnstile({ limits, now, random, leaseMs }: TurnstileOptions): Turnstile {
	return {
		async enter(key, pace) {
			const id = randomUUID().slice(0, 13);
			try {
				const answer = await limits.change(key, (known, time) => entered(known, { id, pace, leaseMs }, time));
				if ('waitMs' in answer) {
					const { waitMs, ...refused } = answer;
					return { wait: { ...refused, until: now() + Math.ceil(Math.max(waitMs, LOOK_MS * (1 + random()))) } };
				}
				const leave = (outcome: Outcome): void => {
					const { closedUntil } = answer;
					// What cannot be written is logged, and the place comes free by itself.
					limits.change(key, (known, time) => left(known, { id, closedUntil, outcome }, time)).catch(() => undefined);
				};
				return { entry: { leave } };
			} catch {
				return { wait: { why: 'database', until: now() + DATABASE_MS } };
			}
		},
	};
}
