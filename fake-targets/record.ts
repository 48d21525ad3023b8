import type { Fault } from './faults';
import type { TargetRequest } from './target';

/** A request as it arrived, and what became of it. */
export interface ReceivedRequest extends TargetRequest {
	/** When its head arrived, in ms since 1970, to fractions of one. */
	at: number;
	/** Asks for something new, as far as its head tells. */
	creates: boolean;
	/** The one that struck. */
	fault: Fault | null;
	/** Whether the system was told of it, whatever the caller got to know. */
	told: boolean;
	/** Of the ticket that came of it. */
	createdId: string | null;
	ticketId: string | null;
	/** Null as long as, or if ever, nothing is answered. */
	status: number | null;
	/** What went wrong within the stand-in itself: a mistake to be corrected there. */
	failure: string | null;
}

const MOST_KEPT = 10_000;

/** Keeps the last 10,000. */
export function keepRecent(requests: ReceivedRequest[], request: ReceivedRequest): void {
	if (requests.push(request) > MOST_KEPT) requests.shift();
}

/** Milliseconds since 1970 that no change of the clock disturbs. */
export function preciseNow(): number {
	return performance.timeOrigin + performance.now();
}
