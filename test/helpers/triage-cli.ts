import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Knex } from 'knex';
import { openDatabase } from '../../service/database';
import { parseOptions } from '../../service/cli/options';
import { runTriage, type TriageDeps } from '../../service/cli/run';

export const TICKET = {
	title: 'VPN is down',
	description: 'The VPN drops every ten minutes.',
	email: 'ana@example.com',
};

/** Distinct valid tickets, one JSON line each. */
export function jsonLines(count: number): string {
	return Array.from({ length: count }, (_, i) => `${JSON.stringify({ ...TICKET, title: `VPN ${i}` })}\n`).join('');
}

export type Json = Record<string, unknown>;

/** A folder with a database of its own that goes away with `remove`. */
export function createFolder() {
	const path = mkdtempSync(join(tmpdir(), 'triage-cli-'));
	const database = join(path, 'tickets.db');
	return {
		path,
		database,
		file: (name: string) => join(path, name),
		put(name: string, content: string | Buffer): string {
			writeFileSync(join(path, name), content);
			return join(path, name);
		},
		text: (name: string) => readFileSync(join(path, name), 'utf8'),
		results: (name: string) => readLines(readFileSync(join(path, name), 'utf8')),
		environment: { DATABASE_URL: `sqlite:${database}`, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', ALLOWED_REFERENCES: '*' },
		async query<T>(run: (knex: Knex) => Promise<T>): Promise<T> {
			const knex = openDatabase({ client: 'sqlite3', connection: database });
			return run(knex).finally(() => knex.destroy());
		},
		count(table: string): Promise<number> {
			return this.query(async (knex) => Number(((await knex(table).count({ n: '*' })) as { n: number }[])[0].n));
		},
		remove: () => rmSync(path, { recursive: true, force: true }),
	};
}

export type Folder = ReturnType<typeof createFolder>;

export function readLines(text: string): Json[] {
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Json);
}

/** Runs the command in this process. */
export async function run(folder: Folder, argv: string[], given: Partial<TriageDeps> & { input?: string } = {}) {
	const stdout = collect();
	const stderr = collect();
	const code = await runTriage(parseOptions(argv, folder.path)!, {
		...{ environment: folder.environment, root: folder.path, version: '0.0.0', timing: { pollMs: 50 } },
		...{ stdin: Readable.from([Buffer.from(given.input ?? '')], { objectMode: false }), stdout: stdout.stream },
		...{ stderr: stderr.stream, interrupted: new AbortController().signal, ...given },
	});
	return { code, stdout: stdout.text(), stderr: stderr.text() };
}

export function collect() {
	const stream = new PassThrough();
	const chunks: Buffer[] = [];
	stream.on('data', (chunk: Buffer) => chunks.push(chunk));
	return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

const PROGRAM = join(__dirname, '../../service/build/service/cli/triage.js');

/** Starts the built command as a process of its own. */
export function start(folder: Folder, argv: string[], input?: string) {
	const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...argv], {
		cwd: folder.path,
		env: { PATH: process.env.PATH, ...folder.environment },
	});
	const output = { stdout: '', stderr: '' };
	child.stdout!.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
	child.stderr!.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
	if (input !== undefined) child.stdin!.end(input);
	const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
		child.on('close', (code) => resolve({ code, ...output }));
	});
	return { child, ended };
}
