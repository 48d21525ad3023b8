import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { closable, type Closing } from './draining';
import { answerBrokenRequests } from './problems';

export interface Listener {
	server: Server;
	closing: Closing;
}

export interface Patience {
	/** Until the last header is there. */
	headersMs: number;
	/** Until the last byte of a request is there. */
	requestMs: number;
	/** Longer than any answer takes: for so long nothing needs to be heard on a connection that waits for one, or reads it. */
	silenceMs: number;
	/** How often requests that take too long are looked for. */
	checkMs: number;
}

/** Longer than balancers keep a connection that nobody uses, a minute most often: who ends one may be meeting a request on it. */
const IDLE_CONNECTIONS_MS = 75_000;
const MOST_HEADERS = 100;

/** What callers get, and no more: those who are slow on purpose hold up nobody. `longestAnswerMs` is what an answer may take. */
export function patienceFor(longestAnswerMs: number): Patience {
	return { headersMs: 10_000, requestMs: 60_000, silenceMs: longestAnswerMs + 60_000, checkMs: 2000 };
}

/** An HTTP server that listens. */
export function listen(app: Express, port: number, host: string, patience: Patience): Promise<Listener> {
	const server = createServer(
		{
			keepAliveTimeout: IDLE_CONNECTIONS_MS,
			headersTimeout: patience.headersMs,
			requestTimeout: patience.requestMs,
			connectionsCheckingInterval: patience.checkMs,
		},
		app,
	);
	server.maxHeadersCount = MOST_HEADERS;
	server.setTimeout(patience.silenceMs);
	const closing = closable(server);
	answerBrokenRequests(server);
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve({ server, closing }));
	});
}
