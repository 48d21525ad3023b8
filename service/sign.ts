import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../core/http';
import { headersToSend } from '../core/sign';

/** See core/sign: with Node's crypto. */
export function headersOf(request: HttpRequest, nowMs: number): Record<string, string> {
	return headersToSend(request, nowMs, hmac);
}

function hmac(key: string, text: string): string {
	return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
}
