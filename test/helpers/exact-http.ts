import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { WireAnswer } from './openapi';

export interface WireRequest {
	method: string;
	/** Path and query, sent as they are. */
	path: string;
	headers: Record<string, string>;
	body?: string | Buffer;
}

export interface Wire {
	send(request: WireRequest): Promise<WireAnswer>;
	/** What comes back for bytes that need not be HTTP, until the other side has ended or said nothing for `quietMs`. */
	raw(bytes: Buffer | string, quietMs?: number): Promise<string>;
	close(): void;
}

/** Unlike fetch it changes nothing of what it is given: neither dots in paths nor any header. */
export function openWire(url: string): Wire {
	const { port } = new URL(url);
	const agent = new Agent({ keepAlive: true, maxSockets: 16 });
	return {
		send: ({ method, path, headers, body }) =>
			new Promise((resolve, reject) => {
				const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
				const options = { port, host: '127.0.0.1', agent, method, path, headers: { ...length, ...headers } };
				const outgoing = request(options, (response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('error', reject);
					response.on('end', () =>
						resolve({
							status: response.statusCode ?? 0,
							headers: response.headers,
							text: Buffer.concat(chunks).toString('utf8'),
						}),
					);
				});
				outgoing.on('error', reject);
				outgoing.end(body);
			}),
		raw: (bytes, quietMs = 300) =>
			new Promise((resolve) => {
				const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
				let answer = '';
				socket.setTimeout(quietMs, () => socket.destroy());
				socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
				socket.on('close', () => resolve(answer));
				socket.on('error', () => undefined);
			}),
		close: () => agent.destroy(),
	};
}
