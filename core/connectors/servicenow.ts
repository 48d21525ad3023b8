import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { cleanLine, isVisible, shorten } from '../text';
import type { Priority } from '../ticket';
import type { Connector, Delivery, Receipt } from './connector';
import { basicAuthorization, hasHeader, headerProblems, jsonHeaders } from './common/headers';
import { plainText, summaryOf, withoutLinks } from './common/message';
import {
	addressOf,
	endpointProblems,
	refuseProblems,
	settingProblems,
	settingText,
	type Setting,
} from './common/settings';

/** ServiceNow's Table API: an incident, or a record of another table made like it. */
export const servicenow: Connector = {
	system: 'servicenow',
	problems,
	request,
	receipt,
	explanation,
	search: { request: question, found },
};

const LINE = /^\P{Cc}{1,100}$/u;
const SETTINGS: Setting[] = [
	{ key: 'table', is: 'the name of a table such as incident', pattern: /^[a-z][a-z0-9_]{0,79}$/u },
	{ key: 'username', is: 'the name of an account, without colon', pattern: /^[^:\p{Cc}]+$/u },
	{ key: 'password', is: 'the password of that account', pattern: /^\P{Cc}+$/u },
	{ key: 'token', is: 'an OAuth access token', pattern: /^[\x21-\x7e]+$/u },
	{ key: 'category', is: 'the value of a category such as network', pattern: LINE },
	{ key: 'assignment_group', is: 'the sys_id or name of a group', pattern: LINE },
	{ key: 'caller_id', is: 'the sys_id or name of a user', pattern: LINE },
	{ key: 'contact_type', is: 'the value of a channel such as email', pattern: LINE },
];

function problems(mapping: Mapping): string[] {
	return [
		...addressProblems(mapping),
		...settingProblems(mapping, SETTINGS),
		...credentialProblems(mapping),
		...headerProblems(mapping),
	];
}

function addressProblems(mapping: Mapping): string[] {
	const wrong = endpointProblems(mapping, 'https://example.service-now.com');
	if (wrong.length > 0 || !/[?#]|\/api\/now(?:\/|$)|\/nav_to\.do/iu.test(mapping.endpoint)) return wrong;
	return ['the endpoint must be the base address of the instance, without a path of its API or pages'];
}

/** A header that signs in comes first: settings are then neither needed nor used. */
function credentialProblems(mapping: Mapping): string[] {
	if (signsInByHeader(mapping)) return [];
	const [token, username, password] = ['token', 'username', 'password'].map((key) => settingText(mapping, key) !== '');
	if (token) {
		return username || password ? ['settings must have a token, or a username and password, not both'] : [];
	}
	if (username !== password) return [`settings.${username ? 'password' : 'username'} is missing for the account`];
	return username ? [] : ['settings.token, or settings.username and settings.password, is missing: nothing signs in'];
}

function signsInByHeader(mapping: Mapping): boolean {
	return hasHeader(mapping, 'authorization', 'x-sn-apikey');
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('servicenow', problems(mapping));
	return {
		method: 'POST',
		url: tableAddress(mapping),
		headers: jsonHeaders(mapping, ownHeaders(mapping)),
		body: JSON.stringify(record(delivery)),
	};
}

function tableOf(mapping: Mapping): string {
	return settingText(mapping, 'table') || 'incident';
}

function tableAddress(mapping: Mapping): string {
	return addressOf(mapping, `/api/now/table/${encodeURIComponent(tableOf(mapping))}`);
}

function ownHeaders(mapping: Mapping): Record<string, string> {
	const accept = 'application/json';
	if (signsInByHeader(mapping)) return { accept };
	const [token, username, password] = ['token', 'username', 'password'].map((key) => settingText(mapping, key));
	return { accept, authorization: token === '' ? basicAuthorization(username, password) : `Bearer ${token}` };
}

/** Urgency and impact, 1 high to 3 low: by the stock lookup they make the priorities 1 Critical to 4 Low. */
const LEVELS: Record<Priority, { urgency: string; impact: string }> = {
	critical: { urgency: '1', impact: '1' },
	high: { urgency: '1', impact: '2' },
	medium: { urgency: '2', impact: '2' },
	low: { urgency: '3', impact: '2' },
};

const OPTIONAL = ['category', 'assignment_group', 'caller_id', 'contact_type'];

function record(delivery: Delivery): JsonRecord {
	const { decision, mapping } = delivery;
	const harmless = withoutLinksIn(delivery);
	const optional = OPTIONAL.map((key) => [key, settingText(mapping, key)]).filter(([, value]) => value !== '');
	return {
		short_description: summaryOf(harmless, 160),
		description: descriptionOf(harmless),
		...LEVELS[decision.effectivePriority],
		correlation_id: correlationOf(delivery),
		correlation_display: 'Ticket triage',
		...Object.fromEntries(optional),
	};
}

function withoutLinksIn(delivery: Delivery): Delivery {
	const { ticket } = delivery;
	const [title, description, email] = [ticket.title, ticket.description, ticket.email].map(withoutLinks);
	return { ...delivery, ticket: { ...ticket, title, description, email, source: withoutLinks(ticket.source ?? '') } };
}

/** What the stock column takes, in UTF-16 units; beyond it ServiceNow cuts, and the facts stand last. */
const DESCRIPTION_LENGTH = 4000;
const SHORTENED = '… [shortened]';

function descriptionOf(delivery: Delivery): string {
	const { ticket } = delivery;
	const surplus = plainText(delivery).length - DESCRIPTION_LENGTH;
	if (surplus <= 0) return plainText(delivery);
	const most = Math.max(0, ticket.description.length - surplus - SHORTENED.length);
	const description = `${shorten(ticket.description, most)}${SHORTENED}`;
	return shorten(plainText({ ...delivery, ticket: { ...ticket, description } }), DESCRIPTION_LENGTH);
}

/** The ticket's id, which a query can hold: there `^` would begin another condition. */
function correlationOf({ ticketId }: Delivery): string {
	return shorten(ticketId.replace(/[^\w.-]/gu, '-'), 100);
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readAnswer(response);
	const created = isRecord(body.result) ? receiptOf(body.result, mapping) : NOTHING;
	if (created.externalId === null && response.status !== 201) throw unreadable(response);
	return created;
}

const NOTHING: Receipt = { externalId: null, externalUrl: null };

/** The body, empty where it is no object. @throws TriageError where it is an error in spite of its status */
function readAnswer({ status, body }: HttpResponse): JsonRecord {
	const answer = readJson(body);
	if (!isRecord(answer)) return {};
	if (!isRecord(answer.error) && answer.status !== 'failure') return answer;
	const said = explain(answer);
	const cancelled = /transaction cancel|maximum execution time/iu.test(said);
	throw new TriageError(
		cancelled ? 'unavailable' : 'rejected',
		`servicenow answered ${status} with an error${said === '' ? '' : ` (${said})`}: ` +
			(cancelled ? 'try again later' : 'check the settings and what the account may do'),
		{ status, retryable: cancelled },
	);
}

function unreadable({ status }: HttpResponse): TriageError {
	const message = `servicenow answered ${status} without a record: check the endpoint, and that the instance is awake`;
	return new TriageError('unreadable', message, { status });
}

function receiptOf({ number, sys_id: sysId }: JsonRecord, mapping: Mapping): Receipt {
	const known = typeof sysId === 'string' && /^[\da-f]{32}$/iu.test(sysId) ? sysId : null;
	const named = typeof number === 'string' && isVisible(number) ? shorten(cleanLine(number), 100) : null;
	const page = encodeURIComponent(`${tableOf(mapping)}.do?sys_id=${known}`);
	return { externalId: named ?? known, externalUrl: known && addressOf(mapping, `/nav_to.do?uri=${page}`) };
}

function explanation(response: HttpResponse): string {
	return explain(readJson(response.body));
}

function explain(body: unknown): string {
	if (!isRecord(body) || !isRecord(body.error)) return '';
	const said = [body.error.message, body.error.detail].filter(
		(part): part is string => typeof part === 'string' && isVisible(part),
	);
	return shorten(said.map(cleanLine).join(': '), 300);
}

function question(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('servicenow', problems(mapping));
	const query = encodeURIComponent(`correlation_id=${correlationOf(delivery)}`);
	const fields = encodeURIComponent('sys_id,number,correlation_id');
	return {
		method: 'GET',
		url: `${tableAddress(mapping)}?sysparm_query=${query}&sysparm_fields=${fields}&sysparm_limit=1`,
		headers: jsonHeaders(mapping, ownHeaders(mapping)),
	};
}

/** An instance that does not know the field leaves the condition out and answers with any record: that is no find. */
function found(response: HttpResponse, delivery: Delivery): Receipt | null {
	const { result } = readAnswer(response);
	if (!Array.isArray(result)) throw unreadable(response);
	const [first] = result as unknown[];
	if (first === undefined) return null;
	if (!isRecord(first) || first.correlation_id !== correlationOf(delivery)) {
		const advice = 'check that the table has this field and that the account may read it';
		throw new TriageError('unreadable', `servicenow does not search by correlation_id: ${advice}`);
	}
	return receiptOf(first, delivery.mapping);
}
