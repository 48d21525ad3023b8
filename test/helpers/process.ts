import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(__dirname, '../..');

export interface ServiceProcess {
	child: ChildProcess;
	url: string;
	/** Lines on standard output, parsed. */
	logs: Record<string, unknown>[];
	/** Standard error so far. */
	errors(): string;
	kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** A file for a database of one's own. */
export function newDatabaseUrl(): string {
	return `sqlite:${join(mkdtempSync(join(tmpdir(), 'triage-')), 'tickets.db')}`;
}

/** The built service as a process of its own. Resolves when it listens, rejects when it ends before. */
export async function spawnService(
	environment: Record<string, string>,
	commandLine: string[] = [process.execPath, join(ROOT, 'service/build/service/main.js')],
): Promise<ServiceProcess> {
	const [command, ...args] = commandLine;
	const child = spawn(command, args, {
		cwd: tmpdir(),
		env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const logs: Record<string, unknown>[] = [];
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
	const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
	const url = await new Promise<string>((done, fail) => {
		void exited.then((code) => fail(new Error(`ended with ${code}: ${errors}`)));
		createInterface(child.stdout).on('line', (line) => {
			if (!line.startsWith('{')) return;
			const entry = JSON.parse(line) as Record<string, unknown>;
			logs.push(entry);
			if (entry.port) done(`http://127.0.0.1:${String(entry.port)}`);
		});
	});
	return {
		child,
		url,
		logs,
		errors: () => errors,
		kill(signal) {
			child.kill(signal);
			return exited;
		},
	};
}
