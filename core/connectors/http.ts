import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import { cleanLine, isVisible, shorten } from '../text';
import type { Connector, Delivery, Receipt } from './connector';

/** Any JSON API: the ticket as one flat object, the method and headers from the mapping. */
export const http: Connector = { system: 'http', request, receipt, explanation };

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

/** Host or address in brackets, port, path: what every URL parser takes. */
const ADDRESS =
	/^https?:\/\/(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::(?:[1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?(?:[/?#]\S*)?$/iu;

/** Set by whoever speaks HTTP; in a mapping they would break the request. */
const RESERVED_HEADERS = [
	'connection',
	'content-length',
	'expect',
	'host',
	'keep-alive',
	'transfer-encoding',
	'upgrade',
];

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	const method = METHODS.find((known) => known === mapping.method.toUpperCase());
	if (!method) throw new TriageError('misconfigured', `The mapping's method must be one of ${METHODS.join(', ')}`);
	if (!ADDRESS.test(mapping.endpoint)) {
		throw new TriageError(
			'misconfigured',
			'The mapping needs an endpoint such as https://desk.example.com/api/tickets',
		);
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
	const safe = new Map<string, string>();
	for (const [given, value] of Object.entries(headers)) {
		const name = given.toLowerCase();
		if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name) || /[^\t\x20-\x7e\x80-\xff]/u.test(value)) {
			throw new TriageError('misconfigured', 'A header of the mapping has a character that HTTP does not allow');
		}
		if (RESERVED_HEADERS.includes(name))
			throw new TriageError('misconfigured', `The mapping must not set the header ${name}`);
		if (safe.has(name)) throw new TriageError('misconfigured', `The mapping sets the header ${name} twice`);
		safe.set(name, value);
	}
	return Object.fromEntries(safe);
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
	return shorten(nested ?? firstText(body, ['detail', 'message', 'error', 'title']) ?? '', 300);
}

function firstText(record: JsonRecord, fields: string[]): string | null {
	for (const field of fields) {
		const value = record[field];
		// Beyond 2^53 a number was already turned into another when it was read.
		if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
		if (typeof value === 'string' && isVisible(value)) return shorten(cleanLine(value), 500);
	}
	return null;
}
