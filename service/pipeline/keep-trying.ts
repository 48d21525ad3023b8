import { setTimeout as sleep } from 'node:timers/promises';
import { isRowError } from '../store/row-errors';

/** Milliseconds between tries: a minute in all, as a standby takes over in less. The worker keeps the job's lease meanwhile. */
const PAUSES_MS = [100, 400, 1500, 3000, 5000, 10_000, 10_000, 15_000, 15_000];

/**
 * Runs `write` until it succeeds, a few times at most: what was delivered must not be delivered again
 * because the database was locked, or away, for a moment. @throws the last error
 */
export async function keepTrying(write: () => Promise<void>, pausesMs: readonly number[] = PAUSES_MS): Promise<void> {
	for (const pause of pausesMs) {
		try {
			return await write();
		} catch (error) {
			if (isRowError(error)) throw error;
			await sleep(pause);
		}
	}
	return write();
}
