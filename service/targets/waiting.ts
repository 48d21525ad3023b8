import type { Pace } from '../../core/connectors/connector';
import type { Breaker } from '../breaker';
import type { Elsewhere, Held, HoldOptions } from './held';
import type { Pause } from './pause';
import type { Rate } from './rate';
import type { Returns } from './returns';
import type { Entry, Turnstile } from './turnstile';

export interface LineOptions extends HoldOptions {
	/** Whose limits are meant, for all processes. */
	key: string;
	system: string;
	/** Longer than this nobody waits, in milliseconds. */
	patienceMs: number;
	/** Common to all processes; null where there is but one. */
	turnstile: Turnstile | null;
}

export interface Waiting {
	priority: number;
	/** As the how-manieth. */
	number: number;
	/** Milliseconds since 1970. */
	came: number;
	start: (entry: Entry | null) => void;
	hold: (held: Held) => void;
}

export interface State extends LineOptions {
	pace: Pace;
	/** Those who start first stand in front. */
	waiting: Waiting[];
	/** How many ever came. */
	arrivals: number;
	/** With those who ask the other processes whether they may. */
	running: number;
	/** How long a call takes, about. */
	typicalMs: number;
	rate: Rate;
	pause: Pause;
	breaker: Breaker;
	returns: Returns;
	/** What was heard last of the other processes, where they let nobody in. */
	elsewhere: Elsewhere | null;
	isClosed: boolean;
	timer: NodeJS.Timeout | undefined;
}

/** By priority, then by arrival. */
export function lineUp({ waiting }: State, one: Waiting): void {
	const behind = waiting.findIndex(
		({ priority, number }) => priority < one.priority || (priority === one.priority && number > one.number),
	);
	waiting.splice(behind < 0 ? waiting.length : behind, 0, one);
}

/** Whether a call may begin, as far as this process knows. */
export function hasRoom(state: State): boolean {
	return hasPlace(state) && readyAt(state) <= state.now() && state.breaker.refusal() === null;
}

/** Whether a call that was about to begin still may, after a while. */
export function isStillOpen({ isClosed, pause, breaker, now }: State): boolean {
	return !isClosed && pause.until() <= now() && breaker.refusal() === null;
}

export function hasPlace({ running, pace, pause }: State): boolean {
	return running < (pause.isProbing() ? 1 : pace.atOnce);
}

/** When the next call may start, as far as the pause, the rate and the others go; with so many before it. */
export function readyAt({ rate, pause, elsewhere, now }: State, ahead = 0): number {
	return rate.earliest(ahead, Math.max(now(), pause.until(), elsewhere?.until ?? 0));
}
