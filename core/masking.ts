import type { HttpRequest } from './http';

/** Stands for what nobody is shown. */
export const MASK = '***';

/** What a connector says of format and repetition gives nothing away. */
const SHOWN_HEADERS = ['accept', 'content-type', 'idempotency-key', 'webhook-id'];

export interface Hidden {
	/** Names of headers whose values are secrets, whatever they are called. */
	headers: readonly string[];
	/** Whether whoever knows the address may post to it. */
	address: boolean;
}

export interface ShownRequest {
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string | null;
}

/** A request as anybody may see it: the body as it is, and of the headers only those that open nothing. */
export function maskRequest({ method, url, headers, body }: HttpRequest, hidden: Hidden): ShownRequest {
	const secrets = hidden.headers.map((name) => name.toLowerCase());
	const isShown = (name: string): boolean => SHOWN_HEADERS.includes(name) && !secrets.includes(name);
	const names = [...new Set([...Object.keys(headers).map((name) => name.toLowerCase()), ...secrets])];
	const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
	return {
		method,
		url: hidden.address ? maskAddress(url) : url,
		headers: Object.fromEntries(names.map((name) => [name, isShown(name) ? (values.get(name) ?? MASK) : MASK])),
		body: body ?? null,
	};
}

/** Webhook addresses carry their secret in any part after the host. */
export function maskAddress(address: string): string {
	const [origin] = /^https?:\/\/[^/?#@]+(?=[/?#]|$)/iu.exec(address) ?? [];
	if (origin === undefined) return MASK;
	return /^\/?$/u.test(address.slice(origin.length)) ? address : `${origin}/${MASK}`;
}
