import { setImmediate } from 'node:timers/promises';
import { isRowError } from '../store/row-errors';

export interface GroupCommit<Write> {
	/** Resolves when the write is on disk. */
	write(write: Write): Promise<void>;
	/** Resolves when nothing is under way. */
	idle(): Promise<void>;
}

interface Entry<Write> {
	write: Write;
	resolve: () => void;
	reject: (error: unknown) => void;
}

type Commit<Write> = (writes: Write[]) => Promise<void>;

/** Writes more than this wait for the next transaction. */
const MOST_A_COMMIT = 200;

/**
 * Gathers writes that arrive while a transaction is under way and commits them together in the next one: a forced write to
 * disk costs the same for one as for many. One at a time on every database: two at once would each be half as full.
 */
export function createGroupCommit<Write>(commit: Commit<Write>): GroupCommit<Write> {
	let waiting: Entry<Write>[] = [];
	let flushing: Promise<void> | undefined;

	async function flush(): Promise<void> {
		while (waiting.length > 0) {
			// Whatever is written in the same turn of the event loop goes together.
			await setImmediate();
			const batch = waiting.slice(0, MOST_A_COMMIT);
			waiting = waiting.slice(batch.length);
			await commitBatch(batch, commit);
		}
		flushing = undefined;
	}

	return {
		write: (write) =>
			new Promise((resolve, reject) => {
				waiting.push({ write, resolve, reject });
				flushing ??= flush();
			}),
		async idle() {
			await flushing;
		},
	};
}

/**
 * Writes a batch in one transaction. If a row of it cannot be written, the batch is halved until that row stands alone, so
 * that it does not sink its neighbours. Any other failure (busy, full, gone) would meet each of them alike, and each would
 * wait for it again: the whole batch fails at once.
 */
async function commitBatch<Write>(batch: Entry<Write>[], commit: Commit<Write>): Promise<void> {
	try {
		await commit(batch.map(({ write }) => write));
		batch.forEach(({ resolve }) => resolve());
	} catch (error) {
		if (batch.length === 1 || !isRowError(error)) return batch.forEach(({ reject }) => reject(error));
		const half = Math.ceil(batch.length / 2);
		await commitBatch(batch.slice(0, half), commit);
		await commitBatch(batch.slice(half), commit);
	}
}
