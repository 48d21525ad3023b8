import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import { TriageError } from '../errors';
import type { Mapping } from '../mapping';
import { EMAIL, emailProblem } from '../parse';
import { cleanLine, isVisible, shorten } from '../text';
import type { Priority } from '../ticket';
import { withoutTicket } from './common/created';
import { basicAuthorization, hasHeader, headerProblems, jsonHeaders } from './common/headers';
import { markerOf, plainText, summaryOf, withoutLinks } from './common/message';
import { addressOf, endpointProblems, refuseProblems, settingProblems, settingText } from './common/settings';
import type { Setting } from './common/settings';
import type { Connector, Delivery, Receipt } from './connector';

/** Freshservice, API v2: an incident per ticket, found again by its tag. */
export const freshservice: Connector = {
	system: 'freshservice',
	problems,
	request,
	receipt,
	explanation,
	search: { request: searchRequest, found },
};

const EXAMPLE = 'https://acme.freshservice.com';
const STATUS_OPEN = 2;
const PRIORITIES: Record<Priority, number> = { low: 1, medium: 2, high: 3, critical: 4 };
/** In UTF-16 units; Freshdesk, of the same maker, refuses longer ones. */
const MOST = { subject: 255, tag: 32 };

/** Within the whole numbers that JSON keeps exact. */
const WHOLE_NUMBER = /^[1-9]\d{0,14}$/u;
const NUMBERS: Setting[] = [
	{ key: 'group_id', is: 'the number of a group', pattern: WHOLE_NUMBER },
	{ key: 'department_id', is: 'the number of a department', pattern: WHOLE_NUMBER },
	{ key: 'workspace_id', is: 'the number of a workspace', pattern: WHOLE_NUMBER },
	{ key: 'source', is: 'the number of a source of the ticket form, such as 2 for the portal', pattern: WHOLE_NUMBER },
];
const SETTINGS: Setting[] = [
	// Required although many tickets bring an address of their own: Freshservice takes none without a requester.
	{
		key: 'requester_email',
		is: 'the e-mail address that reports tickets without one',
		required: true,
		pattern: EMAIL,
	},
	{ key: 'category', is: 'the name of a category' },
	...NUMBERS,
];

function problems(mapping: Mapping): string[] {
	const authorized = hasHeader(mapping, 'authorization');
	const apiKey = { key: 'api_key', is: 'the API key of an agent', required: !authorized, pattern: /^[^\s:]+$/u };
	const whole = /\/api(?:\/|$)/u.test(mapping.endpoint) ? [`the endpoint must end before /api, as in ${EXAMPLE}`] : [];
	return [
		...endpointProblems(mapping, EXAMPLE),
		...whole,
		...headerProblems(mapping),
		...settingProblems(mapping, [apiKey, ...SETTINGS]),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('freshservice', problems(mapping));
	return {
		method: 'POST',
		url: addressOf(mapping, '/api/v2/tickets'),
		headers: headersOf(mapping),
		body: JSON.stringify(payload(delivery)),
	};
}

function headersOf(mapping: Mapping): Record<string, string> {
	const apiKey = settingText(mapping, 'api_key');
	return jsonHeaders(mapping, apiKey === '' ? {} : { authorization: basicAuthorization(apiKey, 'X') });
}

function payload(delivery: Delivery): JsonRecord {
	const { ticket, decision, mapping } = delivery;
	const category = settingText(mapping, 'category');
	const numbers = NUMBERS.map(({ key }) => [key, settingText(mapping, key)]).filter(([, value]) => value !== '');
	return {
		subject: summaryOf({ ...delivery, ticket: { ...ticket, title: withoutLinks(ticket.title) } }, MOST.subject),
		description: htmlOf(withoutLinks(plainText(delivery))),
		email: emailProblem(ticket.email) === null ? ticket.email : settingText(mapping, 'requester_email'),
		status: STATUS_OPEN,
		priority: PRIORITIES[decision.effectivePriority],
		tags: [tagOf(delivery)],
		...(category !== '' && { category }),
		...Object.fromEntries(numbers.map(([key, value]) => [key, Number(value)])),
	};
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function htmlOf(text: string): string {
	return text.replace(/[&<>"']/gu, (character) => ENTITIES[character]).replace(/\r\n|[\r\n\u2028\u2029]/gu, '<br>');
}

/** The marker, or where it is too long for a tag its end, which is what tells ids apart. */
function tagOf(delivery: Delivery): string {
	const marker = markerOf(delivery);
	if (marker.length <= MOST.tag) return marker;
	const prefix = 'triage-';
	return prefix + marker.slice(prefix.length - MOST.tag).replace(/^[-_]+/u, '');
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	const created = isRecord(body) ? receiptOf(body.ticket, mapping) : null;
	if (created) return created;
	return withoutTicket('freshservice', response, explanation(response));
}

function receiptOf(ticket: unknown, mapping: Mapping): Receipt | null {
	const id = isRecord(ticket) && (typeof ticket.id === 'number' || typeof ticket.id === 'string') ? `${ticket.id}` : '';
	return WHOLE_NUMBER.test(id) ? { externalId: id, externalUrl: addressOf(mapping, `/a/tickets/${id}`) } : null;
}

/** `{description, errors: [{field, message, code}]}`, or `{code, message}` where nobody is logged in. */
function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const errors = Array.isArray(body.errors) ? body.errors.slice(0, 10).filter(isRecord) : [];
	const details = errors.map(({ field, message, code }) => joined([field, visible(message) || code]));
	return shorten(joined([visible(body.description) || body.message, details.filter(isVisible).join('; ')]), 300);
}

function joined(parts: unknown[]): string {
	return parts.map(visible).filter(isVisible).join(': ');
}

function visible(value: unknown): string {
	return typeof value === 'string' && isVisible(value) ? cleanLine(value) : '';
}

function searchRequest(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('freshservice', problems(mapping));
	const query = encodeURIComponent(`"tag:'${tagOf(delivery)}'"`).replace(/'/gu, '%27');
	const workspace = settingText(mapping, 'workspace_id');
	// Without a workspace only the primary one is searched.
	const within = workspace === '' ? '' : `&workspace_id=${encodeURIComponent(workspace)}`;
	return {
		method: 'GET',
		url: addressOf(mapping, `/api/v2/tickets/filter?query=${query}${within}`),
		headers: headersOf(mapping),
	};
}

function found(response: HttpResponse, delivery: Delivery): Receipt | null {
	const body = readJson(response.body);
	if (!isRecord(body) || !Array.isArray(body.tickets)) {
		const { status } = response;
		const message = `freshservice answered ${status} without a list of tickets: check the endpoint`;
		throw new TriageError('unreadable', message, { status, retryable: true });
	}
	const tag = tagOf(delivery);
	const ours = body.tickets.filter(isRecord).filter(({ tags }) => !Array.isArray(tags) || tags.includes(tag));
	return ours.map((ticket) => receiptOf(ticket, delivery.mapping)).find((one) => one !== null) ?? null;
}
