const MINUTE_MS = 60_000;

/** A moment as `2026-11-22T16:05Z`, never earlier than it is. */
export function minuteOf(time: number): string {
	return new Date(Math.ceil(time / MINUTE_MS) * MINUTE_MS).toISOString().replace(/:00\.000Z$/, 'Z');
}

/** A moment as `16:04:31 UTC`, never earlier than it is. */
export function secondOf(time: number): string {
	return `${new Date(Math.ceil(time / 1000) * 1000).toISOString().slice(11, 19)} UTC`;
}
