/**
 * For what would be said of everything at once, as of a database that is gone: says it once in `everyMs`, with how many
 * times it was left out before. `now` is in milliseconds.
 */
export function seldom(everyMs: number, now: () => number = Date.now): (say: (leftOut: number) => void) => void {
	let last = -Infinity;
	let leftOut = 0;
	return (say) => {
		if (now() - last < everyMs) {
			leftOut += 1;
			return;
		}
		last = now();
		say(leftOut);
		leftOut = 0;
	};
}
