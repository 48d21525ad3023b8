import { findConnector } from './connectors';
import type { Delivery, Receipt } from './connectors/connector';
import { errorFromStatus, type Send } from './http';

/**
 * Builds the request, has it sent, reads the receipt. `now` gives milliseconds since 1970, for answers that say until
 * when to wait. @throws TriageError
 */
export async function route(delivery: Delivery, send: Send, now?: () => number): Promise<Receipt> {
	const connector = findConnector(delivery.mapping.system);
	const request = connector.request(delivery);
	if (request === null) return { externalId: null, externalUrl: null };
	const response = await send(request);
	if (response.status >= 300) {
		throw errorFromStatus(connector.system, response, connector.explanation(response), now?.());
	}
	return connector.receipt(response, delivery);
}
