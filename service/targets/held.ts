import type { Pace } from '../../core/connectors/connector';
import type { Refusal } from '../breaker';
import { secondOf } from '../times';
import type { Closed } from './common-limit';
import type { Wait } from './turnstile';

/** A call that was not made. */
export interface Held {
	/** Milliseconds since 1970 */
	until: number;
	/** One sentence, for the ticket's history; no URL. */
	reason: string;
}

export interface HoldOptions {
	/** Milliseconds since 1970. */
	now: () => number;
	/** 0 to below 1. */
	random: () => number;
}

const SHORTEST_MS = 1000;
/** About as long as a request that tries whether the target is back may take. */
const PROBE_MS = 5000;
const JITTER = 0.1;

/** At `time`, a little later for some than for others; never at once. */
export function heldUntil(time: number, reason: string, { now, random }: HoldOptions): Held {
	const wait = Math.max(SHORTEST_MS, time - now());
	return { until: Math.ceil(now() + wait * (1 + JITTER * random())), reason };
}

/** The target is out of order. */
export function leftAlone({ reason, until }: Refusal, options: HoldOptions): Held {
	return heldUntil(until ?? options.now() + PROBE_MS, reason, options);
}

/** The target asked for a pause. */
export function paused(system: string, until: number, options: HoldOptions): Held {
	return heldUntil(until, `${tooManyRequests(system)} until ${secondOf(until)}`, options);
}

/** As the sentence begins that ends with the time. */
export function tooManyRequests(system: string): string {
	return `${system} said that it gets too many requests and is sent none`;
}

export function tooManyAMinute(system: string, { perMinute }: Pace): string {
	return `Requests to ${system} are limited to ${perMinute} a minute, and others came first`;
}

export function tooManyAtOnce(system: string, { atOnce }: Pace): string {
	return `Requests to ${system} are limited to ${atOnce} at the same time, and others came first`;
}

/** What keeps calls back that other processes know of, or the database that they share. */
export interface Elsewhere extends Held {
	/** Nobody calls before. */
	isClosed: boolean;
}

export function heldBack({ system, pace }: { system: string; pace: Pace }, wait: Wait): Elsewhere {
	return { until: wait.until, reason: reasonOf(system, pace, wait), isClosed: wait.why === 'closed' };
}

function reasonOf(system: string, pace: Pace, wait: Wait): string {
	if (wait.why === 'database')
		return `The database did not say whether ${system} may be called now, so it is asked again`;
	const { why, closed } = wait;
	if (closed) return closedElsewhere(closed, wait, secondOf);
	return why === 'perMinute' ? tooManyAMinute(system, pace) : tooManyAtOnce(system, pace);
}

/** Why nobody calls, or but one; `timeOf` writes when that is over. */
export function closedElsewhere({ because }: Closed, { why, until }: Wait, timeOf: (time: number) => string): string {
	return why === 'closed'
		? `${because} until ${timeOf(until)}`
		: `${because} but for one request that tries if it is back`;
}

/** Why nobody else goes after a pause, until the first was answered. */
export function probed(system: string): string {
	return `${system} said that it gets too many requests, and one is on its way to see if it takes them again`;
}

/** Nothing goes anywhere any more. */
export function closing(system: string, { now }: HoldOptions): Held {
	return { until: now(), reason: `The service is shutting down, so ${system} is not waited for` };
}
