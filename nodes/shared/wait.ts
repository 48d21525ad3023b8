import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';

/** A cancelled execution waits no longer than this, in milliseconds. */
const SLICE_MS = 250;

/** Waits in milliseconds that end when the execution is cancelled. @throws TriageError unavailable when it is */
export function createWait(context: IExecuteFunctions): (ms: number) => Promise<void> {
	const signal = context.getExecutionCancelSignal?.();
	return async (ms) => {
		for (let left = ms; left > 0; left -= SLICE_MS) {
			if (signal?.aborted) throw new TriageError('unavailable', 'The execution was cancelled while it waited');
			await sleep(Math.min(left, SLICE_MS));
		}
	};
}
