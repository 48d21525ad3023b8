import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { warmUp } from './answer';
import { createGemini, type Gemini } from './gemini';
import { createFaultSource, type Fault, type Rates } from './faults';
import { DEFAULT_MODELS } from './models';
import { createRecords, preciseNow, type FakeRequest, type Records } from './record';
import { readBody } from './read-body';
import { deliver, pageReply, type Reply } from './reply';
import { matchRoute, type Route } from './routes';

export type { Fault, Rates } from './faults';
export type { FakeRequest } from './record';

export interface FakeGeminiOptions {
	/** 0, the default, takes a free one. */
	port?: number;
	/** `fake` by default. */
	apiKey?: string;
	/** Before any answer of generateContent; 200 by default. */
	latencyMs?: number;
	/** On top for each ticket that is classified; 15 by default. */
	perTicketMs?: number;
	/** Ids without `models/`. */
	models?: readonly string[];
	/** The same seed gives the same faults in the same order. */
	seed?: number;
	rates?: Rates;
	/** What RetryInfo says; by default another time from 1 to 2 s at each refusal. */
	retryDelaySeconds?: number;
	/** How long a client may take to read a refusal, before its requests count as too early; 200 by default. */
	readingMs?: number;
	/** Does what tickets say, as a model does that is taken in by them. */
	obedient?: boolean;
	/** Called when a request has its answer, or is left without one. */
	onAnswered?: (request: FakeRequest) => void;
}

export interface FakeGemini {
	url: string;
	/** What was asked so far, the last 10,000. */
	readonly requests: readonly FakeRequest[];
	/** Requests for classification that came before the last of the times RetryInfo gave, but for those under way by then. */
	readonly early: number;
	/** In place of all rates so far. @throws RangeError */
	setRates(rates: Rates): void;
	/** Faults for the next requests for classification, one each; null: none. @throws RangeError */
	next(...faults: (Fault | null)[]): void;
	close(): Promise<void>;
}

/** A stand-in for Gemini's REST API on 127.0.0.1 that classifies with the embedded model. */
export async function startFakeGemini(options: FakeGeminiOptions = {}): Promise<FakeGemini> {
	const { seed = 1, rates = {}, port = 0, readingMs, ...rest } = options;
	const faults = createFaultSource(seed, rates);
	const records = createRecords({ readingMs });
	const closing = new AbortController();
	const gemini = createGemini(
		{ apiKey: 'fake', latencyMs: 200, perTicketMs: 15, models: DEFAULT_MODELS, ...rest, seed },
		{ records, signal: closing.signal },
	);
	const server = createServer((request, response) => {
		const route = matchRoute(request.method ?? '', request.url ?? '');
		const record = arrive(request, route, { records, fault: route?.kind === 'generate' ? faults.draw() : null });
		void answer(request, response, { record, route, gemini })
			// A client that hung up, or the end of the server while an answer waited.
			.catch(() => response.destroy())
			.finally(() => options.onAnswered?.(record));
	});
	await warmUp();
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests: records.requests,
		get early() {
			return records.early;
		},
		setRates: faults.setRates,
		next: (...next) => faults.queue(next),
		async close() {
			closing.abort();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function arrive(
	{ method = '', url = '', headers }: IncomingMessage,
	route: Route | null,
	{ records, fault }: { records: Records; fault: Fault | null },
): FakeRequest {
	const empty = { body: '', tickets: 0, inputTokens: 0, status: null };
	const record = { at: preciseNow(), method, path: url, headers, ...empty, fault };
	records.arrive(record, { limited: route?.kind === 'generate' });
	return record;
}

interface Asked {
	record: FakeRequest;
	route: Route | null;
	gemini: Gemini;
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
	const { record, route, gemini } = asked;
	const body = await readBody(request);
	record.body = body ?? '';
	const reply: Reply | null = route ? await gemini({ route, body, record }) : pageReply(404);
	if (reply === null) return record.fault === 'reset' ? void request.socket.resetAndDestroy() : undefined;
	record.status = reply.status;
	await deliver(response, reply, record.fault);
}
