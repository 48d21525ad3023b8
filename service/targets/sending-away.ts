import { heldUntil, leftAlone, paused, probed, tooManyAMinute, tooManyAtOnce, type Held } from './held';
import { readyAt, type State, type Waiting } from './waiting';

const MOST_WAITING = 200;

/** Whoever cannot start within the patience need not wait for its end. */
export function sendAway(state: State): void {
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

export function firstDeadline({ waiting, patienceMs }: State): number {
	return Math.min(...waiting.map(({ came }) => came)) + patienceMs;
}

function whyAway(state: State, { priority, came }: Waiting, ahead: number): Held | null {
	const { system, pace, patienceMs, pause, elsewhere } = state;
	const refusal = state.breaker.refusal();
	if (refusal) return leftAlone(refusal, state);
	const deadline = came + patienceMs;
	if (elsewhere?.isClosed && elsewhere.until > deadline) return heldUntil(elsewhere.until, elsewhere.reason, state);
	if (pause.until() > deadline) return paused(system, pause.until(), state);
	const ready = readyAt(state, ahead);
	if (ready > deadline) return back(state, priority, ready, elsewhere?.reason ?? tooManyAMinute(system, pace));
	if (state.now() < deadline) return null;
	const reason = elsewhere?.reason ?? (pause.isProbing() ? probed(system) : tooManyAtOnce(system, pace));
	return back(state, priority, servedAt(state, ahead), reason);
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
