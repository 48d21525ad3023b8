import { createHmac } from 'node:crypto';
import type { HttpRequest, Signature } from '../core/http';
import * as core from '../core/sign';

/** See core/sign: with Node's crypto. */
export function headersOf(request: HttpRequest, nowMs: number): Record<string, string> {
	return core.headersToSend(request, nowMs, hmac);
}

export function signatureHeaders(body: string, signature: Signature, nowMs: number): Record<string, string> {
	return core.signatureHeaders(body, signature, { nowMs, hmac });
}

function hmac(key: string, text: string): string {
	return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
}
