import { webcrypto } from 'node:crypto';

/** Whether one of the signatures is right, as a receiver of Standard Webhooks tells by the one secret it has. */
export async function verifies(secret: string, headers: Record<string, unknown>, body: string): Promise<boolean> {
	const raw = Uint8Array.from(atob(secret.slice('whsec_'.length)), (character) => character.charCodeAt(0));
	const key = await webcrypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
	const content = [headers['webhook-id'], headers['webhook-timestamp'], body].map(String).join('.');
	const outcomes = String(headers['webhook-signature'])
		.split(' ')
		.map(async (signature) => {
			const [version, encoded] = signature.split(',');
			const given = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
			return version === 'v1' && (await webcrypto.subtle.verify('HMAC', key, given, new TextEncoder().encode(content)));
		});
	return (await Promise.all(outcomes)).includes(true);
}
