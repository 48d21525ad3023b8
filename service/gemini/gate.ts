import { TriageError } from '../../core/errors';
import { closedElsewhere } from '../targets/held';
import type { Entry, Turnstile, Wait } from '../targets/turnstile';
import { minuteOf, secondOf } from '../times';

export interface Gate {
	/**
	 * Resolves when a request may go out: with what has to hear of its end, where there are other processes.
	 * @throws TriageError rate_limited where that takes longer than anybody waits, unavailable where others found nobody there
	 */
	pass(signal: AbortSignal): Promise<Entry | null>;
	/** Closes for as long as this error of a request asks for. */
	heed(error: TriageError): void;
}

export interface GateOptions {
	/** Longer than this nobody waits. */
	maxWaitMs: number;
	/** Milliseconds since 1970. */
	now: () => number;
	sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	/** Common to all processes; null where there is but one. */
	turnstile?: Turnstile | null;
}

const KEY = 'gemini';
/** As a sentence begins that ends with the time. */
export const QUOTA_USED_UP = 'Gemini’s quota is used up: it is not asked';

/** One for all requests: when Gemini has said to wait, none goes out before. */
export function createGate({ maxWaitMs, now, sleep, turnstile = null }: GateOptions): Gate {
	let closedUntil = 0;

	async function passHere(came: number, signal: AbortSignal): Promise<void> {
		// Timers may fire early and the gate may close anew meanwhile, so it is looked at again.
		for (let wait = closedUntil - came; wait > 0; wait = closedUntil - now()) {
			if (closedUntil - came > maxWaitMs) throw stillClosed(closedUntil);
			await sleep(wait, signal);
		}
	}

	return {
		async pass(signal) {
			const came = now();
			for (;;) {
				await passHere(came, signal);
				if (!turnstile) return null;
				const answer = await turnstile.enter(KEY, { atOnce: Infinity });
				if ('wait' in answer) {
					const { wait } = answer;
					if (wait.until - came > maxWaitMs || isDown(wait)) throw heldBack(wait);
					await sleep(wait.until - now(), signal);
				} else if (closedUntil <= now()) return answer.entry;
				else answer.entry.leave('unknown');
			}
		},
		heed(error) {
			const ms = waitOf(error);
			if (ms !== null) closedUntil = Math.max(closedUntil, now() + ms);
		},
	};
}

/** No quota is away for longer: that of a day is back after midnight. Whoever asks for more is asked again after this. */
const LONGEST_ASKED_SECONDS = 48 * 3600;

/** How long this error asks to wait, in whole milliseconds; null where it does not. */
export function waitOf({ code, retryAfter }: TriageError): number | null {
	if (code !== 'rate_limited' || retryAfter === undefined) return null;
	// The clock shows whole milliseconds that have begun, so one more.
	return Math.ceil(Math.min(retryAfter, LONGEST_ASKED_SECONDS) * 1000) + 1;
}

function stillClosed(until: number): TriageError {
	return new TriageError('rate_limited', `${QUOTA_USED_UP} until ${minuteOf(until)}`);
}

/** Nobody waits for who is out of order, nor for whoever tries if that is over. */
function isDown(wait: Wait): boolean {
	return wait.why !== 'database' && wait.closed?.code === 'unavailable';
}

function heldBack(wait: Wait): TriageError {
	if (wait.why === 'database' || !wait.closed)
		return new TriageError('unavailable', 'The database did not say whether Gemini may be asked');
	const { code } = wait.closed;
	return new TriageError(code, closedElsewhere(wait.closed, wait, code === 'unavailable' ? secondOf : minuteOf));
}
