import { timingSafeEqual } from 'node:crypto';
import { isSecret } from '../../core/connectors/common/signing';
import { hmac } from '../shared/sign';

/** A message as it came. */
export interface SignedMessage {
	/** Names in lower case. */
	headers: Record<string, unknown>;
	/** The bytes that were signed; undefined where there are none. */
	body: Uint8Array | undefined;
}

const TOLERANCE_SECONDS = 300;

/**
 * Whether a message is signed as Standard Webhooks says, with this secret and at most five minutes from `nowMs`. Anything
 * missing, and a secret that is none, is a no.
 */
export function isSigned({ headers, body }: SignedMessage, secret: unknown, nowMs: number): boolean {
	if (typeof secret !== 'string' || !isSecret(secret) || body === undefined) return false;
	const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
		textOf(headers[`webhook-${name}`]),
	);
	// Full stops part what is signed: with one in the id a message could be read in two ways.
	if (!/^[^\s.]+$/u.test(id) || !/^\d{1,12}$/u.test(timestamp)) return false;
	if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
	const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
	const expected = `v1,${hmac(secret.replace(/^whsec_/u, ''), content)}`;
	return signatures.split(' ').some((signature) => isEqual(signature, expected));
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** In a time that does not tell where they differ. */
function isEqual(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
