import type { Pace } from '../../core/connectors/connector';
import { TriageError } from '../../core/errors';
import { createBreaker, type Breaker, type BreakerState } from '../breaker';
import { closing, heldUntil, leftAlone, paused, probed, type Held, type HoldOptions } from './held';
import { createPause, type Pause } from './pause';
import { createRate, type Rate } from './rate';
import { createReturns, type Returns } from './returns';

export type Answer<T> = { value: T } | { held: Held };

export interface LineOptions extends HoldOptions {
	system: string;
	/** Longer than this nobody waits, in milliseconds. */
	patienceMs: number;
}

/** Who waits for one target, and what is under way there. */
export interface Line {
	/** Runs `call` as soon as there is room; the pace counts for all from now on. @throws what `call` throws */
	run<T>(pace: Pace, priority: number, call: () => Promise<T>): Promise<Answer<T>>;
	state(): { breaker: BreakerState; waiting: number; running: number };
	/** Whether anything would be forgotten with the line that counts at the moment. */
	remembers(): boolean;
	/** Whoever waits is held until now, and nobody is served any more; what is under way goes on. */
	close(): void;
}

interface Waiting {
	priority: number;
	/** Milliseconds since 1970. */
	came: number;
	start: () => void;
	hold: (held: Held) => void;
}

interface State extends LineOptions {
	pace: Pace;
	/** Those who start first stand in front. */
	waiting: Waiting[];
	running: number;
	/** How long a call takes, about. */
	typicalMs: number;
	rate: Rate;
	pause: Pause;
	breaker: Breaker;
	returns: Returns;
	timer: NodeJS.Timeout | undefined;
}

const MOST_WAITING = 200;
const FIRST_TYPICAL_MS = 250;
const LEFT_ALONE_MS = 15_000;
const LONGEST_LEFT_ALONE_MS = 300_000;

/** A line that is served by priority, then by arrival. It has a timer only while somebody waits or its breaker is open. */
export function createLine(options: LineOptions): Line {
	const { now, system } = options;
	const breaker = createBreaker({
		now,
		who: system,
		isOutage: (failed, finished) => finished >= 5 && failed >= finished / 2,
		leftAloneMs: LEFT_ALONE_MS,
		longestLeftAloneMs: LONGEST_LEFT_ALONE_MS,
	});
	const state: State = {
		...options,
		pace: { atOnce: 1 },
		waiting: [],
		running: 0,
		typicalMs: FIRST_TYPICAL_MS,
		rate: createRate(),
		pause: createPause(now),
		breaker,
		returns: createReturns(now),
		timer: undefined,
	};
	return {
		run: (pace, priority, call) => run(state, pace, priority, call),
		state: () => ({ breaker: breaker.state(), waiting: state.waiting.length, running: state.running }),
		remembers: () => breaker.state() !== 'closed' || state.pause.until() > now() || state.rate.isUsed(now()),
		close: () => close(state),
	};
}

function run<T>(state: State, pace: Pace, priority: number, call: () => Promise<T>): Promise<Answer<T>> {
	state.pace = pace;
	state.rate.set(pace.perMinute);
	return new Promise((resolve, reject) => {
		const waiting: Waiting = {
			priority,
			came: state.now(),
			start: () => void begin(state, call).then((value) => resolve({ value }), reject),
			hold: (held) => resolve({ held }),
		};
		const behind = state.waiting.findIndex((other) => other.priority < priority);
		state.waiting.splice(behind < 0 ? state.waiting.length : behind, 0, waiting);
		advance(state);
	});
}

async function begin<T>(state: State, call: () => Promise<T>): Promise<T> {
	const { now, rate, pause, breaker } = state;
	const began = now();
	const mark = pause.mark();
	rate.count(began);
	state.running += 1;
	try {
		const value = await breaker.run(call);
		pause.succeeded(mark);
		return value;
	} catch (error) {
		if (error instanceof TriageError) heed(error, mark, pause);
		throw error;
	} finally {
		state.running -= 1;
		state.typicalMs += (Math.max(0, now() - began) - state.typicalMs) / 8;
		advance(state);
	}
}

function heed({ code, status, retryAfter }: TriageError, mark: number, pause: Pause): void {
	if (code === 'rate_limited') pause.refused(mark, retryAfter);
	else if (code !== 'unavailable' && status !== undefined) pause.answered(mark);
}

/** Whenever something has changed, or may have with time. */
function advance(state: State): void {
	while (state.waiting.length > 0 && hasRoom(state)) state.waiting.shift()?.start();
	sendAway(state);
	setTimer(state);
}

function hasRoom(state: State): boolean {
	return hasPlace(state) && readyAt(state) <= state.now() && state.breaker.refusal() === null;
}

function hasPlace({ running, pace, pause }: State): boolean {
	return running < (pause.isProbing() ? 1 : pace.atOnce);
}

/** When the next call may start, as far as the pause and the rate go; with so many before it. */
function readyAt({ rate, pause, now }: State, ahead = 0): number {
	return rate.earliest(ahead, Math.max(now(), pause.until()));
}

/** Whoever cannot start within the patience need not wait for its end. */
function sendAway(state: State): void {
	const { system, waiting } = state;
	for (const { priority, hold } of waiting.splice(MOST_WAITING)) {
		hold(back(state, priority, servedAt(state, MOST_WAITING), `${MOST_WAITING} tickets wait for ${system} already`));
	}
	if (nobodyHasToGo(state)) return;
	const kept: Waiting[] = [];
	for (const one of waiting) {
		const held = whyAway(state, one, kept.length);
		if (held) one.hold(held);
		else kept.push(one);
	}
	state.waiting = kept;
}

function nobodyHasToGo(state: State): boolean {
	const deadline = firstDeadline(state);
	const lastReady = readyAt(state, state.waiting.length - 1);
	return state.now() < deadline && lastReady <= deadline && state.breaker.refusal() === null;
}

function firstDeadline({ waiting, patienceMs }: State): number {
	return Math.min(...waiting.map(({ came }) => came)) + patienceMs;
}

function whyAway(state: State, { priority, came }: Waiting, ahead: number): Held | null {
	const { system, pace, patienceMs, pause } = state;
	const refusal = state.breaker.refusal();
	if (refusal) return leftAlone(refusal, state);
	const deadline = came + patienceMs;
	if (pause.until() > deadline) return paused(system, pause.until(), state);
	const ready = readyAt(state, ahead);
	const limited = (limit: string): string => `Requests to ${system} are limited to ${limit}, and others came first`;
	if (ready > deadline) return back(state, priority, ready, limited(`${pace.perMinute} a minute`));
	if (state.now() < deadline) return null;
	if (pause.isProbing()) return back(state, priority, servedAt(state, ahead), probed(system));
	return back(state, priority, servedAt(state, ahead), limited(`${pace.atOnce} at the same time`));
}

/** When a call ends, about, that has so many others before it. */
function servedAt(state: State, ahead: number): number {
	return Math.max(readyAt(state, ahead), state.now() + ((ahead + 1) * state.typicalMs) / state.pace.atOnce);
}

/** To come back at `time`, or later where others are to come then. */
function back(state: State, priority: number, time: number, reason: string): Held {
	const stepMs = Math.max(state.rate.intervalMs(), state.typicalMs / state.pace.atOnce);
	return heldUntil(state.returns.next(priority, time, stepMs), reason, state);
}

function setTimer(state: State): void {
	clearTimeout(state.timer);
	if (state.waiting.length === 0) return;
	const deadline = firstDeadline(state);
	const next = hasPlace(state) ? Math.min(deadline, readyAt(state)) : deadline;
	// Timers may fire early: then they are set anew.
	state.timer = setTimeout(() => advance(state), Math.max(1, next - state.now()));
}

function close(state: State): void {
	clearTimeout(state.timer);
	state.waiting.splice(0).forEach(({ hold }) => hold(closing(state.system, state)));
	state.breaker.close();
}
