import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { EMAIL, emailProblem } from '../parse';
import { isVisible, shorten } from '../text';
import type { Priority } from '../ticket';
import { withoutTicket } from './common/created';
import { basicAuthorization, headerProblems, jsonHeaders, signsIn } from './common/headers';
import { plainText, summaryOf, withoutLinks } from './common/message';
import {
	deskAddress,
	deskProblems,
	markerWithin,
	ticketNumber,
	ticketReceipt,
	ticketsIn,
	visibleLine,
	WHOLE_NUMBER,
} from './common/service-desk';
import { refuseProblems, settingProblems, settingText, type Setting } from './common/settings';
import type { Connector, Delivery, Receipt, Remark } from './connector';

/** Freshservice, API v2: an incident per ticket, found again by its tag. */
export const freshservice: Connector = {
	system: 'freshservice',
	problems,
	request,
	receipt,
	explanation,
	search: { lagSeconds: 300, request: searchRequest, found },
	comment,
	// The smallest plan: 100 requests a minute in all, of which 50 may create tickets.
	pace: { atOnce: 4, perMinute: 50 },
};

const EXAMPLE = 'https://acme.freshservice.com';
const TICKET_PAGES = '/a/tickets/';
const STATUS_OPEN = 2;
const PRIORITIES: Record<Priority, number> = { low: 1, medium: 2, high: 3, critical: 4 };
/** In UTF-16 units; Freshdesk, of the same maker, refuses longer ones. */
const MOST = { subject: 255, tag: 32 };

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
	const apiKey = { key: 'api_key', is: 'the API key of an agent', required: !signsIn(mapping), pattern: /^[^\s:]+$/u };
	return [
		...deskProblems(mapping, EXAMPLE),
		...headerProblems(mapping),
		...settingProblems(mapping, [apiKey, ...SETTINGS]),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('freshservice', problems(mapping));
	return {
		method: 'POST',
		url: deskAddress(mapping, '/api/v2/tickets'),
		headers: headersOf(mapping),
		body: JSON.stringify(payload(delivery)),
	};
}

function headersOf(mapping: Mapping): Record<string, string> {
	const apiKey = settingText(mapping, 'api_key');
	return jsonHeaders(
		mapping,
		signsIn(mapping) || apiKey === '' ? {} : { authorization: basicAuthorization(apiKey, 'X') },
	);
}

function payload(delivery: Delivery): JsonRecord {
	const { ticket, decision, mapping } = delivery;
	const category = settingText(mapping, 'category');
	const numbers = NUMBERS.map(({ key }) => [key, settingText(mapping, key)]).filter(([, value]) => value !== '');
	return {
		subject: summaryOf({ ...delivery, ticket: { ...ticket, title: withoutLinks(ticket.title) } }, MOST.subject),
		// The person who asked reads it, so how it was judged is left out.
		description: htmlOf(withoutLinks(plainText(delivery, 'reporter'))),
		email: emailProblem(ticket.email) === null ? ticket.email : settingText(mapping, 'requester_email'),
		status: STATUS_OPEN,
		priority: PRIORITIES[decision.effectivePriority],
		tags: [markerWithin(delivery, MOST.tag)],
		...(category !== '' && { category }),
		...Object.fromEntries(numbers.map(([key, value]) => [key, Number(value)])),
	};
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function htmlOf(text: string): string {
	return text.replace(/[&<>"']/gu, (character) => ENTITIES[character]).replace(/\r\n|[\r\n\u2028\u2029]/gu, '<br>');
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	const created = isRecord(body) ? ticketReceipt(body.ticket, mapping, TICKET_PAGES) : null;
	return created ?? withoutTicket('freshservice', response, explanation(response));
}

/** `{description, errors: [{field, message, code}]}`, or `{code, message}` where nobody is logged in. */
function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const errors = Array.isArray(body.errors) ? body.errors.slice(0, 10).filter(isRecord) : [];
	const details = errors.map(({ field, message, code }) => joined([field, visibleLine(message) || code]));
	return shorten(joined([visibleLine(body.description) || body.message, details.filter(isVisible).join('; ')]), 300);
}

function joined(parts: unknown[]): string {
	return parts.map(visibleLine).filter(isVisible).join(': ');
}

function searchRequest(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('freshservice', problems(mapping));
	const query = encodeURIComponent(`"tag:'${markerWithin(delivery, MOST.tag)}'"`).replace(/'/gu, '%27');
	const workspace = settingText(mapping, 'workspace_id');
	// Without a workspace only the primary one is searched.
	const within = workspace === '' ? '' : `&workspace_id=${encodeURIComponent(workspace)}`;
	return {
		method: 'GET',
		url: deskAddress(mapping, `/api/v2/tickets/filter?query=${query}${within}`),
		headers: headersOf(mapping),
	};
}

function found(response: HttpResponse, delivery: Delivery): Receipt | null {
	const tag = markerWithin(delivery, MOST.tag);
	const ours = ticketsIn('freshservice', response).filter(({ tags }) => !Array.isArray(tags) || tags.includes(tag));
	return ours.map((one) => ticketReceipt(one, delivery.mapping, TICKET_PAGES)).find((one) => one !== null) ?? null;
}

function comment(remark: Remark): HttpRequest {
	const { mapping, text } = remark;
	refuseProblems('freshservice', problems(mapping));
	return {
		method: 'POST',
		url: deskAddress(mapping, `/api/v2/tickets/${ticketNumber('freshservice', remark)}/notes`),
		headers: headersOf(mapping),
		body: JSON.stringify({ body: htmlOf(withoutLinks(text)), private: true }),
	};
}
