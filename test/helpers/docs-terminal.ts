import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ended {
	code: number | null;
	/** Standard output and standard error, as they came. */
	output: string;
}

/** A shell command that goes on in the background. */
export interface Terminal {
	output(): string;
	/** Resolves once the output has this; rejects when the command ends or says nothing of the kind for a minute. */
	await(what: string, has: (output: string) => boolean): Promise<void>;
	end(): Promise<void>;
}

export type Environment = Record<string, string>;

export interface Place {
	folder: string;
	environment: Environment;
}

const PATIENCE_MS = 60_000;

/** Runs a block in a shell that stops at the first failure; what it exports is there for the next. */
export async function runBlock(text: string, place: Place): Promise<Ended> {
	const kept = join(place.environment.HOME, 'environment');
	const child = shell(`${text}\nenv -0 > '${kept}'`, place);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number | null];
	if (code === 0) place.environment = readEnvironment(kept);
	return { code, output };
}

export function openTerminal(text: string, place: Place): Terminal {
	const child = shell(text, place);
	const heard = new EventEmitter().setMaxListeners(50);
	let output = '';
	let ended = false;
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			output += chunk.toString();
			heard.emit('more');
		});
	}
	const closed = once(child, 'close').then(() => ((ended = true), heard.emit('more')));
	return {
		output: () => output,
		async await(what, has) {
			const signal = AbortSignal.timeout(PATIENCE_MS);
			const missing = (why: string): Error => new Error(`${why}, and there was no ${what} in:\n${output}`);
			while (!has(output)) {
				if (ended) throw missing('the command ended');
				await once(heard, 'more', { signal }).catch(() => {
					throw missing('a minute passed');
				});
			}
		},
		async end() {
			if (!ended && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
			await closed;
		},
	};
}

function shell(text: string, { folder, environment }: Place) {
	const options = { cwd: folder, env: environment, detached: true } as const;
	return spawn('sh', ['-e', '-c', text], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

function readEnvironment(path: string): Environment {
	const entries = readFileSync(path, 'utf8').split('\0').filter(Boolean);
	return Object.fromEntries(entries.map((entry) => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]));
}
