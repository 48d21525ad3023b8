import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';

/** A cancelled execution waits no longer than this, in milliseconds. */
const SLICE_MS = 250;

/**
 * Waits in milliseconds that end when the execution is cancelled, or by `ended` where the node itself gives up.
 * @throws TriageError unavailable when it is
 */
export function createWait(context: IExecuteFunctions, ended?: AbortSignal): (ms: number) => Promise<void> {
	return async (ms) => {
		for (let left = ms; left > 0; left -= SLICE_MS) {
			if (isCancelled(context) || ended?.aborted) throw cancelled();
			await sleep(Math.min(left, SLICE_MS));
		}
	};
}

export function isCancelled(context: IExecuteFunctions): boolean {
	return context.getExecutionCancelSignal?.()?.aborted === true;
}

/** By this spelling n8n-core (workflow-execute.js) knows that nothing went wrong. */
export const CANCELLED = 'The execution was canceled';

/** What whoever still waits gets. */
function cancelled(): TriageError {
	return new TriageError('unavailable', CANCELLED);
}
