import type { Ticket } from '../../core/ticket';
import type { TicketOutcome } from './outcomes';

/** What a row's ticket is handed to. */
export interface Triage {
	/**
	 * The settled ticket, and whether it was there before; null where `patience` ended first.
	 * @throws when the ticket cannot be taken at all
	 */
	settle(
		ticket: Ticket,
		ticketId: string,
		patience: AbortSignal,
	): Promise<{ outcome: TicketOutcome; known: boolean } | null>;
	close(): Promise<void>;
}
