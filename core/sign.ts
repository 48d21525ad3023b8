import type { HttpRequest, Signature } from './http';

/** HMAC-SHA256 of a text with a key in base64, as base64; the core has no crypto of its own. */
export type Hmac = (key: string, text: string) => string;

/** The headers of a request as they go out, at `nowMs`; a signature's own come last, so that no other stands in for them. */
export function headersToSend(
	{ headers, body = '', signature }: HttpRequest,
	nowMs: number,
	hmac: Hmac,
): Record<string, string> {
	return { ...headers, ...(signature && signatureHeaders(body, signature, { nowMs, hmac })) };
}

/** What Standard Webhooks has sent beside a body: its id, the time in whole seconds, and a signature for each secret. */
function signatureHeaders(
	body: string,
	{ id, secrets }: Signature,
	{ nowMs, hmac }: { nowMs: number; hmac: Hmac },
): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const signatures = secrets.map(
		(secret) => `v1,${hmac(secret.replace(/^whsec_/u, ''), `${id}.${timestamp}.${body}`)}`,
	);
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
