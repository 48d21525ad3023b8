import CircuitBreaker from 'opossum';
import { TriageError } from '../../core/errors';
import { closingError } from './closing';
import { secondOf } from './times';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Breaker {
	/** @throws TriageError unavailable at once where Gemini is left alone, else what the action throws */
	run<T>(action: () => Promise<T>): Promise<T>;
	state(): BreakerState;
	/** Ends its timers. */
	close(): void;
}

const LEFT_ALONE_MS = 15_000;

const OPTIONS = {
	volumeThreshold: 10,
	errorThresholdPercentage: 50,
	rollingCountTimeout: 30_000,
	resetTimeout: LEFT_ALONE_MS,
	timeout: false,
	rollingPercentilesEnabled: false,
	enableSnapshots: false,
	/** Whoever refuses or talks nonsense is there: only no answer, and one that says out of order, are failures. */
	errorFilter: (error: unknown): boolean => !(error instanceof TriageError && error.code === 'unavailable'),
} as const;

/** Leaves Gemini alone where most of the last requests failed; `now` in milliseconds since 1970. */
export function createBreaker(now: () => number): Breaker {
	const circuit = new CircuitBreaker((action: () => Promise<unknown>) => action(), { ...OPTIONS });
	let outage = { failed: 0, finished: 0, until: 0 };
	circuit.on('open', () => {
		const { failures, successes } = circuit.stats;
		outage = { failed: failures, finished: failures + successes, until: now() + LEFT_ALONE_MS };
	});

	function refusal(): TriageError | null {
		if (circuit.isShutdown) return closingError();
		const failed = `Gemini failed in ${outage.failed} of its last ${outage.finished} requests`;
		const probed = circuit.halfOpen && !circuit.pendingClose;
		if (probed) return new TriageError('unavailable', `${failed}, and one more is on its way to see if it is back`);
		if (!circuit.opened) return null;
		return new TriageError('unavailable', `${failed} and is left alone until ${secondOf(outage.until)}`);
	}

	return {
		async run<T>(action: () => Promise<T>) {
			// Asked for here because the circuit counts what it refuses among the requests.
			const error = refusal();
			if (error) throw error;
			return (await circuit.fire(action)) as T;
		},
		state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed'),
		close: () => circuit.shutdown(),
	};
}
