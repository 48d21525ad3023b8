import { TriageError } from '../../core/errors';
import type { Breaker } from '../breaker';
import { LONGEST_LEFT_ALONE_MS } from './common-limit';
import { tooManyRequests } from './held';
import { LONGEST_PAUSE_MS, type Pause } from './pause';
import type { Outcome } from './turnstile';

export interface Heard {
	system: string;
	pause: Pause;
	breaker: Breaker;
	now: () => number;
}

/** What a call that failed tells the other processes, once pause and breaker of this one have heard of it. */
export function outcomeOf(error: unknown, { system, pause, breaker, now }: Heard): Outcome {
	if (!(error instanceof TriageError)) return 'unknown';
	const { code, status, retryAfter } = error;
	if (code === 'rate_limited') {
		const longestMs = retryAfter === undefined ? LONGEST_PAUSE_MS : 0;
		return { code, ms: pause.until() - now(), because: tooManyRequests(system), longestMs };
	}
	if (code !== 'unavailable') return status === undefined ? 'unknown' : 'through';
	return unanswered({ breaker, now }, LONGEST_LEFT_ALONE_MS);
}

/** What a call that nobody answered tells: for as long as this process leaves them alone, nobody is to call. */
export function unanswered({ breaker, now }: Pick<Heard, 'breaker' | 'now'>, longestMs: number): Outcome {
	const { until, because } = breaker.refusal() ?? {};
	if (until === undefined || because === undefined) return 'unanswered';
	return { code: 'unavailable', ms: until - now(), because, longestMs };
}
