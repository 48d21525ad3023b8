import type { Delivery, Receipt } from '../../core/connectors/connector';
import type { HttpRequest } from '../../core/http';
import { readJson } from '../../core/json';
import type { Mapping } from '../../core/mapping';
import { isShownSetting } from '../shown-settings';
import { MASK, maskAddress } from './present';

/** Shorter ones stand in any text: they are masked where they are the whole value. */
const SHORTEST_WITHIN = 4;
/** Names in a webhook's path are short, its secret is not. */
const SHORTEST_OF_ADDRESS = 16;
/** What a connector says of the format, and no mapping, gives nothing away. */
const SHOWN_HEADERS = ['accept', 'content-type', 'user-agent'];

/** All that a resolved mapping must not show, longest first: what references stood for, headers, hidden settings, the address. */
export function secretsIn({ headers, settings, endpoint }: Mapping, references: Iterable<string>): string[] {
	const hidden = Object.entries(settings).filter(([key, value]) => !isShownSetting(key, value));
	const values = [
		...references,
		...Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]),
		...textsIn(hidden.map(([, value]) => value)),
		...addressSecrets(endpoint),
	].filter((value) => value.trim() !== '' && !/^(Bearer|Basic|Token)$/i.test(value));
	const encoded = values
		.filter((value) => value.length >= SHORTEST_WITHIN)
		.flatMap((value) => [encodeURIComponent(value.toWellFormed()), Buffer.from(value).toString('base64')]);
	return [...new Set([...values, ...encoded])].sort((a, b) => b.length - a.length);
}

function addressSecrets(endpoint: string): string[] {
	if (!URL.canParse(endpoint)) return [];
	const { pathname, searchParams } = new URL(endpoint);
	return [...pathname.split('/'), ...searchParams.values()].filter(({ length }) => length >= SHORTEST_OF_ADDRESS);
}

function textsIn(value: unknown): string[] {
	if (typeof value === 'string' || typeof value === 'number') return [String(value)];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The request as anybody may see it. */
export function maskRequest(request: HttpRequest | null, { ticketId, mapping }: Delivery, secrets: readonly string[]) {
	if (request === null) return null;
	const ofMapping = new Set(Object.keys(mapping.headers).map((name) => name.toLowerCase()));
	const isShown = (name: string, value: string): boolean =>
		!ofMapping.has(name.toLowerCase()) && (SHOWN_HEADERS.includes(name.toLowerCase()) || value === ticketId);
	const headers = Object.entries(request.headers).map(([name, value]) => [name, isShown(name, value) ? value : MASK]);
	return {
		method: request.method,
		url: maskAddress(request.url),
		headers: Object.fromEntries(headers) as Record<string, string>,
		body: request.body === undefined ? null : maskBody(request.body, secrets),
	};
}

/** The other side may repeat what it was sent. */
export function maskReceipt({ externalId, externalUrl }: Receipt, secrets: readonly string[]): Receipt {
	const mask = (text: string | null): string | null => text && maskText(text, secrets);
	return { externalId: mask(externalId), externalUrl: mask(externalUrl) };
}

/** JSON is masked value by value: as a text it has its own escapes. */
function maskBody(body: string, secrets: readonly string[]): string {
	const parsed = readJson(body);
	return parsed === undefined ? maskText(body, secrets) : JSON.stringify(maskJson(parsed, secrets));
}

function maskJson(value: unknown, secrets: readonly string[]): unknown {
	if (typeof value === 'string') return maskText(value, secrets);
	if (typeof value === 'number') return secrets.includes(String(value)) ? MASK : value;
	if (Array.isArray(value)) return value.map((item) => maskJson(item, secrets));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [maskText(key, secrets), maskJson(item, secrets)]),
	);
}

function maskText(text: string, secrets: readonly string[]): string {
	if (secrets.includes(text)) return MASK;
	return secrets
		.filter(({ length }) => length >= SHORTEST_WITHIN)
		.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
