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
 * Gathers writes that arrive while transactions are under way, as many as may be at once, and commits them together in the
 * next one: a forced write to disk costs the same for one as for many.
 */
export function createGroupCommit<Write>(commit: Commit<Write>, atOnce: number): GroupCommit<Write> {
	let waiting: Entry<Write>[] = [];
	const flushes = new Set<Promise<void>>();
	let running = 0;

	async function flush(): Promise<void> {
		// Whatever is written in the same turn of the event loop goes together.
		await setImmediate();
		while (waiting.length > 0) {
			const batch = waiting.slice(0, MOST_A_COMMIT);
			waiting = waiting.slice(batch.length);
			await commitBatch(batch, commit);
		}
		running -= 1;
	}

	function startFlush(): void {
		running += 1;
		const flushed = flush().finally(() => flushes.delete(flushed));
		flushes.add(flushed);
	}

	return {
		write: (write) =>
			new Promise((resolve, reject) => {
				waiting.push({ write, resolve, reject });
				if (running < atOnce) startFlush();
			}),
		async idle() {
			await Promise.all(flushes);
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
