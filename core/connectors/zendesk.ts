import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { EMAIL, emailProblem } from '../parse';
import { isVisible, shorten } from '../text';
import type { Priority } from '../ticket';
import { withoutTicket } from './common/created';
import { basicAuthorization, hasHeader, headerProblems, jsonHeaders, signsIn } from './common/headers';
import { keyOf, markerOf, plainText, summaryOf, withoutLinks } from './common/message';
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
import { refuseProblems, settingProblems, settingText } from './common/settings';
import type { Connector, Delivery, Receipt, Remark } from './connector';

/** Zendesk Support, API v2: our key keeps a repeated request from a second ticket, and is the external id. */
export const zendesk: Connector = {
	system: 'zendesk',
	problems,
	request,
	receipt,
	explanation,
	refusal,
	// The list is read from the records; it is Zendesk's search whose index lags.
	search: { lagSeconds: 30, request: searchRequest, found },
	knowsRepeats: true,
	comment,
	pace: { atOnce: 8, perMinute: 200 },
};

const EXAMPLE = 'https://acme.zendesk.com';
const TICKET_PAGES = '/agent/tickets/';
const PRIORITIES: Record<Priority, string> = { low: 'low', medium: 'normal', high: 'high', critical: 'urgent' };
/** Of a subject and of an Idempotency-Key, in characters. */
const MOST = 255;

function problems(mapping: Mapping): string[] {
	const required = !signsIn(mapping);
	return [
		...deskProblems(mapping, EXAMPLE),
		...headerProblems(mapping),
		...(hasHeader(mapping, 'idempotency-key') ? ['the mapping must not set the header idempotency-key'] : []),
		...settingProblems(mapping, [
			{ key: 'email', is: 'the e-mail address of the agent whose token it is', required, pattern: EMAIL },
			{ key: 'api_token', is: 'an API token', required, pattern: /^\S+$/u },
			{ key: 'group_id', is: 'the number of a group', pattern: WHOLE_NUMBER },
		]),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('zendesk', problems(mapping));
	return {
		method: 'POST',
		url: deskAddress(mapping, '/api/v2/tickets.json'),
		headers: headersOf(mapping, { 'idempotency-key': safeKey(delivery) }),
		body: JSON.stringify({ ticket: payload(delivery) }),
	};
}

function headersOf(mapping: Mapping, own: Record<string, string> = {}): Record<string, string> {
	const [email, token] = [settingText(mapping, 'email'), settingText(mapping, 'api_token')];
	const authorization = basicAuthorization(`${email}/token`, token);
	return jsonHeaders(mapping, signsIn(mapping) || token === '' ? own : { authorization, ...own });
}

/** The key where it can stand in a header and a query as it is; else what is left of it when made safe. */
function safeKey(delivery: Delivery): string {
	const key = keyOf(delivery);
	return /^[\w.:-]{1,255}$/u.test(key) ? key : markerWithin(delivery, MOST);
}

function payload(delivery: Delivery): JsonRecord {
	const { ticket, decision, mapping } = delivery;
	const group = settingText(mapping, 'group_id');
	return {
		subject: summaryOf({ ...delivery, ticket: { ...ticket, title: inert(ticket.title) } }, MOST),
		// The person who asked reads it, so how it was judged is left out.
		comment: { body: inert(plainText(delivery, 'reporter')) },
		priority: PRIORITIES[decision.effectivePriority],
		tags: [markerOf(delivery)],
		external_id: safeKey(delivery),
		// Someone new to Zendesk is refused without a name; of someone known it is ignored.
		...(emailProblem(ticket.email) === null && { requester: { name: ticket.email, email: ticket.email } }),
		...(group !== '' && { group_id: Number(group) }),
	};
}

/** A comment is read as Markdown, and `{{…}}` in it is filled in with data of the account: a space undoes both. */
function inert(text: string): string {
	return withoutLinks(text)
		.replace(/\](?=[([:])/gu, '] ')
		.replace(/<(?=[a-z/!?])/giu, '< ')
		.replace(/\{(?=[{%])/gu, '{ ');
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	// The answer's own `url` is the API's, so the address for people is built.
	const created = isRecord(body) ? ticketReceipt(body.ticket, mapping, TICKET_PAGES) : null;
	return created ?? withoutTicket('zendesk', response, explanation(response));
}

/** `{error, description, details: {field: [{description}]}}`, where `error` may be `{title, message}` instead. */
function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const { error } = body;
	const name = isRecord(error) ? visibleLine(error.message) || visibleLine(error.title) : visibleLine(error);
	const details = isRecord(body.details) ? Object.values(body.details).flat().slice(0, 10).filter(isRecord) : [];
	const described = details.map(({ description }) => visibleLine(description)).filter(isVisible);
	const head = visibleLine(body.description) || name || visibleLine(body.message);
	return shorten([head, described.join('; ')].filter(isVisible).join(': '), 300);
}

/** 409: two writes met at one record, ours may be the one that got through, and the same request may be made again. */
function refusal(response: HttpResponse): TriageError | null {
	const { status } = response;
	if (status !== 409) return null;
	const said = explanation(response);
	const message = `zendesk answered ${status}${said === '' ? '' : ` (${said})`}: two writes collided, try again later`;
	return new TriageError('unavailable', message, { status, retryable: true, inDoubt: true });
}

function searchRequest(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('zendesk', problems(mapping));
	const query = `external_id=${encodeURIComponent(safeKey(delivery))}`;
	return { method: 'GET', url: deskAddress(mapping, `/api/v2/tickets.json?${query}`), headers: headersOf(mapping) };
}

function found(response: HttpResponse, delivery: Delivery): Receipt | null {
	const key = safeKey(delivery);
	const ours = ticketsIn('zendesk', response).filter((ticket) => ticket.external_id === key);
	return ours.map((one) => ticketReceipt(one, delivery.mapping, TICKET_PAGES)).find((one) => one !== null) ?? null;
}

function comment(remark: Remark): HttpRequest {
	const { mapping, text } = remark;
	refuseProblems('zendesk', problems(mapping));
	return {
		method: 'PUT',
		url: deskAddress(mapping, `/api/v2/tickets/${ticketNumber('zendesk', remark)}.json`),
		headers: headersOf(mapping),
		body: JSON.stringify({ ticket: { comment: { body: inert(text), public: false } } }),
	};
}
