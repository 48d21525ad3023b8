import { createBreaker as createSharedBreaker, type Breaker } from '../breaker';

export type { Breaker, BreakerState } from '../breaker';

const LEFT_ALONE_MS = 15_000;

/** Leaves Gemini alone where most of the last requests failed; `now` in milliseconds since 1970. */
export function createBreaker(now: () => number): Breaker {
	return createSharedBreaker({
		now,
		who: 'Gemini',
		isOutage: (failed, finished) => finished >= 10 && failed > finished / 2,
		leftAloneMs: LEFT_ALONE_MS,
		longestLeftAloneMs: LEFT_ALONE_MS,
	});
}
