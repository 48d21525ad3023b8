/** Tells those who are sent away when to come back: one after the other, as they will be served, not all at once. */
export interface Returns {
	/** At `earliest`, or `stepMs` after whoever of the same or a higher priority was told last; at most 5 min ahead. */
	next(priority: number, earliest: number, stepMs: number): number;
}

/** Further ahead nobody knows. */
const FURTHEST_MS = 300_000;

/** Times in milliseconds since 1970. */
export function createReturns(now: () => number): Returns {
	/** By priority: when there is room for one more. */
	const room = new Map<number, number>();
	return {
		next(priority, earliest, stepMs) {
			const before = [...room].filter(([other]) => other >= priority).map(([, time]) => time);
			const time = Math.min(Math.max(earliest, ...before), now() + FURTHEST_MS);
			room.set(priority, time + stepMs);
			return time;
		},
	};
}
