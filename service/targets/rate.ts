/** Lets so many calls start in any sixty seconds: the last of them spread evenly, a tenth of them at once after a rest. */
export interface Rate {
	/** As many a minute from now on; without a number, any. */
	set(perMinute: number | undefined): void;
	/** When a call may start that has so many others before it, not before `from`; both in milliseconds since 1970. */
	earliest(ahead: number, from: number): number;
	/** Counts a call that starts at `at`. */
	count(at: number): void;
	/** Whether starts of lately still count at `at`. */
	isUsed(at: number): boolean;
	/** All it has to remember, in microseconds since 1970. */
	emptyAt(): number;
	/** From one start to the next while many wait, in milliseconds; 0 without a limit. */
	intervalMs(): number;
}

const MINUTE_US = 60_000_000;

/**
 * A leaky bucket (GCRA): one moment is all it keeps, in whole microseconds, as a fraction of a millisecond would drift.
 * `burst` at once and `perMinute - burst` in the minute after never make more than `perMinute`, whenever the minute begins.
 */
export function createRate(remembered = 0): Rate {
	let interval = 0;
	let burst = 1;
	/** When the bucket will be empty. */
	let emptyAt = remembered;
	/** Never further away than a full bucket takes, even where the pace or the clock was set since. */
	const emptyFrom = (from: number): number => Math.min(Math.max(emptyAt, from), from + burst * interval);
	return {
		set(perMinute) {
			burst = perMinute === undefined ? 1 : Math.max(1, Math.floor(perMinute / 10));
			interval = perMinute === undefined ? 0 : Math.ceil(MINUTE_US / (perMinute - burst + 1));
		},
		earliest(ahead, from) {
			const start = emptyFrom(from * 1000) + (ahead - burst + 1) * interval;
			return Math.max(from, Math.ceil(start / 1000));
		},
		count(at) {
			if (interval > 0) emptyAt = emptyFrom(at * 1000) + interval;
		},
		isUsed: (at) => emptyFrom(at * 1000) > at * 1000,
		emptyAt: () => emptyAt,
		intervalMs: () => interval / 1000,
	};
}
