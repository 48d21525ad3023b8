import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isRecord, readJson, type JsonRecord } from '../../core/json';
import { isSignedBy } from '../shared/sign';
import { keptOf } from './kept';

const TEST = 'ticket.test';

/**
 * An event starts the workflow if the triage service has signed it. What is not signed is answered 401 and starts nothing.
 * A test event starts the workflow only while the editor listens for one: at a live workflow it asks whether events arrive,
 * and must not tell people of a ticket that there is none of.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const headers = context.getHeaderData() as JsonRecord;
	const body = bytesOf(context.getRequestObject());
	if (!isSignedBy({ headers, body }, secretsOf(context), Date.now())) {
		return refuse(context, 401, 'This is not signed by the triage service for this workflow');
	}
	const event = readJson(Buffer.from(body ?? []).toString('utf8'));
	if (!isRecord(event) || typeof event.type !== 'string' || !isRecord(event.data)) {
		return refuse(context, 422, 'This is no event of the triage service');
	}
	if (event.type === TEST && context.getMode() !== 'manual') {
		return { webhookResponse: { message: 'The test event has arrived, and starts nothing' } };
	}
	const json = itemOf({ type: event.type, id: String(headers['webhook-id']), timestamp: event.timestamp }, event.data);
	return await Promise.resolve({ workflowData: [[{ json }]] });
}

function secretsOf(context: IWebhookFunctions): string[] {
	const secret: unknown = keptOf(context)?.secret;
	return typeof secret === 'string' ? [secret] : [];
}

/** As n8n has read them, before it made anything of them. */
function bytesOf(request: unknown): Uint8Array | undefined {
	return isRecord(request) && request.rawBody instanceof Uint8Array ? request.rawBody : undefined;
}

function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

interface EventLabel {
	type: string;
	/** The same each time the event is sent. */
	id: string;
	timestamp: unknown;
}

/** The ticket as the API of the service shows it, and `triage` as Ticket Triage leaves it for the nodes that follow. */
function itemOf(event: EventLabel, ticket: JsonRecord): IDataObject {
	const { classification: said, department, confidence_score: confidence, needs_review: isUnsure, status } = ticket;
	const classification = isRecord(said) ? said : {};
	return {
		event: { ...event },
		...ticket,
		triage: {
			department,
			confidence,
			needs_review: isUnsure !== false || status === 'failed',
			effective_priority: ticket.effective_priority,
			reasoning: classification.reasoning ?? '',
			classifier: classification.classifier ?? null,
		},
	} as IDataObject;
}
