import { isSecret } from './connectors/common/signing';
import type { HttpRequest, Signature } from './http';

/** HMAC-SHA256 of the parts, one after the other, with a key in base64, as base64; the core has no crypto of its own. */
export type Hmac = (key: string, ...parts: (string | Uint8Array)[]) => string;

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
	const signatures = secrets.map((secret) => `v1,${hmac(keyOf(secret), `${id}.${timestamp}.${body}`)}`);
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** A message as it came. */
export interface SignedMessage {
	/** Names in lower case. */
	headers: Record<string, unknown>;
	/** The bytes that were signed; undefined where there are none. */
	body: Uint8Array | undefined;
}

export interface Verifying {
	nowMs: number;
	hmac: Hmac;
	/** Compares in a time that does not tell where two texts differ. */
	isEqual(a: string, b: string): boolean;
}

const TOLERANCE_SECONDS = 300;

/**
 * Whether a message is signed as Standard Webhooks says, with one of these secrets and at most five minutes from `nowMs`.
 * Anything missing is a no, and a secret that is none signs nothing.
 */
export function isSigned(
	{ headers, body }: SignedMessage,
	secrets: readonly string[],
	{ nowMs, hmac, isEqual }: Verifying,
): boolean {
	const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
		textOf(headers[`webhook-${name}`]),
	);
	// Full stops part what is signed: with one in the id a message could be read in two ways.
	if (body === undefined || !/^[^\s.]+$/u.test(id) || !/^\d{1,12}$/u.test(timestamp)) return false;
	if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
	const expected = secrets.filter(isSecret).map((secret) => `v1,${hmac(keyOf(secret), `${id}.${timestamp}.`, body)}`);
	const given = signatures.split(' ');
	return expected.some((one) => given.some((signature) => isEqual(signature, one)));
}

function keyOf(secret: string): string {
	return secret.replace(/^whsec_/u, '');
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
