import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';

export const ROOT = resolve(__dirname, '../..');

export interface ServiceProcess {
	child: ChildProcess;
	url: string;
	/** Lines on standard output, parsed. */
	logs: Record<string, unknown>[];
	/** Standard error so far. */
	errors(): string;
	/** Standard output so far, as it came. */
	output(): string;
	kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** A file for a database of one's own. */
export function newDatabaseUrl(): string {
	return `sqlite:${join(mkdtempSync(join(tmpdir(), 'triage-')), 'tickets.db')}`;
}

/** What tests ask of the service comes faster than people do, and its mappings refer to whatever a test sets. */
const OWN = {
	...{ PATH: process.env.PATH, HOME: process.env.HOME },
	...{ RATE_LIMIT_PER_MINUTE: '0', ALLOWED_REFERENCES: '*' },
};

const MAIN = [process.execPath, join(ROOT, 'service/build/service/main.js')];

function start(environment: Record<string, string>, commandLine: string[], stdout: 'pipe' | number): ChildProcess {
	const [command, ...args] = commandLine;
	return spawn(command, args, {
		cwd: tmpdir(),
		env: { ...OWN, PORT: '0', ...environment },
		stdio: ['ignore', stdout, 'pipe'],
	});
}

/** The service with its standard output on a disk that is full: it can say nothing, so its port is chosen here. */
export async function spawnMute(
	environment: Record<string, string>,
): Promise<Omit<ServiceProcess, 'logs' | 'errors' | 'output'>> {
	const port = await freePort();
	const full = openSync('/dev/full', 'w');
	const child = start({ ...environment, PORT: String(port) }, MAIN, full);
	closeSync(full);
	const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
	return { child, url: `http://127.0.0.1:${port}`, kill: (signal) => (child.kill(signal), exited) };
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** The built service as a process of its own. Resolves when it listens, rejects when it ends before. */
export async function spawnService(
	environment: Record<string, string>,
	commandLine: string[] = MAIN,
): Promise<ServiceProcess> {
	const child = start(environment, commandLine, 'pipe');
	const logs: Record<string, unknown>[] = [];
	let [errors, output] = ['', ''];
	child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
	child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
	const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
	const url = await new Promise<string>((done, fail) => {
		void exited.then((code) => fail(new Error(`ended with ${code}: ${errors}`)));
		createInterface(child.stdout as Readable).on('line', (line) => {
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
		output: () => output,
		kill(signal) {
			child.kill(signal);
			return exited;
		},
	};
}

/** Starts a service once so that there is a database, maps IT to `endpoint`, and starts it again. */
export async function spawnWithTarget(databaseUrl: string, endpoint: string): Promise<ServiceProcess> {
	await (await spawnService({ DATABASE_URL: databaseUrl })).kill('SIGTERM');
	const file = new DatabaseSync(databaseUrl.replace('sqlite:', ''));
	file
		.prepare("UPDATE team_mappings SET system = 'http', api_endpoint = ?, settings = ? WHERE department = 'IT'")
		.run(endpoint, JSON.stringify({ max_at_once: 64 }));
	file.close();
	return spawnService({ DATABASE_URL: databaseUrl, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0.2' });
}
