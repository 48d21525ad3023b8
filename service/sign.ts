import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../core/http';
import { headersToSend, isSigned, type SignedMessage } from '../core/sign';

/** See core/sign: with Node's crypto. */
export function headersOf(request: HttpRequest, nowMs: number): Record<string, string> {
	return headersToSend(request, nowMs, hmac);
}

/** See core/sign: with Node's crypto. */
export function isSignedBy(message: SignedMessage, secrets: readonly string[], nowMs: number): boolean {
	return isSigned(message, secrets, { nowMs, hmac, isEqual });
}

function hmac(key: string, ...parts: (string | Uint8Array)[]): string {
	const digest = createHmac('sha256', Buffer.from(key, 'base64'));
	parts.forEach((part) => digest.update(part));
	return digest.digest('base64');
}

function isEqual(a: string, b: string): boolean {
	const [left, right] = [Buffer.from(a), Buffer.from(b)];
	return left.length === right.length && timingSafeEqual(left, right);
}
