import { randomUUID } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ticketFor } from '../../helpers/fleet';
import type { JsonAnswer } from '../../helpers/service';

/** In the title of every ticket; it must not come up in a log. */
export const SECRET = 'whispered-4711';

/** Of tickets that come with a key, and of no others. */
export const KEYED_TITLE = titleOf(0);

export interface Heard {
	/** What was sent. */
	kind: Kind;
	key?: string;
	/** When it was sent, in milliseconds since 1970, and how long the answer took. */
	at: number;
	ms: number;
	/** 0 where the connection ended without an answer. */
	status: number;
	headers: IncomingHttpHeaders;
	json: JsonAnswer;
	/** Of the connection. */
	error?: string;
}

const KINDS = ['wait', 'async', 'batch', 'keyed', 'list'] as const;
export type Kind = (typeof KINDS)[number];

interface Wanted {
	method: string;
	path: string;
	headers?: Record<string, string>;
	body?: unknown;
}

export interface Load {
	heard: Heard[];
	/** Ends it, and resolves when the last answer is there. */
	stop(): Promise<void>;
}

export interface LoadOptions {
	/** Where the next request goes. */
	target: () => string;
	callers: number;
	/** Between an answer and the caller's next request. */
	pauseMs: number;
	kinds?: readonly Kind[];
}

const BATCH = 5;
/** A caller's patience: a little more than the longest that anything at the database is waited for. */
const NO_ANSWER_MS = 17_000;

/** Callers who keep their connections, send one request after the other, and repeat none. */
export function startLoad({ target, callers, pauseMs, kinds = KINDS }: LoadOptions): Load {
	const heard: Heard[] = [];
	const agent = new Agent({ keepAlive: true });
	let stopped = false;
	let sent = 0;
	const caller = async (n: number): Promise<void> => {
		for (let round = n; !stopped; round += 1) {
			const kind = kinds[round % kinds.length];
			const key = kind === 'keyed' ? randomUUID() : undefined;
			heard.push({ kind, key, ...(await exchange(target(), agent, wanted(kind, (sent += 1), key))) });
			await sleep(pauseMs);
		}
	};
	const done = Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
	return {
		heard,
		async stop() {
			stopped = true;
			await done;
			agent.destroy();
		},
	};
}

/** The same request as the load's with this key. */
export function repeat(url: string, key: string): Promise<Omit<Heard, 'kind'>> {
	return exchange(url, new Agent(), wanted('keyed', 0, key));
}

function wanted(kind: Kind, i: number, key?: string): Wanted {
	const path = '/webhook/ticket';
	if (kind === 'list') return { method: 'GET', path: '/tickets?limit=10' };
	if (kind === 'batch') {
		return {
			method: 'POST',
			path: `${path}s`,
			body: { tickets: Array.from({ length: BATCH }, (_, n) => ticket(i + n)) },
		};
	}
	if (kind === 'keyed') return { method: 'POST', path, body: ticket(0), headers: { 'idempotency-key': String(key) } };
	return { method: 'POST', path, body: ticket(i), headers: kind === 'async' ? { prefer: 'respond-async' } : {} };
}

function ticket(i: number): Record<string, string> {
	return { ...ticketFor('jira', i), title: titleOf(i) };
}

function titleOf(i: number): string {
	return `${SECRET} ${ticketFor('jira', i).title}`;
}

function exchange(url: string, agent: Agent, { method, path, headers, body }: Wanted): Promise<Omit<Heard, 'kind'>> {
	const at = Date.now();
	const end = (status: number, rest: Partial<Heard> = {}): Omit<Heard, 'kind'> => {
		return { at, ms: Date.now() - at, status, headers: {}, json: {}, ...rest };
	};
	return new Promise((resolve) => {
		const options = {
			method,
			agent,
			timeout: NO_ANSWER_MS,
			headers: { 'content-type': 'application/json', ...headers },
		};
		const sent = request(url + path, options, (response) => {
			let text = '';
			response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
			response.on('error', ({ message }) => resolve(end(0, { error: message })));
			response.on('end', () =>
				resolve(end(response.statusCode ?? 0, { headers: response.headers, json: JSON.parse(text) as JsonAnswer })),
			);
		});
		sent.on('timeout', () => sent.destroy(new Error('no answer')));
		sent.on('error', ({ message }) => resolve(end(0, { error: message })));
		sent.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** The ids of tickets that were acknowledged. */
export function acknowledged(heard: readonly Heard[]): string[] {
	const ids = heard
		.filter(({ kind, status }) => kind !== 'list' && status >= 200 && status < 300)
		.flatMap(({ json }) => ('results' in json ? (json.results as JsonAnswer[]) : [json]))
		.flatMap(({ ticket_id }) => (typeof ticket_id === 'string' ? [ticket_id] : []));
	return [...new Set(ids)];
}

/** Of log lines. */
export function mostLinesASecond(lines: readonly Record<string, unknown>[]): number {
	const counts: Record<string, number> = {};
	for (const { time } of lines) {
		const second = String(time).slice(0, 19);
		counts[second] = (counts[second] ?? 0) + 1;
	}
	return Math.max(0, ...Object.values(counts));
}

/** How many of each answer there were, by the kind of request. */
export function tally(heard: readonly Heard[]): Record<string, Record<string, number>> {
	const counts: Record<string, Record<string, number>> = {};
	for (const { kind, status, json, error } of heard) {
		const row = (counts[kind] ??= {});
		const items = 'results' in json ? (json.results as JsonAnswer[]).filter((one) => !('ticket_id' in one)) : [];
		const name = error ?? (items.length > 0 ? `${status} with ${items.length} refused` : String(status));
		row[name] = (row[name] ?? 0) + 1;
	}
	return counts;
}
