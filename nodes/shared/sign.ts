import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../../core/http';
import { headersToSend } from '../../core/sign';

/** See core/sign: with Node's crypto. */
export function headersOf(request: HttpRequest, nowMs: number): Record<string, string> {
	return headersToSend(request, nowMs, hmac);
}

/** See core/sign; of bytes as well. */
export function hmac(key: string, content: string | Uint8Array): string {
	return createHmac('sha256', Buffer.from(key, 'base64')).update(content).digest('base64');
}
