import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { EMAIL, emailProblem } from '../parse';
import { cleanLine, isVisible, shorten } from '../text';
import type { Priority } from '../ticket';
import { basicAuthorization, hasHeader, headerProblems, jsonHeaders } from './common/headers';
import { withoutTicket } from './common/created';
import { markerOf, plainText, summaryOf, withoutLinks } from './common/message';
import { addressOf, endpointProblems, refuseProblems, settingProblems, settingText } from './common/settings';
import type { Connector, Delivery, Receipt } from './connector';

/** Zendesk Support, API v2: our id is the key that keeps a repeated request from a second ticket, and the external id. */
export const zendesk: Connector = {
	system: 'zendesk',
	problems,
	request,
	receipt,
	explanation,
	search: { request: searchRequest, found },
};

const EXAMPLE = 'https://acme.zendesk.com';
const PRIORITIES: Record<Priority, string> = { low: 'low', medium: 'normal', high: 'high', critical: 'urgent' };
/** Of a subject and of an Idempotency-Key, in characters. */
const MOST = 255;
/** Within the whole numbers that JSON keeps exact. */
const WHOLE_NUMBER = /^[1-9]\d{0,14}$/u;

function problems(mapping: Mapping): string[] {
	const required = !hasHeader(mapping, 'authorization');
	const whole = /\/api(?:\/|$)/u.test(mapping.endpoint) ? [`the endpoint must end before /api, as in ${EXAMPLE}`] : [];
	return [
		...endpointProblems(mapping, EXAMPLE),
		...whole,
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
		url: addressOf(mapping, '/api/v2/tickets.json'),
		headers: headersOf(mapping, { 'idempotency-key': keyOf(delivery) }),
		body: JSON.stringify({ ticket: payload(delivery) }),
	};
}

function headersOf(mapping: Mapping, own: Record<string, string> = {}): Record<string, string> {
	const [email, token] = [settingText(mapping, 'email'), settingText(mapping, 'api_token')];
	const authorization = basicAuthorization(`${email}/token`, token);
	return jsonHeaders(mapping, token === '' ? own : { authorization, ...own });
}

/** Our id where it can stand in a header and a query as it is; else what is left of it when made safe. */
function keyOf(delivery: Delivery): string {
	const { ticketId } = delivery;
	return /^[\w.:-]{1,255}$/u.test(ticketId) ? ticketId : markerOf(delivery).slice(0, MOST);
}

function payload(delivery: Delivery): JsonRecord {
	const { ticket, decision, mapping } = delivery;
	const group = settingText(mapping, 'group_id');
	return {
		subject: summaryOf({ ...delivery, ticket: { ...ticket, title: inert(ticket.title) } }, MOST),
		comment: { body: inert(plainText(delivery)) },
		priority: PRIORITIES[decision.effectivePriority],
		tags: [markerOf(delivery)],
		external_id: keyOf(delivery),
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
	const created = isRecord(body) ? receiptOf(body.ticket, mapping) : null;
	if (created) return created;
	return withoutTicket('zendesk', response, explanation(response));
}

/** The answer's own `url` is the API's, so the address for people is built. */
function receiptOf(ticket: unknown, mapping: Mapping): Receipt | null {
	const id = isRecord(ticket) && (typeof ticket.id === 'number' || typeof ticket.id === 'string') ? `${ticket.id}` : '';
	return WHOLE_NUMBER.test(id) ? { externalId: id, externalUrl: addressOf(mapping, `/agent/tickets/${id}`) } : null;
}

/** `{error, description, details: {field: [{description}]}}`, where `error` may be `{title, message}` instead. */
function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const error = isRecord(body.error) ? visible(body.error.message) || visible(body.error.title) : visible(body.error);
	const details = isRecord(body.details) ? Object.values(body.details).flat().slice(0, 10).filter(isRecord) : [];
	const described = details.map(({ description }) => visible(description)).filter(isVisible);
	const head = visible(body.description) || error || visible(body.message);
	return shorten([head, described.join('; ')].filter(isVisible).join(': '), 300);
}

function visible(value: unknown): string {
	return typeof value === 'string' && isVisible(value) ? cleanLine(value) : '';
}

function searchRequest(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('zendesk', problems(mapping));
	const query = `external_id=${encodeURIComponent(keyOf(delivery))}`;
	return { method: 'GET', url: addressOf(mapping, `/api/v2/tickets.json?${query}`), headers: headersOf(mapping) };
}

function found(response: HttpResponse, delivery: Delivery): Receipt | null {
	const body = readJson(response.body);
	if (!isRecord(body) || !Array.isArray(body.tickets)) {
		const { status } = response;
		const message = `zendesk answered ${status} without a list of tickets: check the endpoint`;
		throw new TriageError('unreadable', message, { status, retryable: true });
	}
	const ours = body.tickets.filter(isRecord).filter((ticket) => ticket.external_id === keyOf(delivery));
	return ours.map((ticket) => receiptOf(ticket, delivery.mapping)).find((one) => one !== null) ?? null;
}
