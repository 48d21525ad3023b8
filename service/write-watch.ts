/** Whether writes reach the disk, by the last of them. */
export interface WriteWatch {
	record(ok: boolean): void;
	/** How the last write went; after a failed one each question has another try made, for the next to know. */
	ok(): boolean;
}

/** `probe` writes something; without it, who is not ready gets no tickets, and would never write again. */
export function createWriteWatch(probe: () => Promise<void>): WriteWatch {
	let well = true;
	let probing = false;

	async function tryAgain(): Promise<void> {
		probing = true;
		well = await probe().then(
			() => true,
			() => false,
		);
		probing = false;
	}

	return {
		record(ok) {
			well = ok;
		},
		ok() {
			if (!well && !probing) void tryAgain();
			return well;
		},
	};
}
