import { TriageError, type ErrorCode } from './errors';

export interface HttpRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	url: string;
	headers: Record<string, string>;
	body?: string;
	/** How to sign by Standard Webhooks. The host does it each time it sends: the core has neither a clock nor crypto. */
	signature?: Signature;
}

export interface Signature {
	/** Becomes `webhook-id`, by which the receiver knows repeats: the same for each of them, and without full stops. */
	id: string;
	/** At least one, each `whsec_` and the key in base64; several while they are being changed. */
	secrets: string[];
}

export interface HttpResponse {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: string;
}

/** The one port to the outside: authenticated by the host, resolves on every status, throws TriageError when there is no answer. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

const CODES: Record<number, [ErrorCode, string]> = {
	401: ['auth', 'the credentials were refused: check the key or token'],
	403: ['auth', 'access was refused: check what the key or token may do'],
	404: ['not_found', 'the address does not exist there: check the endpoint'],
	408: ['unavailable', 'it took too long to answer'],
	410: ['not_found', 'the address is gone: check the endpoint'],
	429: ['rate_limited', 'too many requests: try again later'],
};

/**
 * What a refusing status means. `who` names the system, `explanation` is its own message, already free of secrets,
 * `now` is milliseconds since 1970: without it a Retry-After that is a date goes unheeded. In doubt where something broke
 * behind the answer: only a 503 says that nothing was begun.
 */
export function errorFromStatus(who: string, response: HttpResponse, explanation = '', now?: number): TriageError {
	const { status } = response;
	const [code, advice] = CODES[status] ?? meaningOfClass(status);
	const retryable = code === 'unavailable' || code === 'rate_limited';
	const said = explanation === '' ? '' : ` (${explanation})`;
	return new TriageError(code, `${who} answered ${status}${said}: ${advice}`, {
		status,
		retryable,
		retryAfter: secondsFrom(response.headers['retry-after'], now),
		inDoubt: status >= 500 && status !== 503,
	});
}

function meaningOfClass(status: number): [ErrorCode, string] {
	if (status >= 500) return ['unavailable', 'it is out of order: try again later'];
	if (status >= 400) return ['rejected', 'the request was refused: check the settings'];
	return ['rejected', 'it redirects, which is not followed: set the final address as endpoint'];
}

/** A date may be years away, by mistake of either clock. */
const LONGEST_WAIT_SECONDS = 86_400;

function secondsFrom(retryAfter = '', now?: number): number | undefined {
	if (/^\d{1,6}$/u.test(retryAfter)) return Number(retryAfter);
	const date = Date.parse(retryAfter);
	// The one form of date that RFC 9110 lets senders write is also JavaScript's own.
	if (now === undefined || Number.isNaN(date) || new Date(date).toUTCString() !== retryAfter) return undefined;
	return Math.min(LONGEST_WAIT_SECONDS, Math.max(0, Math.ceil((date - now) / 1000)));
}
