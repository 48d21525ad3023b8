import { stat } from 'node:fs/promises';
import { ConfigError } from './config';
import { isOpen, type Access } from './http/access';
import type { Logger } from './logger';

export interface AccessWatch {
	/** Who may call at this moment. */
	current(): Access;
	/** Looks at once. */
	look(): Promise<void>;
	close(): void;
}

export interface AccessWatchOptions {
	/** What the service started with. */
	first: Access;
	/** Which files say who may call, as things stand; asked each time. */
	files: () => string[];
	/** Reads them. @throws ConfigError */
	load: () => Access;
	log: Logger;
}

const EVERY_MS = 2000;

/**
 * Takes over keys and secrets when the files they stand in change, without a restart. What cannot be read, or would leave the
 * service open to everybody, changes nothing.
 */
export async function watchAccess({ first, files, load, log }: AccessWatchOptions): Promise<AccessWatch> {
	let access = first;
	let seen = await marksOf(files());
	async function look(): Promise<void> {
		try {
			const marks = await marksOf(files());
			if (marks === seen) return;
			seen = marks;
			access = takeOver(access, load(), log);
		} catch (error) {
			const said = error instanceof ConfigError ? { problems: error.problems } : { error };
			log.error(said, 'keys and secrets could not be read again: those from before count');
		}
	}
	const timer = setInterval(() => void look(), EVERY_MS).unref();
	return { current: () => access, look, close: () => clearInterval(timer) };
}

function takeOver(before: Access, { apiKeys, webhookSecrets }: Access, log: Logger): Access {
	const after = { apiKeys, webhookSecrets };
	if (isOpen(after) && !isOpen(before)) {
		log.error('no keys are left: those from before count until the next start');
		return before;
	}
	const keys = apiKeys.map(({ name, scopes }) => `${name}: ${scopes.join('+')}`);
	log.info({ keys, webhook_secrets: webhookSecrets.length }, 'keys and secrets were read again');
	return after;
}

/** Changes whenever a file does. */
async function marksOf(paths: readonly string[]): Promise<string> {
	const marks = paths.map(async (path) => {
		const found = await stat(path).catch(() => null);
		return found === null ? [path] : [path, found.ino, found.size, found.mtimeMs];
	});
	return JSON.stringify(await Promise.all(marks));
}
