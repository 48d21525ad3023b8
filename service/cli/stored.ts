import { TriageError } from '../../core/errors';
import type { Ticket } from '../../core/ticket';
import type { Config } from '../config';
import { presentTicket } from '../http/present';
import type { Logger } from '../logger';
import { createService, type Service, type ServiceOptions } from '../service';
import { isSettled, type TicketRecord } from '../store/records';
import { findTicket } from '../store/tickets';
import type { Triage } from './triage-port';

export interface StoredOptions {
	config: Config;
	log: Logger;
	version: string;
	lookup: (name: string) => string | undefined;
	timing?: ServiceOptions['timing'];
}

/**
 * A ticket that a killed run was working on is given out again when its lease ends, and somebody waits for it at a
 * terminal: leases are shorter than the service's.
 */
const LEASE_MS = 6000;
/** Tickets that another process settles are not announced in this one. */
const LOOK_AGAIN_MS = 1000;

/** The service's own pipeline: tickets are stored and settled in its database. */
export async function createStoredTriage(options: StoredOptions): Promise<Triage> {
	const service = await createService({ ...options, timing: { leaseMs: LEASE_MS, ...options.timing } });
	return {
		async settle(ticket, ticketId, patience) {
			const { record, known } = await acceptOnce(ticket, ticketId, service);
			const settled = await waitFor(record, service, patience);
			return settled && { outcome: presentTicket(settled), known };
		},
		close: () => service.close(),
	};
}

/** The same row, run again, is the ticket that it became the first time. */
async function acceptOnce(
	ticket: Ticket,
	ticketId: string,
	{ pipeline, knex }: Service,
): Promise<{ record: TicketRecord; known: boolean }> {
	const earlier = await findTicket(knex, ticketId);
	if (earlier) return { record: earlier, known: true };
	try {
		return { record: await pipeline.accept(ticket, ticketId), known: false };
	} catch (cause) {
		const meanwhile = await findTicket(knex, ticketId).catch(() => undefined);
		if (meanwhile) return { record: meanwhile, known: true };
		throw new TriageError('unavailable', 'a ticket could not be stored in the database', { cause });
	}
}

async function waitFor(
	accepted: TicketRecord,
	{ pipeline }: Service,
	patience: AbortSignal,
): Promise<TicketRecord | null> {
	let record = accepted;
	while (!isSettled(record)) {
		if (patience.aborted) return null;
		record = await pipeline.settled(record, LOOK_AGAIN_MS);
	}
	return record;
}
