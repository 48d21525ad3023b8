import { outageOf } from './store/outages';

/** Whether writes reach the disk, by the last of them. */
export interface WriteWatch {
	record(ok: boolean, error?: unknown): void;
	/** How the last write went; after a failed one each question has another try made, for the next to know. */
	ok(): boolean;
	/** Why the last write failed, in a few words; null where it did not, or the reason is not known. */
	reason(): string | null;
}

/** `probe` writes something; without it, who is not ready gets no tickets, and would never write again. */
export function createWriteWatch(probe: () => Promise<void>): WriteWatch {
	let well = true;
	let reason: string | null = null;
	let probing = false;

	function record(ok: boolean, error?: unknown): void {
		well = ok;
		reason = ok ? null : outageOf(error);
	}

	async function tryAgain(): Promise<void> {
		probing = true;
		await probe().then(
			() => record(true),
			(error: unknown) => record(false, error),
		);
		probing = false;
	}

	return {
		record,
		ok() {
			if (!well && !probing) void tryAgain();
			return well;
		},
		reason: () => reason,
	};
}
