import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt } from '../../core/connectors/connector';
import type { Send } from '../../core/http';
import { maskRequest } from '../../core/masking';
import { findDelivered, route } from '../../core/route';
import { createPatience } from '../shared/patience';
import { createSend } from '../shared/send';
import { headersOf } from '../shared/sign';
import { readWish, toDelivery, type Wish } from './delivery';
import { inFormTerms } from './form-terms';
import { handOver } from './hand-over';
import { readOptions } from './options';
import { routeError } from './route-error';
import { findWay, type Way } from './way';

/** What the node adds to an item's json. */
export interface Routed extends IDataObject {
	route: IDataObject;
}

/** Delivers an item's ticket, or shows what would be sent. @throws NodeApiError or NodeOperationError */
export async function routeItem(context: IExecuteFunctions, index: number): Promise<Routed> {
	const toService = context.getNodeParameter('mappingSource', index, 'table') === 'service';
	const handle = toService ? handOver : byTable;
	return await routeWish(context, handle, index).catch((error: unknown) =>
		routeError(context.getNode(), error, { itemIndex: index, toService }),
	);
}

type Handle = (context: IExecuteFunctions, wish: Wish, index: number) => Promise<IDataObject>;

async function routeWish(context: IExecuteFunctions, handle: Handle, index: number): Promise<Routed> {
	return { route: await handle(context, readWish(context, index), index) };
}

async function byTable(context: IExecuteFunctions, wish: Wish, index: number): Promise<IDataObject> {
	const options = readOptions(context, index);
	const { delivery: planned, place } = toDelivery(context, wish, index);
	const way = await findWay(context, { mapping: planned.mapping, place }, index);
	const delivery = { ...planned, mapping: way.mapping };
	const isDryRun = context.getNodeParameter('dryRun', index, false) === true;
	const isSought = options.lookForExisting && wish.ticketId !== null;
	const send = createSend(context, way.name, way.credential);
	const patience = createPatience(context, options.maximumWait);
	try {
		if (isDryRun) return { ...toJson(delivery, NOTHING, false), dry_run: true, request: shownRequest(delivery, way) };
		const existing = isSought ? await patience(async () => await findExisting(delivery, send)) : null;
		if (existing !== null) return toJson(delivery, existing, true);
		return toJson(delivery, await patience(async () => await route(delivery, send, Date.now)), false);
	} catch (error) {
		throw inFormTerms(error, way.mapping, place);
	}
}

const NOTHING: Receipt = { externalId: null, externalUrl: null };

async function findExisting(delivery: Delivery, send: Send): Promise<Receipt | null> {
	const { search } = findConnector(delivery.mapping.system);
	return search ? await findDelivered(delivery, send, Date.now) : null;
}

function shownRequest(delivery: Delivery, { hidden }: Way): IDataObject | null {
	const request = findConnector(delivery.mapping.system).request(delivery);
	return request && { ...maskRequest({ ...request, headers: headersOf(request, 0) }, hidden) };
}

function toJson({ ticketId, decision, mapping }: Delivery, receipt: Receipt, foundExisting: boolean): IDataObject {
	return {
		ticket_id: ticketId,
		system: mapping.system,
		assigned_to: mapping.teamName,
		external_ticket_id: receipt.externalId,
		external_url: receipt.externalUrl,
		status: decision.needsReview ? 'needs_review' : 'routed',
		found_existing: foundExisting,
	};
}
