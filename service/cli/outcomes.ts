import { isRecord, type JsonRecord } from '../../core/json';
import type { presentTicket } from '../http/present';
import type { FieldProblem } from '../http/problems';
import type { Status } from '../store/records';

/** What became of a row: its ticket as the API shows it, or what is wrong with it. */
export type Outcome = TicketOutcome | { problems: FieldProblem[] };
export type TicketOutcome = Omit<ReturnType<typeof presentTicket>, 'status'> & { status: Status | 'dry_run' };

/** As much of an outcome as the totals need. */
export type Counted = Pick<TicketOutcome, 'status' | 'department' | 'confidence_score' | 'needs_review'>;

/** Whether a line is one that this program writes, so that no other file is taken for results. */
export function isResult(line: unknown): line is JsonRecord {
	if (!isRecord(line) || !Number.isInteger(line.line)) return false;
	return Array.isArray(line.problems) || typeof line.ticket_id === 'string';
}

/** Finished is what another run could not change: a failed ticket may have been put right meanwhile, an invalid row too. */
export function isFinished(line: JsonRecord): boolean {
	return line.status === 'routed' || line.status === 'needs_review';
}

export function countedOf(line: JsonRecord): Counted {
	return {
		status: line.status === 'routed' ? 'routed' : 'needs_review',
		department: typeof line.department === 'string' ? line.department : null,
		confidence_score: typeof line.confidence_score === 'number' ? line.confidence_score : null,
		needs_review: line.needs_review === true,
	};
}
