import { isIP } from 'node:net';
import { Agent } from 'undici';
import { TriageError } from '../core/errors';
import type { HttpResponse, Send } from '../core/http';
import { exchange, type Exchange } from './outgoing/exchange';
import { createGuard, guardedLookup, type Lookup } from './outgoing/guard';
import { headersOf } from './sign';
import { traceHeaders } from './tracing/context';

export interface SendOptions {
	/** Names or addresses that may be private: `jira.corp.example`, `10.0.0.5`; see createGuard. */
	allowedPrivateHosts: readonly string[];
	/** For the whole of a request and its answer. */
	timeoutMs: number;
	/** The system's own, if there is none. */
	lookup?: Lookup;
}

/**
 * HTTP for deliveries, signed where a request asks for it. Sent directly, also where HTTP_PROXY is set: a proxy would look
 * names up where nobody checks them. Redirects are not followed, answers over 1 MiB are cut off, and addresses inside the
 * company are refused when the connection is made, whatever their name resolved to before. Its errors are in doubt where
 * the request was put on a connection and what became of it is not known; nothing is sent again from here.
 */
export function createSend({ allowedPrivateHosts, timeoutMs, lookup }: SendOptions): {
	send: Send;
	close: () => Promise<void>;
} {
	const guard = createGuard(allowedPrivateHosts);
	const agent = new Agent({
		// Over HTTP/2 undici sends again what it takes for untouched.
		allowH2: false,
		connect: { lookup: guardedLookup(guard, lookup), timeout: timeoutMs },
		// The exchange has its own time limit, and exactly.
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	const send: Send = async (request) => {
		const { origin, hostname, pathname, search } = endpointOf(request.url);
		const bare = hostname.replace(/^\[|\]$/gu, '');
		// Addresses are connected to without being looked up.
		if (isIP(bare) !== 0) guard(bare, bare);
		const { method, body } = request;
		const headers = { ...traceHeaders(), ...headersOf(request, Date.now()) };
		const path = `${pathname}${search}`;
		return answerOf(await exchange(agent, { origin, path, method, headers, body }, timeoutMs));
	};
	return { send, close: () => agent.close() };
}

function endpointOf(address: string): URL {
	if (!URL.canParse(address)) throw new TriageError('misconfigured', 'The mapping has an endpoint that is no address');
	const url = new URL(address);
	if (url.username === '' && url.password === '') return url;
	throw new TriageError(
		'misconfigured',
		'The mapping has a user or password in its endpoint: put them into an Authorization header, as ${NAME}',
	);
}

/** A refusal is one by its status, however little of the rest arrived; a yes without its rest leaves open what was made. */
function answerOf({ sent, response, error }: Exchange): HttpResponse {
	if (response !== null && (error === null || response.status >= 300)) return response;
	if (error instanceof TriageError) throw error;
	const name = codeOf(error);
	if (response !== null) {
		const { status } = response;
		throw new TriageError('unavailable', `The system answered ${status}, but the answer broke off (${name})`, {
			...{ retryable: true, inDoubt: true, status },
		});
	}
	if (!sent && NOT_HTTP.includes(name)) {
		throw new TriageError(
			'misconfigured',
			`The mapping's endpoint or headers are not valid in HTTP, so nothing was sent (${name})`,
		);
	}
	throw new TriageError('unavailable', `No answer came from the system (${name})`, { retryable: true, inDoubt: sent });
}

/** What no waiting puts right: undici says so before it sends anything. */
const NOT_HTTP = [
	'UND_ERR_INVALID_ARG',
	'UND_ERR_NOT_SUPPORTED',
	'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
	'ERR_INVALID_URL',
	'ERR_INVALID_CHAR',
	'ERR_INVALID_ARG_TYPE',
];

/** Its code, or its kind; never its message, which may quote what was sent. */
function codeOf(error: Error | null): string {
	const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
	return [code, name].find(isCode) ?? 'no code';
}

function isCode(text: unknown): text is string {
	return typeof text === 'string' && /^\w{1,60}$/u.test(text);
}
