import { TriageError } from '../../core/errors';

export interface PatienceOptions {
	/** Milliseconds that one request is waited for in all. */
	maxWaitMs: number;
	/** The host's own; may throw to end the waiting. */
	sleep: (ms: number) => Promise<unknown>;
	/** Milliseconds since 1970. */
	now: () => number;
	/** 0 to below 1. */
	random: () => number;
}

/** Runs until it succeeds, or until an error will not go away by waiting. @throws the last error, or what ended the sleep */
export type GeminiPatience = <T>(run: () => Promise<T>) => Promise<T>;

/** Of an outage; what is told to wait, waits as often as there is time for. */
const MOST_OUTAGES = 4;
const FIRST_BACKOFF_MS = 1000;

/**
 * Tries again what may succeed later: asking has no effect that could happen twice. Each run has its own time of waiting.
 * When Gemini has said how long to wait, no run begins before: one that would have to wait too long fails with the error
 * that said so.
 */
export function createGeminiPatience({ maxWaitMs, sleep, now, random }: PatienceOptions): GeminiPatience {
	let closed = { until: 0, error: new TriageError('rate_limited', '') };
	return async (run) => {
		let left = maxWaitMs;
		const wait = async (ms: number, error: TriageError): Promise<void> => {
			if (ms > left) throw error;
			left -= ms;
			await sleep(ms);
		};
		for (let failures = 1; ; failures += 1) {
			// It may be closed anew meanwhile, and timers may fire early.
			for (let ms = closed.until - now(); ms > 0; ms = closed.until - now()) await wait(ms, closed.error);
			const outcome = await run().then(
				(value) => ({ value }),
				(error: unknown) => ({ error }),
			);
			if ('value' in outcome) return outcome.value;
			const { error } = outcome;
			if (!(error instanceof TriageError) || !error.retryable) throw error;
			if (error.code !== 'rate_limited' && failures >= MOST_OUTAGES) throw error;
			const asked = Math.ceil((error.retryAfter ?? 0) * 1000);
			if (asked > 0 && now() + asked > closed.until) closed = { until: now() + asked, error };
			const backoff = FIRST_BACKOFF_MS * 2 ** (failures - 1) * (0.5 + random() / 2);
			// What is left may be little, but is not nothing: a wait of none at all would never end.
			if (left < 1) throw error;
			await wait(Math.max(asked, Math.min(Math.ceil(backoff), left)), error);
		}
	};
}
