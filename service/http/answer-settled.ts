import type { Request, Response } from 'express';
import type { Pipeline } from '../pipeline/pipeline';
import { isSettled, type TicketRecord } from '../store/records';
import { presentTicket } from './present';

export interface SettledDeps {
	pipeline: Pipeline;
	/** How long a caller who waits is kept waiting, in milliseconds. */
	syncWaitMs: number;
}

/** The ticket once it is settled, else 202 and where it can be seen; at once for a caller who asked for that. */
export async function answerSettled(
	working: TicketRecord,
	request: Request,
	response: Response,
	{ pipeline, syncWaitMs }: SettledDeps,
): Promise<void> {
	response.locals.ticketId = working.ticket_id;
	const record = prefersAsync(request) ? working : await pipeline.settled(working, syncWaitMs);
	answerTicket(record, request, response);
}

/** 200 with a ticket that is settled, 202 with any other. */
export function answerTicket(record: TicketRecord, request: Request, response: Response): void {
	if (prefersAsync(request)) response.set('Preference-Applied', 'respond-async');
	if (!isSettled(record)) response.set('Location', `/webhook/ticket/${record.ticket_id}`);
	response.status(isSettled(record) ? 200 : 202).json(presentTicket(record));
}

export function prefersAsync(request: Request): boolean {
	return /(^|[,;\s])respond-async($|[,;\s])/i.test(request.get('prefer') ?? '');
}
