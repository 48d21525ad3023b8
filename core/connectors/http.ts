import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Connector, Delivery, Receipt } from './connector';

/** Any JSON API: the ticket as one flat object, the method and headers from the mapping. */
export const http: Connector = { system: 'http', request, receipt, explanation };

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	const method = METHODS.find((known) => known === mapping.method.toUpperCase());
	if (!method) throw new TriageError('misconfigured', `The mapping's method must be one of ${METHODS.join(', ')}`);
	if (!/^https?:\/\/[^\s]+$/iu.test(mapping.endpoint)) {
		throw new TriageError('misconfigured', 'The mapping needs an endpoint that starts with https:// or http://');
	}
	return {
		method,
		url: mapping.endpoint,
		headers: { 'content-type': 'application/json', ...safeHeaders(mapping.headers) },
		body: JSON.stringify(payload(delivery)),
	};
}

function payload({ ticketId, ticket, classification, decision, mapping }: Delivery): JsonRecord {
	return {
		ticket_id: ticketId,
		title: ticket.title,
		description: ticket.description,
		email: ticket.email,
		department: decision.department,
		assigned_to: mapping.teamName,
		priority: ticket.priority,
		effective_priority: decision.effectivePriority,
		needs_review: decision.needsReview,
		confidence_score: classification?.confidence ?? null,
		reasoning: classification?.reasoning ?? null,
		source: ticket.source,
		metadata: ticket.metadata,
	};
}

function safeHeaders(headers: Record<string, string>): Record<string, string> {
	for (const [name, value] of Object.entries(headers)) {
		if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name) || /[^\t\x20-\x7e\x80-\xff]/u.test(value)) {
			throw new TriageError('misconfigured', 'A header of the mapping has a character that HTTP does not allow');
		}
	}
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const ID_FIELDS = ['id', 'ticket_id', 'key', 'number'];
const URL_FIELDS = ['url', 'html_url', 'web_url', 'link'];

/** Any answer below 400 is a yes, JSON or not; an id and a link are taken where they stand at the top. */
function receipt(response: HttpResponse): Receipt {
	const body = readJson(response.body);
	if (!isRecord(body)) return { externalId: null, externalUrl: null };
	const externalUrl = firstText(body, URL_FIELDS);
	return {
		externalId: firstText(body, ID_FIELDS),
		externalUrl: externalUrl !== null && /^https?:\/\//iu.test(externalUrl) ? externalUrl : null,
	};
}

function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const nested = isRecord(body.error) ? firstText(body.error, ['message']) : null;
	return (nested ?? firstText(body, ['detail', 'message', 'error', 'title']) ?? '').slice(0, 300);
}

function firstText(record: JsonRecord, fields: string[]): string | null {
	for (const field of fields) {
		const value = record[field];
		if (typeof value === 'number' && Number.isFinite(value)) return String(value);
		if (typeof value === 'string' && value !== '') return value.slice(0, 500);
	}
	return null;
}
