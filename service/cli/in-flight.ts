export interface InFlight {
	/** Starts the work as soon as there is room for it; resolves when it has started. */
	start(work: () => Promise<void>): Promise<void>;
	/** Resolves when nothing is under way. */
	idle(): Promise<void>;
}

/** At most so many at once. `failed` hears of what work throws. */
export function createInFlight(most: number, failed: (error: unknown) => void): InFlight {
	let running = 0;
	let wakers: (() => void)[] = [];

	function ended(): void {
		running -= 1;
		const woken = wakers;
		wakers = [];
		woken.forEach((wake) => wake());
	}

	async function until(condition: () => boolean): Promise<void> {
		while (!condition()) await new Promise<void>((resolve) => wakers.push(resolve));
	}

	return {
		async start(work) {
			await until(() => running < most);
			running += 1;
			void work().catch(failed).finally(ended);
		},
		idle: () => until(() => running === 0),
	};
}
