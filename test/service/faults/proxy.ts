import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that a test can block. */
export interface Proxy {
	port: number;
	/** Nothing gets through, either way; new connections come about and get no answer. */
	block(how: Block): void;
	/** What hung gets through now; connections on which something was lost end. */
	goOn(): void;
	close(): Promise<void>;
}

/** Of a server that stands still what was sent arrives later; of a network that does, never. */
export type Block = 'hangs' | 'loses';

export async function startProxy(port: number): Promise<Proxy> {
	const sockets = new Set<Socket>();
	let blocked: Block | null = null;
	const pass = (from: Socket, to: Socket): void => {
		sockets.add(from);
		if (blocked === 'hangs') from.pause();
		from.on('data', (chunk: Buffer) => blocked === 'loses' || to.write(chunk));
		from.on('error', () => undefined);
		from.on('close', () => {
			sockets.delete(from);
			if (blocked !== 'loses') to.destroy();
		});
	};
	const server = createServer((near) => {
		const far = connect(port, '127.0.0.1');
		pass(near, far);
		pass(far, near);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		block(how) {
			blocked = how;
			if (how === 'hangs') sockets.forEach((socket) => socket.pause());
		},
		goOn() {
			const was = blocked;
			blocked = null;
			sockets.forEach((socket) => (was === 'loses' ? socket.destroy() : socket.resume()));
		},
		async close() {
			sockets.forEach((socket) => socket.destroy());
			server.close();
			await once(server, 'close');
		},
	};
}
