import type { TriageError } from '../../core/errors';
import type { EventDelivery, Round, ServedSubscription } from '../store/event-deliveries';

export interface Outcome {
	delivery: EventDelivery;
	/** Null where it arrived. */
	error: TriageError | null;
}

export interface Patience {
	/** Milliseconds after the first round in which nothing arrived; doubles with each in a row. */
	firstMs: number;
	longestMs: number;
	/** An event that waits for longer and is not taken ends the subscription. */
	giveUpMs: number;
	/** 0 ≤ x < 1 */
	random: () => number;
}

type Verdict = Omit<Round, 'lockedUntil'> & {
	/** Whether the next round may follow at once. */
	goesOn: boolean;
	/** Why nothing is sent any more, or null. */
	disabled: string | null;
};

const DAY_MS = 86_400_000;
/** Whoever asks for more is asked again after this. */
const LONGEST_ASKED_MS = DAY_MS;

/**
 * What a round says of a subscription. Where something arrived, the receiver lives, and what did not is tried again by
 * itself; where nothing did, the receiver is left alone for a while, and then asked with one event at a time.
 */
export function judge(
	{ failures, failingSince }: Pick<ServedSubscription, 'failures' | 'failingSince'>,
	outcomes: readonly Outcome[],
	now: number,
	patience: Patience,
): Verdict {
	const delivered = outcomes.filter(({ error }) => error === null).map(({ delivery }) => delivery);
	const failed = outcomes.filter(({ error }) => error !== null);
	const errors = failed.map(({ error }) => error as TriageError);
	const lives = delivered.length > 0;
	const inARow = lives ? 0 : failures + 1;
	const asked = Math.max(0, ...errors.map(({ retryAfter = 0 }) => Math.min(LONGEST_ASKED_MS, retryAfter * 1000)));
	const wait = Math.max(asked, lives ? 0 : pauseAfter(inARow, patience));
	const disabled = reasonToStop(failed, now, patience);
	const at = new Date(now).toISOString();
	const change = {
		failures: inARow,
		failing_since: lives ? null : (failingSince ?? at),
		last_error: disabled ?? errors[0]?.message ?? null,
		next_attempt_at: Math.ceil(now + wait),
		...(lives && { last_delivered_at: at }),
		...(disabled !== null && { disabled_at: at }),
	};
	const goesOn = wait === 0 && disabled === null;
	return { delivered, failed: failed.map(({ delivery }) => delivery), change, now, goesOn, disabled };
}

function pauseAfter(failures: number, { firstMs, longestMs, random }: Patience): number {
	return Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

function reasonToStop(failed: readonly Outcome[], now: number, { giveUpMs }: Patience): string | null {
	const gone = failed.find(({ error }) => error?.status === 410);
	if (gone) return 'The receiver answered 410: it is gone for good, so nothing more is sent there';
	const tired = failed.find(({ delivery }) => now - delivery.queuedAt > giveUpMs);
	if (!tired) return null;
	return `For ${giveUpMs / DAY_MS} days an event was not taken, so nothing more is sent there. ${tired.error?.message}`;
}
