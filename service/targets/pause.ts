/** How long a target that refused a call as one too many is sent nothing. */
export interface Pause {
	/** Milliseconds since 1970; past where there is none. */
	until(): number;
	/** Whether the last that was heard is a refusal: then one call at a time tries if it is over. */
	isProbing(): boolean;
	/** For a call that begins: what it says of itself when it has ended. */
	mark(): number;
	/** A call was refused that began at this mark; `retryAfter` in seconds. */
	refused(mark: number, retryAfter: number | undefined): void;
	/** A call that began at this mark was answered by something else than a refusal, be it a no. */
	answered(mark: number): void;
	/** A call succeeded that began at this mark. */
	succeeded(mark: number): void;
}

const FIRST_MS = 1000;
/** Where it does not say how long. */
export const LONGEST_PAUSE_MS = 60_000;
/** Whoever asks for more is asked again after this. */
const LONGEST_ASKED_MS = 86_400_000;

/** Pauses as long as the target asks, else twice as long with each refusal in a row; `now` in milliseconds since 1970. */
export function createPause(now: () => number): Pause {
	let until = 0;
	let pauses = 0;
	let inARow = 0;
	let probing = false;
	return {
		until: () => until,
		isProbing: () => probing,
		mark: () => pauses,
		refused(mark, retryAfter) {
			// Calls that were under way together are refused together: that counts once.
			if (mark === pauses) {
				pauses += 1;
				inARow += 1;
				probing = true;
			}
			const own = Math.min(LONGEST_PAUSE_MS, FIRST_MS * 2 ** Math.max(0, inARow - 1));
			const wait = retryAfter === undefined ? own : Math.min(LONGEST_ASKED_MS, retryAfter * 1000);
			// The clock shows whole milliseconds that have begun, so one more.
			until = Math.max(until, now() + Math.ceil(wait) + 1);
		},
		answered(mark) {
			if (mark === pauses) probing = false;
		},
		succeeded(mark) {
			if (mark !== pauses) return;
			inARow = 0;
			probing = false;
		},
	};
}
