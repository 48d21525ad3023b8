import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Behaviour {
	/** At once, before anything is read. */
	onConnect?: (socket: Socket) => void;
	/** When a whole request has been read: the `count`-th of all, from 1. */
	onRequest?: (socket: Socket, count: number, request: string) => void;
}

export interface FaultyServer {
	url: string;
	/** Head and body of each whole request, as they arrived, in order. */
	requests: string[];
	/** How many were ever opened. */
	connections(): number;
	/** Bytes put on all connections so far. */
	bytesWritten(): number;
	/** Resolves when no connection is open. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

/** A TCP listener on a free port of this machine that reads HTTP requests and does with the connection what it is told. */
export async function startFaultyServer({ onConnect, onRequest }: Behaviour): Promise<FaultyServer> {
	const requests: string[] = [];
	const sockets: Socket[] = [];
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on('error', () => undefined);
		onConnect?.(socket);
		readRequests(socket, (request) => {
			requests.push(request);
			onRequest?.(socket, requests.length, request);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		connections: () => sockets.length,
		bytesWritten: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
		idle: async () => {
			await Promise.all(sockets.map((socket) => socket.closed || new Promise((closed) => socket.on('close', closed))));
		},
		close: async () => {
			sockets.forEach((socket) => socket.destroy());
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function readRequests(socket: Socket, onRequest: (request: string) => void): void {
	let read = Buffer.alloc(0);
	socket.on('data', (chunk: Buffer) => {
		read = Buffer.concat([read, chunk]);
		for (let end = endOfRequest(read); end !== null; end = endOfRequest(read)) {
			const request = read.subarray(0, end).toString('utf8');
			read = read.subarray(end);
			onRequest(request);
		}
	});
}

function endOfRequest(read: Buffer): number | null {
	const head = read.indexOf('\r\n\r\n');
	if (head === -1) return null;
	const [, length = '0'] = /^content-length: (\d+)/im.exec(read.subarray(0, head).toString('latin1')) ?? [];
	const end = head + 4 + Number(length);
	return read.length < end ? null : end;
}

/** An answer as it goes over the wire; its length is said unless `headers` say how it ends. */
export function answerText(status: number, body = '', headers: Record<string, string> = {}): string {
	const framed = Object.keys(headers).some((name) => /^(content-length|transfer-encoding|connection)$/i.test(name));
	const all = framed ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
	return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}

export function answering(status: number, body?: string, headers?: Record<string, string>): Behaviour {
	return { onRequest: (socket) => socket.write(answerText(status, body, headers)) };
}

const CREATED_IN_PART = answerText(201, '{"id": 4', { 'content-length': '100' });

/** What can go wrong between a request and the end of its answer. */
export const FAULTS = {
	resetOnConnect: { onConnect: (socket) => socket.resetAndDestroy() },
	resetInRequest: { onConnect: (socket) => socket.once('data', () => socket.resetAndDestroy()) },
	hangBeforeHeaders: {},
	resetAfterRequest: { onRequest: (socket) => socket.resetAndDestroy() },
	closeWithoutAnswer: { onRequest: (socket) => socket.end() },
	halfHeadersThenClose: { onRequest: (socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-le') },
	hintThenClose: { onRequest: (socket) => socket.end('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n') },
	echo: { onRequest: (socket, _count, request) => socket.end(request) },
	noHttp: { onRequest: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n') },
	hugeHeaders: answering(201, '{"id": 42}', { 'x-padding': 'x'.repeat(20_000) }),
	hangInBody: { onRequest: (socket) => socket.write(CREATED_IN_PART) },
	closeInBody: { onRequest: (socket) => socket.end(CREATED_IN_PART) },
	resetInBody: { onRequest: (socket) => socket.write(CREATED_IN_PART, () => socket.resetAndDestroy()) },
	closeInChunks: {
		onRequest: (socket) => socket.end('HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"id": 4\r\n'),
	},
	dripBody: {
		onRequest: (socket) => {
			socket.write(CREATED_IN_PART.replace('100', '100000'));
			const drip = setInterval(() => socket.write(' '), 20);
			socket.on('close', () => clearInterval(drip));
		},
	},
} satisfies Record<string, Behaviour>;

/** An answer whose body goes on as long as somebody reads it. */
export function endless(head: string, piece: string): Behaviour {
	return {
		onRequest: (socket) => {
			const more = (): void => {
				while (!socket.destroyed && socket.write(piece));
			};
			socket.on('drain', more);
			socket.write(head);
			more();
		},
	};
}
