import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServerProcess {
	/** Such as `http://127.0.0.1:41234`. */
	url: string;
	/** Bytes it holds after what is no longer needed was thrown away. Of SERVICE_WITH_PROBE alone. */
	memory(): Promise<{ heapUsed: number; rss: number }>;
	stop(): void;
}

export const SERVICE = join(__dirname, '../service/main.js');
export const SERVICE_WITH_PROBE = join(__dirname, 'memory-probe.js');

/** A server in a process of its own, once it listens. It has to say its port on standard output. */
export async function startServer(
	script: string,
	args: string[] = [],
	env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
	const child = spawn(process.execPath, [script, ...args], {
		env: { PATH: process.env.PATH, RATE_LIMIT_PER_MINUTE: '0', ...env },
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	const stop = (): void => void child.kill('SIGKILL');
	try {
		return { url: `http://127.0.0.1:${await portOf(child)}`, memory: () => memoryOf(child), stop };
	} catch (error) {
		stop();
		throw error;
	}
}

async function memoryOf(child: ChildProcess): Promise<NodeJS.MemoryUsage> {
	const answered = once(child, 'message') as Promise<[NodeJS.MemoryUsage]>;
	child.send('memory');
	return (await answered)[0];
}

/** Standard output is read on, so that the server never blocks on it. */
function portOf(child: ChildProcess): Promise<number> {
	return new Promise((resolve, reject) => {
		child.once('exit', () => reject(new Error('a server under measurement ended early')));
		if (!child.stdout) return reject(new Error('a server under measurement has no output'));
		createInterface(child.stdout).on('line', (line) => {
			const { port } = JSON.parse(line) as { port?: number };
			if (port) resolve(port);
		});
	});
}
