import type { TicketRecord } from './records';

/** Why a ticket's text was erased: it was old, or somebody asked for it. */
export const ERASED_FOR = ['retention', 'request'] as const;
export type ErasedFor = (typeof ERASED_FOR)[number];

/** The columns in which `withoutText` changes a ticket. */
export const TEXT_COLUMNS: (keyof TicketRecord)[] = [
	...(['title', 'description', 'email', 'source', 'ticket_metadata', 'classification'] as const),
	...(['error_message', 'corrected_note', 'status', 'needs_review', 'erased_at'] as const),
];

const FAILED = 'Its text was erased, and with it why it failed';
const UNDECIDED = 'Its text was erased before a person had decided';

/**
 * What is kept of a ticket: what was decided, by whom, where it went. One that waited for a person waits no longer, as
 * nobody could decide it: it counts as routed where a system has it, and as failed where none has.
 */
export function withoutText(record: TicketRecord, at: string): TicketRecord {
	const waited = record.status === 'needs_review';
	const isOutside = record.routed_to_system !== null && record.routed_to_system !== 'inbox';
	const status = waited ? (isOutside ? 'routed' : 'failed') : record.status;
	const failure = waited ? UNDECIDED : FAILED;
	return {
		...record,
		...{ title: '', description: '', email: '', source: null, ticket_metadata: {}, corrected_note: null },
		classification: record.classification && {
			...record.classification,
			reasoning: '',
			...(record.classification.suggested_priority && {
				suggested_priority: { ...record.classification.suggested_priority, reasons: [] },
			}),
		},
		status,
		needs_review: false,
		error_message: status === 'failed' ? failure : null,
		erased_at: at,
	};
}

/** What a step's detail may keep; all else may quote the ticket or what a system said of it. */
const KEPT = new Set([
	...['priority', 'effective_priority', 'department', 'confidence', 'classifier', 'model', 'needs_review', 'reasons'],
	...['system', 'assigned_to', 'external_ticket_id', 'external_url', 'from', 'to', 'to_external_ticket_id', 'found'],
	...['code', 'next_attempt_at', 'may_be_double', 'may_be_delivered', 'asking_first', 'by'],
]);

/** A step's detail with nothing in it that anybody wrote of the ticket. */
export function withoutQuotes(detail: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(detail).filter(([key]) => KEPT.has(key)));
}
