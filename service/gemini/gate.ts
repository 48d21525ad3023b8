import { TriageError } from '../../core/errors';
import { minuteOf } from '../times';

export interface Gate {
	/** Resolves when requests may go out. @throws TriageError rate_limited where that takes longer than anybody waits */
	pass(signal: AbortSignal): Promise<void>;
	/** Closes for as long as this error of a request asks for. */
	heed(error: TriageError): void;
}

export interface GateOptions {
	/** Longer than this nobody waits. */
	maxWaitMs: number;
	/** Milliseconds since 1970. */
	now: () => number;
	sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One for all requests: when Gemini has said to wait, none goes out before. */
export function createGate({ maxWaitMs, now, sleep }: GateOptions): Gate {
	let closedUntil = 0;
	return {
		async pass(signal) {
			const came = now();
			// Timers may fire early and the gate may close anew meanwhile, so it is looked at again.
			for (let wait = closedUntil - came; wait > 0; wait = closedUntil - now()) {
				if (closedUntil - came > maxWaitMs) throw stillClosed(closedUntil);
				await sleep(wait, signal);
			}
		},
		heed({ code, retryAfter }) {
			if (code !== 'rate_limited' || retryAfter === undefined) return;
			// The clock shows whole milliseconds that have begun, so one more.
			closedUntil = Math.max(closedUntil, now() + Math.ceil(retryAfter * 1000) + 1);
		},
	};
}

function stillClosed(until: number): TriageError {
	const text = `Gemini’s quota is used up: it is not asked until ${minuteOf(until)}`;
	return new TriageError('rate_limited', text);
}
