/** How long a target that refused a call as one too many is sent nothing. */
export interface Pause {
	/** Milliseconds since 1970; past where there is none. */
	until(): number;
	/** For a call that begins: what it says of itself when it has ended. */
	mark(): number;
	/** A call was refused that began at this mark; `retryAfter` in seconds. */
	refused(mark: number, retryAfter: number | undefined): void;
	/** A call succeeded that began at this mark. */
	succeeded(mark: number): void;
}

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** Whoever asks for more is asked again after this. */
const LONGEST_ASKED_MS = 86_400_000;

/** Pauses as long as the target asks, else twice as long with each refusal in a row; `now` in milliseconds since 1970. */
export function createPause(now: () => number): Pause {
	let until = 0;
	let pauses = 0;
	let inARow = 0;
	return {
		until: () => until,
		mark: () => pauses,
		refused(mark, retryAfter) {
			// Calls that were under way together are refused together: that counts once.
			if (mark === pauses) {
				pauses += 1;
				inARow += 1;
			}
			const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, inARow - 1));
			const wait = retryAfter === undefined ? own : Math.min(LONGEST_ASKED_MS, retryAfter * 1000);
			// The clock shows whole milliseconds that have begun, so one more.
			until = Math.max(until, now() + Math.ceil(wait) + 1);
		},
		succeeded(mark) {
			if (mark === pauses) inARow = 0;
		},
	};
}
