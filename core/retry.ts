import { TriageError } from './errors';

export interface Patience {
	/** Tries in all. */
	maxAttempts: number;
	/** Milliseconds; where the other side asks for more, nobody waits. */
	maxWaitMs: number;
	/** Milliseconds before the second try; doubles from then on. */
	firstBackoffMs: number;
	/** 0 to below 1. */
	random: () => number;
	/** The host's own; may throw to end the waiting. */
	sleep: (ms: number) => Promise<unknown>;
	/** Hears of each wait, in milliseconds, and of what failed before it. */
	onRetry?: (wait: number, error: TriageError) => void;
}

/**
 * Runs until it succeeds, or until an error will not go away by waiting: not retryable, out of attempts or patience.
 * @throws the last error, or what ended the sleep
 */
export async function withRetries<T>(run: () => Promise<T>, patience: Patience): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		const outcome = await run().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const wait = waitAfter(outcome.error, attempt, patience);
		if (wait === null) throw outcome.error;
		patience.onRetry?.(wait, outcome.error as TriageError);
		await patience.sleep(wait);
	}
}

/** Milliseconds: never less than asked for, else exponential with jitter from half to full. Null: give up. */
function waitAfter(error: unknown, attempt: number, patience: Patience): number | null {
	if (!(error instanceof TriageError) || !error.retryable || attempt >= patience.maxAttempts) return null;
	const backoff = patience.firstBackoffMs * 2 ** (attempt - 1) * (0.5 + patience.random() / 2);
	const wait = Math.ceil(Math.max((error.retryAfter ?? 0) * 1000, Math.min(backoff, patience.maxWaitMs)));
	return wait > patience.maxWaitMs ? null : wait;
}
