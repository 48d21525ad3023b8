import type { Mapping } from '../../mapping';
import { withoutEnd } from '../../text';
import { hasHeader } from './headers';
import { settingText } from './settings';

/** What is wrong with what a mapping says of signing; `isPending` as in bodyProblems. */
export function signingProblems(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	const secrets = secretsOf(mapping);
	if (!secrets) return [];
	const taken = ['webhook-timestamp', 'webhook-signature'].filter((name) => hasHeader(mapping, name));
	const problems = taken.map((name) => `the mapping must not set the header ${name}: signing sets it`);
	if (secrets.length > 0 && secrets.every((secret) => isPending(secret) || isSecret(secret))) return problems;
	const rule = 'must be whsec_ with 24 to 64 bytes in base64, or several of them with spaces between';
	return [...problems, `settings.signing_secret ${rule}`];
}

/** Undefined where nothing is to be signed; none where that is asked for without saying by what. */
export function secretsOf(mapping: Mapping): string[] | undefined {
	if (mapping.settings.signing_secret === undefined) return undefined;
	return settingText(mapping, 'signing_secret')
		.split(/\s+/u)
		.filter((secret) => secret !== '');
}

/** Whether a text is one secret of Standard Webhooks, with a key that is long enough. */
export function isSecret(text: string): boolean {
	if (!/^whsec_(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/u.test(text)) return false;
	const digits = withoutEnd(text.slice('whsec_'.length), '=').length;
	const bytes = Math.floor((digits * 3) / 4);
	return bytes >= 24 && bytes <= 64;
}
