import { isSecret } from '../../core/connectors/common/signing';

/** Secrets of Standard Webhooks, separated by spaces, commas or line breaks. Every problem is told to `fail`. */
export function parseWebhookSecrets(list: string, fail: (problem: string) => void): string[] {
	const secrets = list.split(/[\s,]+/).filter((secret) => secret !== '');
	if (secrets.length === 0 && list.trim() !== '') fail('holds no secret: give it whsec_ and a secret, or remove it');
	secrets.forEach((secret, i) => {
		if (!isSecret(secret)) fail(`secret ${i + 1} is not whsec_ with 24 to 64 bytes in base64`);
	});
	return secrets;
}
