import { findConnector } from './connectors';
import type { Connector, Delivery, Receipt, Remark } from './connectors/connector';
import { TriageError } from './errors';
import { errorFromStatus, type HttpRequest, type HttpResponse, type Send } from './http';

/** Milliseconds since 1970, for answers that say until when to wait. */
type Clock = () => number;

/**
 * Builds the request, has it sent, reads the receipt. @throws TriageError, in doubt where the ticket may have arrived
 */
export async function route(delivery: Delivery, send: Send, now?: Clock): Promise<Receipt> {
	const connector = findConnector(delivery.mapping.system);
	const request = connector.request(delivery);
	if (request === null) return { externalId: null, externalUrl: null };
	try {
		return connector.receipt(await answered(connector, request, send, now), delivery);
	} catch (error) {
		throw error instanceof TriageError && error.code === 'unreadable' ? doubted(error) : error;
	}
}

/** A yes that cannot be read is no no. */
function doubted({ code, message, status, retryable }: TriageError): TriageError {
	return new TriageError(code, message, { status, retryable, inDoubt: true });
}

/** What is there of a delivery made before, or null. @throws TriageError also where the system cannot be asked */
export async function findDelivered(delivery: Delivery, send: Send, now?: Clock): Promise<Receipt | null> {
	const connector = findConnector(delivery.mapping.system);
	const { search } = connector;
	if (!search) throw new TriageError('misconfigured', `${connector.system} cannot be asked for a ticket`);
	return search.found(await answered(connector, search.request(delivery), send, now), delivery);
}

/** Puts a note on a ticket delivered before. Resolves with false where system or mapping take none. @throws TriageError */
export async function comment(remark: Remark, send: Send, now?: Clock): Promise<boolean> {
	const connector = findConnector(remark.mapping.system);
	const request = connector.comment?.(remark) ?? null;
	if (request === null) return false;
	await answered(connector, request, send, now);
	return true;
}

async function answered(
	connector: Connector,
	request: HttpRequest,
	send: Send,
	now: Clock | undefined,
): Promise<HttpResponse> {
	const response = await send(request);
	const refusal = connector.refusal?.(response) ?? null;
	if (refusal !== null) throw refusal;
	if (response.status < 300) return isWebPage(response) ? rejectWebPage(connector, response) : response;
	throw errorFromStatus(connector.system, response, connector.explanation(response), now?.());
}

/** No API answers a yes with a page for people: something in between does, a log-in or a proxy. */
function isWebPage({ body }: HttpResponse): boolean {
	return /^\uFEFF?\s*<(?:!doctype\s+html|html)\b/iu.test(body);
}

function rejectWebPage({ system }: Connector, { status }: HttpResponse): never {
	const advice = 'check that the endpoint is an API, and that nothing in between asks to log in';
	throw new TriageError('unreadable', `${system} answered ${status} with a web page: ${advice}`, { status });
}
