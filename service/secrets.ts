import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of docker-compose.yml's secrets: `owner` is the user id that reads it in its container. */
export interface SecretFile {
	path: string;
	owner: number;
	/** What it says, made of other files; without it 256 random bits. */
	from?: { paths: string[]; text: (...contents: string[]) => string };
}

const TRIAGE = 1000;
const N8N = 1000;
const POSTGRES = 999;
const GRAFANA = 472;
const PROMETHEUS = 65534;

const KEYS = 'triage/api_keys';

/** One folder for each container, as each sees its own only. */
export const SECRET_FILES: SecretFile[] = [
	{ path: 'grafana/admin_password', owner: GRAFANA },
	{ path: 'n8n/triage_key', owner: N8N },
	{ path: 'n8n/encryption_key', owner: N8N },
	{ path: 'postgres/password', owner: POSTGRES },
	{ path: 'prometheus/triage_key', owner: PROMETHEUS },
	{ path: 'triage/admin_key', owner: TRIAGE },
	{
		path: KEYS,
		owner: TRIAGE,
		from: {
			paths: ['n8n/triage_key', 'prometheus/triage_key', 'triage/admin_key'],
			text: (n8n, prometheus, admin) => `n8n:submit+read:${n8n}\nprometheus:read:${prometheus}\nadmin:admin:${admin}\n`,
		},
	},
	{
		path: 'triage/database_url',
		owner: TRIAGE,
		from: { paths: ['postgres/password'], text: (password) => `postgres://triage:${password}@postgres:5432/triage` },
	},
];

/** Keys that others than people present have a file of their own beside their line. */
const FILES_OF_KEYS: Record<string, string> = {
	admin: 'triage/admin_key',
	n8n: 'n8n/triage_key',
	prometheus: 'prometheus/triage_key',
};

/** Something is missing that cannot be made again without breaking what is there. */
export class SecretsError extends Error {
	override readonly name = 'SecretsError';
}

/**
 * Writes the files that are missing below `folder`, and returns their paths. What exists is left as it is.
 * @throws SecretsError where a file is gone that another one was made of
 */
export function makeSecrets(folder: string, files: SecretFile[] = SECRET_FILES): string[] {
	const missing = files.filter(({ path }) => !existsSync(join(folder, path)));
	const isMissing = (path: string): boolean => missing.some((file) => file.path === path);
	for (const { path, from } of files) {
		const gone = (from?.paths ?? []).filter(isMissing);
		if (gone.length === 0 || isMissing(path)) continue;
		throw new SecretsError(
			`${join(folder, path)} was made of ${gone.join(', ')}, which is gone. Put it back, or remove both for new ones.`,
		);
	}
	for (const file of missing) {
		const parts = file.from?.paths.map((path) => readFileSync(join(folder, path), 'utf8'));
		write(join(folder, file.path), file, parts && file.from ? file.from.text(...parts) : random());
	}
	return missing.map(({ path }) => path);
}

/**
 * A new key under a name, in place of the one that the name had, and returns it.
 * @throws SecretsError if there is no list of keys yet
 */
export function renewKey(folder: string, name: string, scopes: string): string {
	if (!existsSync(join(folder, KEYS)))
		throw new SecretsError(`${join(folder, KEYS)} is missing: make the secrets first.`);
	const key = random();
	const others = linesOf(readFileSync(join(folder, KEYS), 'utf8')).filter((line) => line.split(':')[0].trim() !== name);
	for (const file of SECRET_FILES) {
		if (file.path === FILES_OF_KEYS[name]) write(join(folder, file.path), file, key);
		if (file.path === KEYS)
			write(join(folder, file.path), file, `${[...others, `${name}:${scopes}:${key}`].join('\n')}\n`);
	}
	return key;
}

/** Keys that somebody wrote into one line, with commas between, each in a line of its own; notes as they are. */
function linesOf(text: string): string[] {
	const lines = text.split('\n').flatMap((line) => (line.trim().startsWith('#') ? line : line.split(',')));
	return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Letters, digits, - and _: no sign that URLs or lists of keys understand otherwise. */
function random(): string {
	return randomBytes(32).toString('base64url');
}

/** The group stays root's, so that the next run, without any right over others' files, can read it. */
function write(path: string, { owner }: SecretFile, text: string): void {
	const unfinished = `${path}.unfinished`;
	mkdirSync(dirname(path), { recursive: true });
	rmSync(unfinished, { force: true });
	writeFileSync(unfinished, text, { mode: 0o400 });
	chmodSync(unfinished, 0o440);
	if (process.getuid?.() === 0) chownSync(unfinished, owner, 0);
	renameSync(unfinished, path);
}
