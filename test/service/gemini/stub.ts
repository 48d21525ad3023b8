import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Verdict } from '../../../core/gemini/ask';
import { geminiRequest, type Question } from '../../../core/gemini/request';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { createAsk, type AskOptions, type GeminiAsk, type Observe } from '../../../service/gemini/index';
import type { GeminiLimits } from '../../../service/gemini/settings';

export const MODEL = 'gemini-3.5-flash-lite';
/** A request about one ticket. */
export const REQUEST = geminiRequest([{ id: 'a1', ...question('Secret title') }], {
	departments: DEFAULT_DEPARTMENTS,
	marker: 'm',
	model: MODEL,
});

/** A ticket in a request, as the stub reads it. */
export interface Asked {
	id: string;
	title: string;
}

export interface StubRequest {
	at: number;
	path: string;
	headers: IncomingMessage['headers'];
	tickets: Asked[];
}

/** What the stub does with a request; `tickets` in the order of the request. */
export type Reply = (response: ServerResponse, tickets: Asked[]) => void;

export interface Stub {
	url: string;
	requests: StubRequest[];
	/** Open at this moment, and the most there ever were. */
	open(): number;
	mostOpen(): number;
	/** For the next requests, one each; afterwards every ticket is IT. */
	next(...replies: Reply[]): void;
	/** For all requests from now on. */
	always(reply: Reply): void;
	/** Resolves when so many requests have arrived. */
	arrived(count: number): Promise<void>;
	close(): Promise<void>;
}

/** A Gemini on a free port of this machine that does what the test wants. */
export async function startStub(): Promise<Stub> {
	const requests: StubRequest[] = [];
	const waiters: { count: number; resolve: () => void }[] = [];
	const replies: Reply[] = [];
	let usual: Reply = verdicts();
	let open = 0;
	let mostOpen = 0;
	const server = createServer((request, response) => {
		mostOpen = Math.max(mostOpen, (open += 1));
		response.on('close', () => (open -= 1));
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const tickets = ticketsIn(Buffer.concat(chunks).toString('utf8'));
			requests.push({ at: Date.now(), path: request.url ?? '', headers: request.headers, tickets });
			waiters.filter(({ count }) => requests.length >= count).forEach(({ resolve }) => resolve());
			(replies.shift() ?? usual)(response, tickets);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		open: () => open,
		mostOpen: () => mostOpen,
		next: (...more) => void replies.push(...more),
		always: (reply) => void (usual = reply),
		arrived: (count) =>
			new Promise((resolve) => (requests.length >= count ? resolve() : waiters.push({ count, resolve }))),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function ticketsIn(body: string): Asked[] {
	if (body === '') return [];
	const { contents } = JSON.parse(body) as { contents: { parts: { text: string }[] }[] };
	return contents[0].parts.map(({ text }) => {
		const [, id, title] = /^\S+ (\S+)\nTitle: (.*)$/mu.exec(text) ?? ['', '', ''];
		return { id, title };
	});
}

export function json(status: number, body: unknown): Reply {
	return (response) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	};
}

export const USAGE = { promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 4 };

/** The entries of an answer, by default IT for each ticket. */
export function verdicts(entries: (tickets: Asked[]) => unknown[] = (tickets) => tickets.map(entryFor)): Reply {
	return (response, tickets) =>
		json(200, {
			candidates: [{ finishReason: 'STOP', content: { parts: [{ text: JSON.stringify(entries(tickets)) }] } }],
			usageMetadata: USAGE,
			modelVersion: MODEL,
		})(response, tickets);
}

export function entryFor({ id, title }: Asked): Record<string, unknown> {
	return { id, department: 'IT', confidence: 0.9, reasoning: `About ${title}.` };
}

/** An error as Google's; `details` without their common prefix. */
export function refusal(code: number, details: Record<string, unknown>[] = []): Reply {
	const typed = details.map(({ type, ...rest }) => ({ '@type': `type.googleapis.com/google.rpc.${type}`, ...rest }));
	return json(code, { error: { code, message: 'Words of Google', status: 'X', details: typed } });
}

export function limited(seconds: string, quotaId = 'GenerateRequestsPerMinutePerProjectPerModel'): Reply {
	return refusal(429, [
		{ type: 'QuotaFailure', violations: [{ quotaId }] },
		{ type: 'RetryInfo', retryDelay: `${seconds}s` },
	]);
}

/** Never answers. */
export const hang: Reply = () => undefined;
export const reset: Reply = (response) => response.destroy();
export const cut: Reply = (response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
	response.write('{"candidates":', () => response.destroy());
};

export interface Heard {
	calls: string[];
	retries: number;
	tokens: unknown[];
	hits: number;
}

export function listen(): { heard: Heard; observe: Observe } {
	const heard: Heard = { calls: [], retries: 0, tokens: [], hits: 0 };
	const observe: Observe = {
		call: (outcome) => heard.calls.push(outcome),
		retry: () => (heard.retries += 1),
		tokens: (usage) => heard.tokens.push(usage),
		cacheHit: () => (heard.hits += 1),
	};
	return { heard, observe };
}

export const LIMITS: GeminiLimits = {
	concurrency: 4,
	batchSize: 1,
	timeoutMs: 10_000,
	maxAttempts: 3,
	maxWaitMs: 60_000,
	cacheEntries: 0,
	cacheTtlMs: 1000,
};

export const START = Date.parse('2026-11-22T16:04:30.000Z');

export interface Asking extends GeminiAsk {
	heard: Heard;
	/** What was slept, in milliseconds; the clock goes on by as much. */
	slept: number[];
	clock: { time: number };
}

/** An ask whose clock stands still except while it sleeps, which takes no time. */
export function askAt(
	url: string,
	limits: Partial<GeminiLimits> = {},
	more: Partial<Pick<AskOptions, 'sleep' | 'now' | 'departments' | 'counts' | 'turnstile'>> = {},
): Asking {
	const { heard, observe } = listen();
	const slept: number[] = [];
	const clock = { time: START };
	const asking = createAsk({
		access: { apiKey: 'key', model: MODEL, baseUrl: `${url}/` },
		departments: DEFAULT_DEPARTMENTS,
		limits: { ...LIMITS, ...limits },
		observe,
		now: () => clock.time,
		random: () => 0.5,
		sleep: async (ms) => {
			slept.push(ms);
			clock.time += ms;
		},
		...more,
	});
	return { ...asking, heard, slept, clock };
}

export function question(title = 'Printer'): Question {
	return { title, description: 'It does not print.' };
}

export function verdict(overrides: Partial<Verdict> = {}): Verdict {
	const usage = { input_tokens: 100, output_tokens: 24, cost_usd: 0.00009 };
	return { department: 'IT', confidence: 0.9, reasoning: 'A device.', model: 'gemini-test', usage, ...overrides };
}
