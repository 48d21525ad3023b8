import type { IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { createWait } from './wait';

/** In milliseconds; a side that says 0 is not asked without pause. */
const SHORTEST_WAIT_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;

/** Runs work again after each answer that says nothing was begun and when to come back. */
export type Patience = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Waits `maxWaitSeconds` in all, over everything it is given to run; ends when the execution is cancelled.
 * What may have had its effect is not run again. @throws the work's last error, or that of the cancelled wait
 */
export function createPatience(context: IExecuteFunctions, maxWaitSeconds: number): Patience {
	const wait = createWait(context);
	let left = maxWaitSeconds * 1000;
	return async (work) => {
		for (let attempt = 1; ; attempt += 1) {
			const outcome = await work().then(
				(value) => ({ value }),
				(error: unknown) => ({ error }),
			);
			if ('value' in outcome) return outcome.value;
			const ms = waitAfter(outcome.error, attempt);
			if (ms === null || ms > left) throw outcome.error;
			left -= ms;
			await wait(ms);
		}
	};
}

/** Milliseconds, as asked for or doubling; null where waiting does not help or the work may have been done. */
function waitAfter(error: unknown, attempt: number): number | null {
	if (!(error instanceof TriageError) || error.inDoubt) return null;
	const { code, status = 0, retryAfter } = error;
	const isInvited = retryAfter !== undefined && [409, 503].includes(status);
	if (code !== 'rate_limited' && !isInvited) return null;
	if (retryAfter !== undefined) return Math.max(SHORTEST_WAIT_MS, retryAfter * 1000);
	return Math.min(SHORTEST_WAIT_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
}
