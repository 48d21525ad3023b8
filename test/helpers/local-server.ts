import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
	method: string;
	/** Path and query. */
	path: string;
	headers: IncomingMessage['headers'];
	body: string;
}

export interface Answer {
	status?: number;
	headers?: Record<string, string>;
	/** Text as it is, anything else as JSON. */
	body?: unknown;
	/** Milliseconds to wait before answering. */
	delay?: number;
}

export interface LocalServer {
	url: string;
	/** What arrived, in order. */
	requests: Recorded[];
	/** Most requests that were open at the same time. */
	mostOpen(): number;
	close(): Promise<void>;
}

/** A real HTTP listener on a free port of this machine that records what arrives. */
export async function startLocalServer(answer: (request: Recorded) => Answer): Promise<LocalServer> {
	const requests: Recorded[] = [];
	let open = 0;
	let most = 0;
	const server = createServer((request, response) => {
		open += 1;
		most = Math.max(most, open);
		response.on('close', () => (open -= 1));
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const recorded = {
				method: request.method ?? '',
				path: request.url ?? '',
				headers: request.headers,
				body: Buffer.concat(chunks).toString('utf8'),
			};
			requests.push(recorded);
			const { status = 200, headers = {}, body = '', delay = 0 } = answer(recorded);
			const isText = typeof body === 'string';
			const type = isText ? 'text/plain' : 'application/json';
			setTimeout(() => {
				response.writeHead(status, { 'content-type': type, ...headers });
				response.end(isText ? body : JSON.stringify(body));
			}, delay);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		mostOpen: () => most,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
