import { TriageError, type ErrorCode } from './errors';

export interface HttpRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	url: string;
	headers: Record<string, string>;
	body?: string;
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
 * What a refusing status means. `who` names the system, `explanation` is its own message, already free of secrets.
 */
export function errorFromStatus(who: string, response: HttpResponse, explanation = ''): TriageError {
	const { status } = response;
	const [code, advice] = CODES[status] ?? meaningOfClass(status);
	const retryable = code === 'unavailable' || code === 'rate_limited';
	const said = explanation === '' ? '' : ` (${explanation})`;
	return new TriageError(code, `${who} answered ${status}${said}: ${advice}`, {
		status,
		retryable,
		retryAfter: secondsFrom(response.headers['retry-after']),
	});
}

function meaningOfClass(status: number): [ErrorCode, string] {
	if (status >= 500) return ['unavailable', 'it is out of order: try again later'];
	if (status >= 400) return ['rejected', 'the request was refused: check the settings'];
	return ['rejected', 'it redirects, which is not followed: set the final address as endpoint'];
}

function secondsFrom(retryAfter: string | undefined): number | undefined {
	return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}
