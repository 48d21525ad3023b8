import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import { isVisible, plainLine, shorten } from '../text';
import type { Mapping } from '../mapping';
import type { Connector, Delivery, Receipt } from './connector';
import { hasHeader, headerProblems, jsonHeaders } from './common/headers';
import { keyOf } from './common/message';
import { endpointOf, endpointProblems, isAddress, isReference, refuseProblems } from './common/settings';
import { secretsOf, signingProblems } from './common/signing';
import { bodyOf, bodyProblems } from './common/template';

/** Any JSON API: the ticket as one flat object or in the mapping's own form, method and headers from the mapping. */
export const http: Connector = {
	system: 'http',
	problems: (mapping) => problemsOf(mapping, isReference),
	request,
	receipt,
	explanation,
	knowsRepeats: true,
	pace: { atOnce: 8 },
};

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

/** `isPending` says of which texts nothing is known until they are sent. */
function problemsOf(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	return [
		...(isMethod(mapping.method) ? [] : [`the method must be one of ${METHODS.join(', ')}`]),
		...endpointProblems(mapping, 'https://desk.example.com/api/tickets'),
		...headerProblems(mapping),
		...(hasHeader(mapping, 'webhook-id')
			? ['the mapping must not set the header webhook-id: each delivery has its own']
			: []),
		...bodyProblems(mapping, isPending),
		...signingProblems(mapping, isPending),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	const method = mapping.method.toUpperCase();
	refuseProblems(
		'http',
		problemsOf(mapping, () => false),
	);
	const secrets = secretsOf(mapping);
	const id = messageId(delivery);
	return {
		method: isMethod(method) ? method : 'POST',
		url: endpointOf(mapping),
		headers: jsonHeaders(mapping, { 'webhook-id': id }),
		body: JSON.stringify(bodyOf(delivery)),
		...(secrets && { signature: { id, secrets } }),
	};
}

function isMethod(method: string): method is (typeof METHODS)[number] {
	return METHODS.some((known) => known === method.toUpperCase());
}

/** Of the delivery's key alone, and no two keys give the same. A full stop would blur what is signed. */
function messageId(delivery: Delivery): string {
	return `triage-${keyOf(delivery).replace(/[^A-Za-z\d_-]/gu, (one) => `~${one.codePointAt(0)?.toString(16)}~`)}`;
}

const ID_FIELDS = ['id', 'ticket_id', 'key', 'number'];
const LONGEST_TEXT = 500;
const URL_FIELDS = ['url', 'html_url', 'web_url', 'link'];

/** Any answer below 300 is a yes, JSON or not; an id and a link are taken where they stand at the top. */
function receipt(response: HttpResponse): Receipt {
	const body = readJson(response.body);
	if (!isRecord(body)) return { externalId: null, externalUrl: null };
	const link = URL_FIELDS.map((field) => body[field]).find((value) => typeof value === 'string' && isVisible(value));
	return { externalId: firstText(body, ID_FIELDS), externalUrl: isLink(link) ? link : null };
}

/** A person may open it: what is too long is no link once it is cut. */
function isLink(value: unknown): value is string {
	return (
		typeof value === 'string' &&
		value.length <= LONGEST_TEXT &&
		isAddress(value) &&
		!/[\p{Cc}\p{Surrogate}]/u.test(value)
	);
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
		if (typeof value === 'string' && isVisible(value)) return shorten(plainLine(value), LONGEST_TEXT);
	}
	return null;
}
