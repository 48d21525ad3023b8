import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt } from '../../core/connectors/connector';
import type { Send } from '../../core/http';
import { route } from '../../core/route';
import { headersOf } from '../shared/sign';
import { readDelivery } from './delivery';

/** Delivers an item's ticket, or shows what would be sent. @throws TriageError */
export async function routeItem(context: IExecuteFunctions, send: Send, index: number): Promise<IDataObject> {
	const delivery = readDelivery(context, index);
	if (context.getNodeParameter('dryRun', index, false) === true) {
		const unsent = { externalId: null, externalUrl: null };
		return { route: { ...toJson(delivery, unsent), dry_run: true, request: maskedRequest(delivery) } };
	}
	return { route: toJson(delivery, await route(delivery, send, Date.now)) };
}

function maskedRequest(delivery: Delivery): IDataObject | null {
	const request = findConnector(delivery.mapping.system).request(delivery);
	if (request === null) return null;
	const { method, url, body } = request;
	const headers = Object.fromEntries(Object.keys(headersOf(request, 0)).map((name) => [name, '***']));
	return { method, url, headers, body };
}

function toJson({ ticketId, decision, mapping }: Delivery, receipt: Receipt): IDataObject {
	return {
		ticket_id: ticketId,
		system: mapping.system,
		assigned_to: mapping.teamName,
		external_ticket_id: receipt.externalId,
		external_url: receipt.externalUrl,
		status: decision.needsReview ? 'needs_review' : 'routed',
	};
}
