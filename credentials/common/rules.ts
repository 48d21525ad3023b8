import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	ICredentialTestRequest,
} from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;
type Rule = Rules[number];

/** What the answers to a test request mean for who filled in the form. */
export interface Meanings {
	/** The system, as a name. */
	system: string;
	/** A key of the JSON of every answer below 300 that comes from the system itself; keys within others with full stops. */
	key: string;
	/** What to do about a key or password that is not taken. */
	wrong: string;
	/** What a known account may still lack. */
	forbidden: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Rules that tell a wrong key from a wrong address. n8n takes the first that fits: by status from 300 upwards, by body
 * below; a missing key is how a page gives itself away.
 */
export function rulesOf({ system, key, wrong, forbidden }: Meanings, more: readonly Rule[] = []): Rules {
	const advice = `There is no ${system} at this URL: compare it with the address that a browser shows`;
	const elsewhere = `This URL leads on to another address, perhaps a page to sign in: enter the one where ${system} itself answers`;
	return together([
		onStatus(401, wrong),
		onStatus(403, forbidden),
		onStatus(404, advice),
		...REDIRECTS.map((status) => onStatus(status, elsewhere)),
		...more,
		onBody(
			key,
			undefined,
			`What answers at this URL is not ${system}: compare it with the address that a browser shows`,
		),
	]);
}

export function onStatus(value: number, message: string): IAuthenticateRuleResponseCode {
	return { type: 'responseCode', properties: { value, message } };
}

/** `undefined` fits where the key is missing, and where the body is no JSON. */
export function onBody(
	key: string,
	value: string | boolean | null | undefined,
	message: string,
): IAuthenticateRuleResponseSuccessBody {
	return { type: 'responseSuccessBody', properties: { key, value, message } };
}

/** n8n reads both kinds from one list, which its type does not say. */
function together(rules: Rule[]): Rules {
	return rules as Rules;
}
