import { createHmac } from 'node:crypto';
import type { HttpRequest, Signature } from '../../core/http';

/** The headers of a request as they go out, at `nowMs`; a signature's own come last, so that no other stands in for them. */
export function headersOf({ headers, body = '', signature }: HttpRequest, nowMs: number): Record<string, string> {
	return { ...headers, ...(signature && signatureHeaders(body, signature, nowMs)) };
}

/** What Standard Webhooks has sent beside a body: its id, the time in whole seconds, and a signature for each secret. */
export function signatureHeaders(body: string, { id, secrets }: Signature, nowMs: number): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const signatures = secrets.map((secret) => {
		const key = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
		return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
	});
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
