import type { Pace } from '../../core/connectors/connector';
import type { Changed } from '../store/limits';
import { createRate } from './rate';

/** What all processes know of one they call. Times in milliseconds since 1970. */
export interface Common {
	/** Of the rate, in microseconds since 1970. */
	emptyAt: number;
	/** Calls under way: until when the place of each is taken, should nobody give it back. */
	calls: Record<string, number>;
	/** Nobody calls until then, and from then on one at a time until one gets through. */
	closed: Closed | null;
}

export interface Closed extends Closing {
	until: number;
}

/** Who wants to call. */
export interface Caller {
	id: string;
	pace: Pace;
	leaseMs: number;
}

/** What came of a call: an answer, none, nothing that says anything, or that nobody may call for so long. */
export type Outcome = 'through' | 'unanswered' | 'unknown' | Closing;

/** Nobody may call. */
export interface Closing {
	code: 'rate_limited' | 'unavailable';
	/** As a sentence begins that ends with the time. */
	because: string;
	ms: number;
	/** After a call that was to try if it is over: for twice as long as before, up to this. 0: for as long as is said. */
	longestMs: number;
}

export interface Refused {
	/** Not before; 0 where it is not known. */
	waitMs: number;
	why: 'closed' | 'probed' | 'atOnce' | 'perMinute';
	closed?: Closed;
}

/** A caller is in, and saw this: who was to try if it is open again is known by it. */
export interface Entered {
	closedUntil: number | null;
}

/** Who does not answer is left alone for twice as long each time, up to this. */
export const LONGEST_LEFT_ALONE_MS = 300_000;

/** One wants to call at this moment. */
export function entered(known: unknown, { id, pace, leaseMs }: Caller, now: number): Changed<Entered | Refused> {
	const common = commonAt(known, now);
	const { closed, calls } = common;
	const refused = (why: Refused['why'], waitMs: number): Changed<Refused> => ({
		known: common,
		result: { why, waitMs, ...(closed && { closed }) },
	});
	if (closed && closed.until > now) return refused('closed', closed.until - now);
	const rate = createRate(common.emptyAt);
	rate.set(pace.perMinute);
	if (Object.keys(calls).length >= (closed ? 1 : pace.atOnce)) return refused(closed ? 'probed' : 'atOnce', 0);
	const earliest = rate.earliest(0, now);
	if (earliest > now) return refused('perMinute', earliest - now);
	rate.count(now);
	return {
		known: { ...common, emptyAt: rate.emptyAt(), calls: { ...calls, [id]: now + leaseMs } },
		result: { closedUntil: closed?.until ?? null },
	};
}

/** Who has left, what that one saw when it came in, and what came of its call. */
export interface Leaver extends Entered {
	id: string;
	outcome: Outcome;
}

/** One has called. */
export function left(known: unknown, { id, closedUntil, outcome }: Leaver, now: number): Changed<null> {
	const common = commonAt(known, now);
	const calls = Object.fromEntries(Object.entries(common.calls).filter(([other]) => other !== id));
	// What began before it was closed says nothing of whether it is open again.
	const hasTried = closedUntil !== null && closedUntil === common.closed?.until ? common.closed : null;
	const closed = closedAfter(outcome, hasTried, common.closed, now);
	return { known: { ...common, calls, closed }, result: null };
}

function closedAfter(outcome: Outcome, tried: Closed | null, closed: Closed | null, now: number): Closed | null {
	if (outcome === 'through' && tried) return null;
	if (outcome === 'unanswered' && tried?.code === 'unavailable') return closedFor(longer(tried, tried), now);
	if (typeof outcome === 'string') return closed;
	const next = closedFor(tried ? longer(outcome, tried) : outcome, now);
	return closed && closed.until >= next.until ? closed : next;
}

function longer(closing: Closing, { ms }: Closed): Closing {
	return { ...closing, ms: Math.max(closing.ms, Math.min(2 * ms, closing.longestMs)) };
}

function closedFor({ code, because, ms, longestMs }: Closing, now: number): Closed {
	return { code, because, ms, longestMs, until: now + ms };
}

/** Without those whose holders never gave them back. */
function commonAt(known: unknown, now: number): Common {
	const common = { emptyAt: 0, calls: {}, closed: null, ...(known as Partial<Common> | undefined) };
	return { ...common, calls: Object.fromEntries(Object.entries(common.calls).filter(([, end]) => end > now)) };
}
