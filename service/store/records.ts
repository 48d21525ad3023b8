import type { Classification } from '../../core/classification';
import type { Priority, Ticket } from '../../core/ticket';

export type Status = 'received' | 'classified' | 'routed' | 'needs_review' | 'failed';
export const STATUSES = [
	'received',
	'classified',
	'routed',
	'needs_review',
	'failed',
] as const satisfies readonly Status[];

/** A ticket as it is stored: names are the columns' names. Times are ISO 8601 in UTC. */
export interface TicketRecord {
	ticket_id: string;
	title: string;
	description: string;
	email: string;
	priority: Priority;
	effective_priority: Priority;
	department: string | null;
	assigned_to: string | null;
	status: Status;
	confidence_score: number | null;
	needs_review: boolean;
	classification: Classification | null;
	external_ticket_id: string | null;
	external_url: string | null;
	routed_to_system: string | null;
	source: string | null;
	ticket_metadata: Record<string, unknown>;
	error_message: string | null;
	created_at: string;
	updated_at: string;
}

export type Step = 'received' | 'classified' | 'decided' | 'routed' | 'postponed' | 'failed';

/** A line of a ticket's history. */
export interface TicketEvent {
	ticket_id: string;
	step: Step;
	detail: Record<string, unknown>;
	created_at: string;
}

export function newRecord(ticketId: string, ticket: Ticket, now: string): TicketRecord {
	const { metadata, ...given } = ticket;
	return {
		ticket_id: ticketId,
		...given,
		effective_priority: ticket.priority,
		department: null,
		assigned_to: null,
		status: 'received',
		confidence_score: null,
		needs_review: false,
		classification: null,
		external_ticket_id: null,
		external_url: null,
		routed_to_system: null,
		ticket_metadata: metadata,
		error_message: null,
		created_at: now,
		updated_at: now,
	};
}

/** What was submitted, as the core reads it. */
export function ticketOf(record: TicketRecord): Ticket {
	const { title, description, email, priority, source } = record;
	return { title, description, email, priority, source, metadata: record.ticket_metadata };
}

export function isSettled(record: Pick<TicketRecord, 'status'>): boolean {
	return record.status === 'routed' || record.status === 'needs_review' || record.status === 'failed';
}
