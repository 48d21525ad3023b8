import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { errorFromStatus, type HttpRequest, type Send } from '../../core/http';
import { isRecord, readJson, type JsonRecord } from '../../core/json';
import type { Ticket } from '../../core/ticket';
import { credentialText, readCredential } from './credentials';
import type { Patience } from './patience';
import { createSend } from './send';
import { explanation, serviceRequest, serviceSite } from './service-request';
import { createWait } from './wait';

export const SERVICE_CREDENTIAL = 'triageServiceApi';

/** A ticket as the service shows it; see its API. */
export interface ServiceTicket extends JsonRecord {
	ticket_id: string;
	status: string;
}

/** The service of this project, which keeps, classifies and delivers tickets by mappings of its own. */
export interface TriageService {
	/** What `submit` sends: once for a ticket that brings its own id, for as long as it says the same. */
	submission(ticket: Ticket, ticketId: string | null): HttpRequest;
	/** The ticket as it stands once it is settled, or the time for waiting is over. @throws TriageError */
	submit(ticket: Ticket, ticketId: string | null): Promise<ServiceTicket>;
	/** Null where the service does not know the id. @throws TriageError */
	find(ticketId: string): Promise<ServiceTicket | null>;
	/** Settled like that of submit. @throws TriageError */
	correct(ticketId: string, department: string): Promise<ServiceTicket>;
}

export interface ServiceWait {
	patience: Patience;
	/** How long a ticket that is not settled is waited for, in seconds. */
	maximumWait: number;
}

/** @throws NodeOperationError where no credential is chosen */
export async function openTriageService(
	context: IExecuteFunctions,
	index: number,
	{ patience, maximumWait }: ServiceWait,
): Promise<TriageService> {
	const site = await siteOf(context, index);
	const send = createSend(context, 'The triage service', SERVICE_CREDENTIAL);
	const wait = createWait(context);
	const show = (id: string): HttpRequest => serviceRequest('GET', `${site}/webhook/ticket/${encodeURIComponent(id)}`);
	const settled = async (ticket: ServiceTicket): Promise<ServiceTicket> => {
		let seen = ticket;
		for (let left = maximumWait; left > 0 && !isSettled(seen); left -= 1) {
			await wait(Math.min(left, 1) * 1000);
			const last = seen;
			// The service has the ticket: not seeing how it stands is no reason to give it up.
			seen = await call(send, show(ticket.ticket_id)).catch(() => last);
		}
		return seen;
	};
	const submission = (ticket: Ticket, ticketId: string | null): HttpRequest => {
		const wanted = serviceRequest('POST', `${site}/webhook/ticket`, {
			...ticket,
			source: ticket.source ?? 'n8n',
			metadata: { ...ticket.metadata, ...(ticketId !== null && { ticket_id: ticketId }) },
		});
		if (ticketId === null) return wanted;
		const key = idempotencyKey(ticketId, wanted.body ?? '');
		return { ...wanted, headers: { ...wanted.headers, 'idempotency-key': key } };
	};
	return {
		submission,
		submit: async (ticket, id) => await settled(await patience(async () => await call(send, submission(ticket, id)))),
		find: async (id) => await patience(async () => await call(send, show(id)).catch(nullWhereUnknown)),
		async correct(id, department) {
			const correction = serviceRequest('POST', `${site}/tickets/${encodeURIComponent(id)}/correct`, { department });
			return await settled(await patience(async () => await call(send, correction)));
		},
	};
}

export function isSettled({ status }: ServiceTicket): boolean {
	return ['routed', 'needs_review', 'failed'].includes(status);
}

async function siteOf(context: IExecuteFunctions, index: number): Promise<string> {
	const wanted = {
		type: SERVICE_CREDENTIAL,
		purpose: 'Tickets go to the triage service',
		advice: 'Choose a credential for the triage service at the top of this node.',
	};
	const url = credentialText(await readCredential(context, wanted, index), 'url');
	return serviceSite(url);
}

/**
 * For a day the service answers a repeated key with the ticket that it has: an item that runs again makes no second one.
 * With the text the key changes, so that a ticket that was edited is a new one, not a key used for something else.
 */
function idempotencyKey(ticketId: string, body: string): string {
	const readable = ticketId.replace(/[^\w.:-]+/gu, '_').slice(0, 100);
	return `triage-${readable}-${createHash('sha256').update(body).digest('hex')}`;
}

async function call(send: Send, wanted: HttpRequest): Promise<ServiceTicket> {
	const response = await send(wanted);
	if (response.status >= 300) throw errorFromStatus('The triage service', response, explanation(response), Date.now());
	const body = readJson(response.body);
	if (isRecord(body) && typeof body.ticket_id === 'string' && typeof body.status === 'string') {
		return { ...body, ticket_id: body.ticket_id, status: body.status };
	}
	const advice = 'check that the URL in the credential is that of the service';
	throw new TriageError('unreadable', `The triage service answered ${response.status} without a ticket: ${advice}`, {
		status: response.status,
	});
}

function nullWhereUnknown(error: unknown): null {
	if (error instanceof TriageError && error.status === 404 && /no ticket with this id/iu.test(error.message)) {
		return null;
	}
	throw error;
}
