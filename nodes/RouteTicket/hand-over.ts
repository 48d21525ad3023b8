import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { maskRequest } from '../../core/masking';
import { createPatience } from '../shared/patience';
import { openTriageService, type ServiceTicket, type TriageService } from '../shared/triage-service';
import type { Wish } from './delivery';
import { readOptions } from './options';

/**
 * Hands an item's ticket to the triage service, which classifies it again and delivers it by its mappings; where that ends
 * up with another department than the item's, it is moved there. A ticket that the service knows by its id is not submitted.
 * @throws TriageError, NodeOperationError
 */
export async function handOver(context: IExecuteFunctions, wish: Wish, index: number): Promise<IDataObject> {
	const { lookForExisting, maximumWait } = readOptions(context, index);
	const patience = createPatience(context, maximumWait);
	const service = await openTriageService(context, index, { patience, maximumWait });
	if (context.getNodeParameter('dryRun', index, false) === true) return dryRun(service, wish);
	const { ticket, ticketId } = wish;
	const existing = lookForExisting && isServiceId(ticketId) ? await service.find(ticketId) : null;
	const submitted = existing ?? (await service.submit(ticket, ticketId));
	const isMoved = needsMove(wish, submitted, existing !== null);
	const settled = isMoved ? await moved(service, submitted, wish.department) : submitted;
	if (settled.status === 'failed') throw notDelivered(settled);
	return toJson(settled, existing !== null);
}

/** The service has no ids of any other kind. */
function isServiceId(id: string | null): id is string {
	return id !== null && /^[\w-]{1,64}$/u.test(id);
}

/**
 * What is known to be the department goes before what the service makes of the ticket. Of a ticket that already waited
 * there for a person, the item brings that person's answer.
 */
function needsMove({ department, needsReview }: Wish, ticket: ServiceTicket, isExisting: boolean): boolean {
	if (needsReview) return false;
	const isOther = String(ticket.department ?? '').toLowerCase() !== department.toLowerCase();
	return isOther || (isExisting && ticket.status === 'needs_review');
}

async function moved(service: TriageService, { ticket_id: id }: ServiceTicket, department: string) {
	return await service.correct(id, department).catch((error: unknown) => kept(id, error));
}

/** The ticket is there by now: whoever runs the item again should do so by that id. */
function kept(id: string, error: unknown): never {
	if (!(error instanceof TriageError)) throw error;
	const { code, message, status, retryAfter } = error;
	const text = `The triage service has the ticket as ${id}, and could not move it: ${message}`;
	throw new TriageError(code, text, { status, retryAfter });
}

function notDelivered({ ticket_id: id, error_message: said }: ServiceTicket): TriageError {
	const why = typeof said === 'string' && said !== '' ? said : 'it does not say why';
	const advice = 'put it right and have it tried again there, it keeps the ticket';
	return new TriageError('rejected', `The triage service could not deliver ${id} (${why}): ${advice}`);
}

function dryRun(service: TriageService, { ticket, ticketId, department, needsReview }: Wish): IDataObject {
	const request = maskRequest(service.submission(ticket, ticketId), { headers: ['x-api-key'], address: false });
	return {
		ticket_id: ticketId,
		system: 'service',
		assigned_to: null,
		external_ticket_id: null,
		external_url: null,
		status: needsReview ? 'needs_review' : 'routed',
		found_existing: false,
		dry_run: true,
		request: { ...request },
		...(!needsReview && { then_moved_to: department }),
	};
}

function toJson(ticket: ServiceTicket, foundExisting: boolean): IDataObject {
	const text = (name: string): string | null => (typeof ticket[name] === 'string' ? ticket[name] : null);
	return {
		ticket_id: ticket.ticket_id,
		system: text('routed_to_system'),
		assigned_to: text('assigned_to'),
		external_ticket_id: text('external_ticket_id'),
		external_url: text('external_url'),
		status: ticket.status,
		found_existing: foundExisting,
	};
}
