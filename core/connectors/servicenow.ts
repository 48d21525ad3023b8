import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { isVisible, plainLine, shorten } from '../text';
import type { Priority } from '../ticket';
import type { Connector, Delivery, Receipt, Remark } from './connector';
import { basicAuthorization, headerProblems, jsonHeaders, signsIn } from './common/headers';
import { keyOf } from './common/message';
import { explanation, readAnswer, unreadable } from './common/servicenow-answers';
import { noteOf, textsOf } from './common/servicenow-text';
import {
	addressOf,
	endpointProblems,
	isReference,
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
	search: { lagSeconds: 30, request: question, found },
	comment,
	pace: { atOnce: 8 },
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

/** What of the endpoint is the Table API's, which is cut off, and the table that it names. */
const API = /\/api\/now(?:\/v\d+)?(?:\/table(?:\/([a-z0-9_]+))?)?\/?$/iu;

function addressProblems(mapping: Mapping): string[] {
	const { endpoint } = mapping;
	const [named, table] = [API.exec(endpoint)?.[1], tableOf(mapping)];
	const within = /[?#]|\/api\/now(?:\/|$)|\/nav_to\.do/iu.test(endpoint.replace(API, ''));
	return [
		...endpointProblems(mapping, 'https://example.service-now.com'),
		...(within ? ['the endpoint must be the base address of the instance, without a path of its API or pages'] : []),
		...(named === undefined || named === table || isReference(table)
			? []
			: ['the endpoint names another table than settings.table, where it belongs: without it the table is incident']),
	];
}

/** A header or host that signs in comes first: settings are then neither needed nor used. */
function credentialProblems(mapping: Mapping): string[] {
	if (needsNoLogin(mapping)) return [];
	const [token, username, password] = ['token', 'username', 'password'].map((key) => settingText(mapping, key) !== '');
	if (token) {
		return username || password ? ['settings must have a token, or a username and password, not both'] : [];
	}
	if (username !== password) return [`settings.${username ? 'password' : 'username'} is missing for the account`];
	return username ? [] : ['settings.token, or settings.username and settings.password, is missing: nothing signs in'];
}

function needsNoLogin(mapping: Mapping): boolean {
	return signsIn(mapping, 'x-sn-apikey');
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
	return addressOf(mapping, `/api/now/table/${encodeURIComponent(tableOf(mapping))}`, API);
}

function ownHeaders(mapping: Mapping): Record<string, string> {
	const accept = 'application/json';
	if (needsNoLogin(mapping)) return { accept };
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
	const optional = OPTIONAL.map((key) => [key, settingText(mapping, key)]).filter(([, value]) => value !== '');
	return {
		...textsOf(delivery),
		...LEVELS[decision.effectivePriority],
		correlation_id: correlationOf(delivery),
		correlation_display: 'Ticket triage',
		...Object.fromEntries(optional),
	};
}

/** The key as a query can hold it: there `^` would begin another condition. Its end tells deliveries apart. */
function correlationOf(delivery: Delivery): string {
	return keyOf(delivery)
		.replace(/[^\w.-]/gu, '-')
		.slice(-100);
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readAnswer(response);
	const created = isRecord(body.result) ? receiptOf(body.result, mapping) : NOTHING;
	if (created.externalId === null && response.status !== 201) throw unreadable(response);
	return created;
}

const NOTHING: Receipt = { externalId: null, externalUrl: null };

function receiptOf({ number, sys_id: sysId }: JsonRecord, mapping: Mapping): Receipt {
	const known = typeof sysId === 'string' && /^[\da-f]{32}$/iu.test(sysId) ? sysId : null;
	const named = typeof number === 'string' && isVisible(number) ? shorten(plainLine(number), 100) : null;
	const page = encodeURIComponent(`${tableOf(mapping)}.do?sys_id=${known}`);
	return { externalId: named ?? known, externalUrl: known && addressOf(mapping, `/nav_to.do?uri=${page}`, API) };
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

function comment({ mapping, receipt: { externalUrl }, text }: Remark): HttpRequest {
	refuseProblems('servicenow', problems(mapping));
	const [, table, sysId] = /\?uri=([a-z][a-z0-9_]{0,79})\.do%3Fsys_id%3D([\da-f]{32})$/iu.exec(externalUrl ?? '') ?? [];
	if (sysId === undefined) {
		const advice = 'its sys_id is not known, so add the note there by hand';
		throw new TriageError('misconfigured', `The record in servicenow cannot be named: ${advice}`);
	}
	return {
		method: 'PATCH',
		url: addressOf(mapping, `/api/now/table/${table}/${sysId}`, API),
		headers: jsonHeaders(mapping, ownHeaders(mapping)),
		body: JSON.stringify({ work_notes: noteOf(text) }),
	};
}
