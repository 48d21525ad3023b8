import type { Pace } from '../../core/connectors/connector';
import { TriageError } from '../../core/errors';
import { createBreaker, type BreakerState } from '../breaker';
import { LONGEST_LEFT_ALONE_MS } from './common-limit';
import { closing, heldBack, type Held } from './held';
import { outcomeOf } from './outcome';
import { createPause, type Pause } from './pause';
import { createRate } from './rate';
import { createReturns } from './returns';
import { firstDeadline, sendAway } from './sending-away';
import type { Entry, Turnstile } from './turnstile';
import { hasPlace, hasRoom, isStillOpen, lineUp, readyAt, type LineOptions, type State, type Waiting } from './waiting';

export type Answer<T> = { value: T } | { held: Held };

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

const FIRST_TYPICAL_MS = 250;
const LEFT_ALONE_MS = 15_000;

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
		arrivals: 0,
		running: 0,
		typicalMs: FIRST_TYPICAL_MS,
		rate: createRate(),
		pause: createPause(now),
		breaker,
		returns: createReturns(now),
		elsewhere: null,
		isClosed: false,
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
			number: (state.arrivals += 1),
			came: state.now(),
			start: (entry) => void begin(state, entry, call).then((value) => resolve({ value }), reject),
			hold: (held) => resolve({ held }),
		};
		lineUp(state, waiting);
		advance(state);
	});
}

/** Asks the other processes first, where there may be some: who may not begin yet stands in the line where it stood. */
async function ask(state: State, turnstile: Turnstile, one: Waiting): Promise<void> {
	const answer = await turnstile.enter(state.key, state.pace);
	const isIn = 'entry' in answer;
	if (isIn) {
		state.elsewhere = null;
		if (isStillOpen(state)) return one.start(answer.entry);
		answer.entry.leave('unknown');
	} else state.elsewhere = heldBack(state, answer.wait);
	state.running -= 1;
	if (state.isClosed) return one.hold(closing(state.system, state));
	lineUp(state, one);
	advance(state);
}

/** Its place is taken already. */
async function begin<T>(state: State, entry: Entry | null, call: () => Promise<T>): Promise<T> {
	const { now, rate, pause, breaker } = state;
	const began = now();
	const mark = pause.mark();
	rate.count(began);
	try {
		const value = await breaker.run(call);
		pause.succeeded(mark);
		entry?.leave('through');
		return value;
	} catch (error) {
		if (error instanceof TriageError) heed(error, mark, pause);
		entry?.leave(outcomeOf(error, state));
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
	while (state.waiting.length > 0 && hasRoom(state)) next(state);
	sendAway(state);
	setTimer(state);
}

function next(state: State): void {
	const one = state.waiting.shift();
	if (!one) return;
	state.running += 1;
	if (state.turnstile) void ask(state, state.turnstile, one);
	else one.start(null);
}

function setTimer(state: State): void {
	clearTimeout(state.timer);
	if (state.waiting.length === 0) return;
	const deadline = firstDeadline(state);
	const due = hasPlace(state) ? Math.min(deadline, readyAt(state)) : deadline;
	// Timers may fire early: then they are set anew.
	state.timer = setTimeout(() => advance(state), Math.max(1, due - state.now()));
}

function close(state: State): void {
	state.isClosed = true;
	clearTimeout(state.timer);
	state.waiting.splice(0).forEach(({ hold }) => hold(closing(state.system, state)));
	state.breaker.close();
}
