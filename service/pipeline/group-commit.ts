import { isRowError } from '../store/row-errors';

/** Writes more than this wait for the next transaction. */
const MOST_A_COMMIT = 200;

/**
 * Gathers writes that arrive while a transaction is under way and commits them together in the next one:
 * a forced write to disk costs the same for one as for many.
 *
 * `commit` writes a batch in one transaction. If a row of it cannot be written, the batch is halved until that row stands
 * alone, so that it does not sink its neighbours. Any other failure (busy, full, gone) would meet each of them alike,
 * and each would wait for it again: the whole batch fails at once.
 */
export function createGroupCommit<Write>(commit: (writes: Write[]) => Promise<void>) {
	let waiting: Entry<Write>[] = [];
	let flushing: Promise<void> | undefined;

	async function flush(): Promise<void> {
		while (waiting.length > 0) {
			const batch = waiting.slice(0, MOST_A_COMMIT);
			waiting = waiting.slice(batch.length);
			await commitBatch(batch);
		}
		flushing = undefined;
	}

	async function commitBatch(batch: Entry<Write>[]): Promise<void> {
		try {
			await commit(batch.map(({ write }) => write));
			batch.forEach(({ resolve }) => resolve());
		} catch (error) {
			if (batch.length === 1 || !isRowError(error)) return batch.forEach(({ reject }) => reject(error));
			const half = Math.ceil(batch.length / 2);
			await commitBatch(batch.slice(0, half));
			await commitBatch(batch.slice(half));
		}
	}

	return {
		/** Resolves when the write is on disk. */
		write(write: Write): Promise<void> {
			return new Promise((resolve, reject) => {
				waiting.push({ write, resolve, reject });
				flushing ??= Promise.resolve().then(flush);
			});
		},
		/** Resolves when nothing is under way. */
		async idle(): Promise<void> {
			await flushing;
		},
	};
}

export type GroupCommit<Write> = ReturnType<typeof createGroupCommit<Write>>;

interface Entry<Write> {
	write: Write;
	resolve: () => void;
	reject: (error: unknown) => void;
}
