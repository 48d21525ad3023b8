import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request as undiciRequest } from 'undici';
import { TriageError } from '../core/errors';
import type { HttpRequest, HttpResponse, Send } from '../core/http';
import { headersOf } from './sign';

export interface SendOptions {
	/** Names or addresses that may be private: `jira.corp.example`, `10.0.0.5`. */
	allowedPrivateHosts: readonly string[];
	timeoutMs: number;
}

const LONGEST_BODY = 1024 * 1024;

/**
 * HTTP for deliveries, signed where a request asks for it. Redirects are not followed, answers over 1 MiB are cut off,
 * and addresses inside the company are refused when the connection is made, whatever their name resolved to before.
 */
export function createSend({ allowedPrivateHosts, timeoutMs }: SendOptions): {
	send: Send;
	close: () => Promise<void>;
} {
	const agent = new Agent({
		connect: { lookup: guardedLookup(allowedPrivateHosts), timeout: timeoutMs },
		headersTimeout: timeoutMs,
		bodyTimeout: timeoutMs,
	});
	const send: Send = async (request) => {
		const bare = hostOf(request.url).replace(/^\[|\]$/g, '');
		if (ipaddr.isValid(bare)) assertAllowed(bare, bare, allowedPrivateHosts);
		return exchange(request, agent, timeoutMs);
	};
	return { send, close: () => agent.close() };
}

function hostOf(address: string): string {
	if (!URL.canParse(address)) throw new TriageError('misconfigured', 'The mapping has an endpoint that is no address');
	const { hostname, username, password } = new URL(address);
	if (username === '' && password === '') return hostname;
	throw new TriageError(
		'misconfigured',
		'The mapping has a user or password in its endpoint: put them into an Authorization header, as ${NAME}',
	);
}

/** What no waiting puts right: undici says so before it sends anything. */
const NEVER_SENT = ['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL', 'ERR_INVALID_CHAR', 'ERR_INVALID_ARG_TYPE'];

function noAnswer(error: unknown): TriageError {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
	if (cause instanceof TriageError) return cause;
	const name = typeof code === 'string' ? code : 'timeout';
	if (NEVER_SENT.includes(name)) {
		return new TriageError(
			'misconfigured',
			`The mapping's endpoint or headers are not valid in HTTP, so nothing was sent (${name})`,
		);
	}
	return new TriageError('unavailable', `No answer came from the system (${name})`, { retryable: true });
}

async function exchange(request: HttpRequest, agent: Agent, timeoutMs: number): Promise<HttpResponse> {
	try {
		const { method, url, body } = request;
		const response = await undiciRequest(url, {
			method,
			headers: headersOf(request, Date.now()),
			body,
			dispatcher: agent,
			signal: AbortSignal.timeout(timeoutMs),
		});
		return { status: response.statusCode, headers: flatten(response.headers), body: await readCapped(response.body) };
	} catch (error) {
		throw error instanceof TriageError ? error : noAnswer(error);
	}
}

async function readCapped(body: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > LONGEST_BODY) break;
	}
	return Buffer.concat(chunks).subarray(0, LONGEST_BODY).toString('utf8');
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Looks a name up and refuses what is not a public address: a check of the name alone misses one that changes its mind. */
function guardedLookup(allowedPrivateHosts: readonly string[]): LookupFunction {
	return (hostname, options, done) => {
		dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
			if (error) return done(error, '', 0);
			try {
				addresses.forEach(({ address }) => assertAllowed(hostname, address, allowedPrivateHosts));
			} catch (refusal) {
				return done(refusal as Error, '', 0);
			}
			if (options.all) return done(null, addresses);
			done(null, addresses[0].address, addresses[0].family);
		});
	};
}

function assertAllowed(host: string, address: string, allowedPrivateHosts: readonly string[]): void {
	if (allowedPrivateHosts.includes(host.toLowerCase()) || allowedPrivateHosts.includes(address)) return;
	if (ipaddr.process(address).range() === 'unicast') return;
	throw new TriageError(
		'misconfigured',
		'The mapping leads to an address inside the network. If that is meant, name its host in ALLOWED_PRIVATE_HOSTS',
	);
}
