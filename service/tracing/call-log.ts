import { TriageError, type ErrorCode } from '../../core/errors';
import type { Logger } from '../logger';

/** A request to somebody else, and what came of it. */
export interface Call {
	system: string;
	outcome: 'success' | 'bug' | ErrorCode;
	status?: number;
	ms: number;
}

/** Who is asked to wait has not failed: that it is tried again is said elsewhere. */
const NO_FAILURE: readonly Call['outcome'][] = ['success', 'rate_limited'];

export function logCall(log: Logger, call: Call): void {
	if (NO_FAILURE.includes(call.outcome)) log.debug(call, 'call answered');
	else log.error(call, 'call failed');
}

/** What came of a call that threw this. */
export function outcomeOf(error: unknown): Pick<Call, 'outcome' | 'status'> {
	if (!(error instanceof TriageError)) return { outcome: 'bug' };
	return { outcome: error.code, ...(error.status !== undefined && { status: error.status }) };
}
