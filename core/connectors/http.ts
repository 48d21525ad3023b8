import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, jsonDepth, readJson, type JsonRecord } from '../json';
import { cleanLine, isVisible, shorten } from '../text';
import type { Mapping } from '../mapping';
import type { Connector, Delivery, Receipt } from './connector';
import { headerProblems, jsonHeaders } from './common/headers';
import { endpointProblems, isReference, refuseProblems, settingText } from './common/settings';

/** Any JSON API: the ticket as one flat object or in the mapping's own form, method and headers from the mapping. */
export const http: Connector = {
	system: 'http',
	problems: (mapping) => problemsOf(mapping, isReference),
	request,
	receipt,
	explanation,
};

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

/** `isPending` says of which texts nothing is known until they are sent. */
function problemsOf(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	return [
		...(isMethod(mapping.method) ? [] : [`the method must be one of ${METHODS.join(', ')}`]),
		...endpointProblems(mapping, 'https://desk.example.com/api/tickets'),
		...headerProblems(mapping),
		...bodyProblems(mapping, isPending),
		...signingProblems(mapping, isPending),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	const method = mapping.method.toUpperCase();
	const problems = problemsOf(mapping, () => false);
	refuseProblems('http', problems);
	const secrets = secretsOf(mapping);
	return {
		method: isMethod(method) ? method : 'POST',
		url: mapping.endpoint,
		headers: jsonHeaders(mapping),
		body: JSON.stringify(bodyOf(delivery)),
		...(secrets && { signature: { id: messageId(delivery), secrets } }),
	};
}

function isMethod(method: string): method is (typeof METHODS)[number] {
	return METHODS.some((known) => known === method.toUpperCase());
}

/** What a ticket is sent with, and what a form of the mapping may ask for. */
const FIELDS: Record<string, (delivery: Delivery) => unknown> = {
	ticket_id: ({ ticketId }) => ticketId,
	title: ({ ticket }) => ticket.title,
	description: ({ ticket }) => ticket.description,
	email: ({ ticket }) => ticket.email,
	department: ({ decision }) => decision.department,
	assigned_to: ({ mapping }) => mapping.teamName,
	priority: ({ ticket }) => ticket.priority,
	effective_priority: ({ decision }) => decision.effectivePriority,
	needs_review: ({ decision }) => decision.needsReview,
	confidence_score: ({ classification }) => classification?.confidence ?? null,
	reasoning: ({ classification }) => classification?.reasoning ?? null,
	source: ({ ticket }) => ticket.source,
	metadata: ({ ticket }) => ticket.metadata,
};

function bodyOf(delivery: Delivery): unknown {
	const template = templateOf(delivery.mapping);
	const fields = Object.fromEntries(Object.entries(FIELDS).map(([name, read]) => [name, read(delivery)]));
	return template === undefined ? fields : fill(template, fields);
}

/** What `settings.body` is, or says as JSON; undefined where it is not set, or says something else. */
function templateOf({ settings }: Mapping): unknown {
	return typeof settings.body === 'string' ? readJson(settings.body) : (settings.body ?? undefined);
}

const DEEPEST = 50;

function bodyProblems(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	const text = settingText(mapping, 'body');
	const template = templateOf(mapping);
	if (template === undefined) return text === '' || isPending(text) ? [] : ['settings.body must be JSON'];
	if (jsonDepth(template, DEEPEST) > DEEPEST) return [`settings.body must not be nested deeper than ${DEEPEST}`];
	return placeholderProblems(textsIn(template));
}

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}/gu;

function placeholderProblems(texts: string[]): string[] {
	const paths = texts.flatMap((text) => Array.from(text.matchAll(PLACEHOLDER), ([, path]) => path.trim()));
	const unknown = paths.filter((path) => !isKnown(path)).map((path) => (/^[\w.-]{1,60}$/u.test(path) ? path : '…'));
	const named = [...new Set(unknown)].map((path) => `{{${path}}}`).join(', ');
	const known = Object.keys(FIELDS).join(', ');
	const isOpen = texts.some((text) => text.replace(PLACEHOLDER, ' ').includes('{{'));
	return [
		...(named === '' ? [] : [`settings.body asks for ${named}, but there is only ${known}, metadata.<name>`]),
		...(isOpen ? ['settings.body has a {{ that no }} closes'] : []),
	];
}

function isKnown(path: string): boolean {
	const [field, ...below] = path.split('.');
	return Object.hasOwn(FIELDS, field) && (below.length === 0 || (field === 'metadata' && !below.includes('')));
}

/** One pass: what a ticket says goes in as it is, and braces in it mean nothing. */
function fill(template: unknown, fields: JsonRecord): unknown {
	if (Array.isArray(template)) return template.map((item) => fill(item, fields));
	if (isRecord(template)) {
		return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fill(item, fields)]));
	}
	if (typeof template !== 'string') return template;
	const [only] = template.matchAll(PLACEHOLDER);
	if (only?.[0] === template) return valueAt(fields, only[1]);
	return template.replace(PLACEHOLDER, (_, path: string) => asText(valueAt(fields, path)));
}

function valueAt(fields: JsonRecord, path: string): unknown {
	return path.trim().split('.').reduce<unknown>(ownValue, fields) ?? null;
}

function ownValue(holder: unknown, key: string): unknown {
	if (typeof holder !== 'object' || holder === null) return null;
	return Object.prototype.propertyIsEnumerable.call(holder, key) ? (holder as JsonRecord)[key] : null;
}

function asText(value: unknown): string {
	if (value === null) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

function signingProblems(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	const secrets = secretsOf(mapping);
	if (!secrets) return [];
	const taken = Object.keys(mapping.headers).filter((name) => SIGNED_HEADERS.includes(name.toLowerCase()));
	const problems = taken.map((name) => `the mapping must not set the header ${name.toLowerCase()}: signing sets it`);
	if (secrets.length > 0 && secrets.every((secret) => isPending(secret) || isSecret(secret))) return problems;
	const rule = 'must be whsec_ with 24 to 64 bytes in base64, or several of them with spaces between';
	return [...problems, `settings.signing_secret ${rule}`];
}

/** Undefined where nothing is to be signed; none where that is asked for without saying by what. */
function secretsOf(mapping: Mapping): string[] | undefined {
	if (mapping.settings.signing_secret === undefined) return undefined;
	return settingText(mapping, 'signing_secret')
		.split(/\s+/u)
		.filter((secret) => secret !== '');
}

function isSecret(text: string): boolean {
	if (!/^whsec_(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/u.test(text)) return false;
	const digits = text.slice('whsec_'.length).replace(/=+$/u, '').length;
	const bytes = Math.floor((digits * 3) / 4);
	return bytes >= 24 && bytes <= 64;
}

/** Of the ticket's id alone, and no two ids give the same. A full stop would blur what is signed. */
function messageId({ ticketId }: Delivery): string {
	return `triage-${ticketId.replace(/[^A-Za-z\d_-]/gu, (one) => `~${one.codePointAt(0)?.toString(16)}~`)}`;
}

const ID_FIELDS = ['id', 'ticket_id', 'key', 'number'];
const URL_FIELDS = ['url', 'html_url', 'web_url', 'link'];

/** Any answer below 300 is a yes, JSON or not; an id and a link are taken where they stand at the top. */
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
