import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import { TriageError } from '../core/errors';
import { secondOf } from './times';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Breaker {
	/** Runs the action. @throws TriageError unavailable at once where the other side is left alone, else what the action throws */
	run<T>(action: () => Promise<T>): Promise<T>;
	/** Why nothing may go out at this moment; null where it may. */
	refusal(): Refusal | null;
	state(): BreakerState;
	/** Ends its timer; nothing goes out any more. */
	close(): void;
}

export interface Refusal {
	/** One sentence. */
	reason: string;
	/** Milliseconds since 1970; missing where nobody knows. */
	until?: number;
	/** The reason without its time, where it has one. */
	because?: string;
}

export interface BreakerOptions {
	/** Milliseconds since 1970. */
	now: () => number;
	/** Who is left alone, as sentences name them. */
	who: string;
	/** Whether so many failures among the requests that ended within 30 s are an outage. */
	isOutage: (failed: number, finished: number) => boolean;
	/** How long they are left alone before one request tries whether they are back. */
	leftAloneMs: number;
	/** It doubles up to this with each such request that fails. */
	longestLeftAloneMs: number;
}

const WINDOW_MS = 30_000;
const BUCKETS = 10;

const OPTIONS = {
	rollingCountTimeout: WINDOW_MS,
	rollingCountBuckets: BUCKETS,
	// Its own rule counts requests that have not ended among those that went well.
	volumeThreshold: Number.MAX_SAFE_INTEGER,
	timeout: false,
	rollingPercentilesEnabled: false,
	enableSnapshots: false,
	/** Whoever refuses or talks nonsense is there: only no answer, and one that says out of order, are failures. */
	errorFilter: (error: unknown): boolean => !(error instanceof TriageError && error.code === 'unavailable'),
} as const;

/** Leaves somebody alone where too many of the last requests failed. It has a timer only while it is open. */
export function createBreaker(options: BreakerOptions): Breaker {
	const { now, who, leftAloneMs, longestLeftAloneMs } = options;
	const window = createWindow(now);
	// The circuit reads `resetTimeout` from this very object each time it opens.
	const settings = { ...OPTIONS, rotateBucketController: window.rotation, resetTimeout: leftAloneMs };
	const circuit = new CircuitBreaker((action: () => Promise<unknown>) => action(), settings);
	let outage = { failed: 0, finished: 0, until: 0 };
	circuit.on('failure', () => {
		const { failures: failed, successes } = circuit.stats;
		const finished = failed + successes;
		if (circuit.halfOpen) outage = { ...outage, failed: outage.failed + 1, finished: outage.finished + 1 };
		if (!circuit.closed || !options.isOutage(failed, finished)) return;
		outage = { ...outage, failed, finished };
		circuit.open();
	});
	circuit.on('open', () => (outage.until = now() + settings.resetTimeout));
	circuit.on('halfOpen', () => (settings.resetTimeout = Math.min(2 * settings.resetTimeout, longestLeftAloneMs)));
	circuit.on('close', () => (settings.resetTimeout = leftAloneMs));

	function refusal(): Refusal | null {
		if (circuit.isShutdown) return { reason: `The service is shutting down, so ${who} is not waited for` };
		const failed = `${who} failed in ${outage.failed} of its last ${outage.finished} requests`;
		const probed = circuit.halfOpen && !circuit.pendingClose;
		if (probed) return { reason: `${failed}, and one more is on its way to see if it is back` };
		if (!circuit.opened) return null;
		const because = `${failed} and is left alone`;
		return { reason: `${because} until ${secondOf(outage.until)}`, until: outage.until, because };
	}

	return {
		async run<T>(action: () => Promise<T>) {
			// The circuit's own refusal would say neither why nor until when.
			const refused = refusal();
			if (refused) throw new TriageError('unavailable', refused.reason);
			return (await circuit.fire(() => action().finally(window.turn))) as T;
		},
		refusal,
		state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed'),
		close: () => circuit.shutdown(),
	};
}

/** Lets old requests drop out of a circuit's counts whenever they are looked at, so that no circuit needs an interval. */
function createWindow(now: () => number): { rotation: EventEmitter; turn: () => void } {
	const rotation = new EventEmitter();
	const bucketNow = (): number => Math.floor(now() / (WINDOW_MS / BUCKETS));
	let current = bucketNow();
	return {
		rotation,
		turn() {
			const gone = Math.min(BUCKETS, bucketNow() - current);
			for (let i = 0; i < gone; i += 1) rotation.emit('rotate');
			current = bucketNow();
		},
	};
}
