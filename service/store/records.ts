import type { Classification } from '../../core/classification';
import type { Priority, Ticket } from '../../core/ticket';
import type { Origin } from '../tracing/context';

export type Status = 'received' | 'classified' | 'routed' | 'needs_review' | 'failed';
export const STATUSES = [
	'received',
	'classified',
	'routed',
	'needs_review',
	'failed',
] as const satisfies readonly Status[];

/** A ticket as it is stored: names are the columns' names. Times are ISO 8601 in UTC. */
export interface TicketRecord extends Origin {
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
	/** From 1; each move by a person begins another. */
	delivery_number: number;
	/** `sending`: a request is on its way, or the process ended while it was; `in_doubt`: nobody knows if it arrived. */
	delivery_state: 'sending' | 'in_doubt' | null;
	/** Where the last request went: a fingerprint, as the address may be a secret. */
	delivery_target: string | null;
	/** The mapping it went by. */
	delivery_mapping: number | null;
	delivery_at: string | null;
	/** Where it stood before it was moved, as long as nothing there says so. */
	moved_from: MovedFrom | null;
	/** What a person decided; no automatic step changes it. */
	corrected_department: string | null;
	corrected_team: string | null;
	corrected_note: string | null;
	corrected_at: string | null;
	/** Since when there is no text of it any more. */
	erased_at: string | null;
}

export interface MovedFrom {
	system: string;
	mapping: number | null;
	/** The fingerprint of its address, as in delivery_target. */
	target: string | null;
	external_ticket_id: string | null;
	external_url: string | null;
}

export type Step =
	| 'received'
	| 'classified'
	| 'decided'
	| 'asked'
	| 'sent_again'
	| 'routed'
	| 'postponed'
	| 'failed'
	| 'corrected'
	| 'moved'
	| 'linked'
	| 'not_linked'
	| 'retried'
	| 'erased';

/** A line of a ticket's history. */
export interface TicketEvent {
	ticket_id: string;
	step: Step;
	detail: Record<string, unknown>;
	created_at: string;
}

const UNDELIVERED = {
	delivery_number: 1,
	delivery_state: null,
	delivery_target: null,
	delivery_mapping: null,
	delivery_at: null,
	moved_from: null,
	corrected_department: null,
	corrected_team: null,
	corrected_note: null,
	corrected_at: null,
	erased_at: null,
} as const;

const FROM_NOWHERE: Origin = { request_id: null, traceparent: null };

export function newRecord(ticketId: string, ticket: Ticket, now: string, origin = FROM_NOWHERE): TicketRecord {
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
		...origin,
		...UNDELIVERED,
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
