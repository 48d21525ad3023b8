import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { filesFor, type Environment } from './config';
import { readSecretFiles } from './secret-files';

/** The repository's root: the nearest folder above that has service/package.json. */
export function findRoot(from = __dirname): string {
	if (existsSync(join(from, 'service', 'package.json'))) return from;
	const parent = dirname(from);
	if (parent === from) throw new Error(`No folder above ${__dirname} holds service/package.json`);
	return findRoot(parent);
}

/** `.env` at the root, under what the process was given, with the values of what is handed over in files. */
export function readEnvironment(root: string, given: Environment): Environment {
	const written = writtenIn(root, given);
	return { ...written, ...readSecretFiles(filesFor(written, root)) };
}

/** Every file that readEnvironment reads, or would. */
export function environmentFiles(root: string, given: Environment): string[] {
	return [envFile(root), ...filesFor(writtenIn(root, given), root).map(({ path }) => path)];
}

function writtenIn(root: string, given: Environment): Environment {
	const path = envFile(root);
	const written = existsSync(path) ? parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) : {};
	const both = { ...written, ...given };
	// First, as it says which others have their values in files.
	const references = filesFor(both, root).filter(({ name }) => name === 'ALLOWED_REFERENCES');
	return { ...both, ...readSecretFiles(references) };
}

function envFile(root: string): string {
	return join(root, '.env');
}

/** Where a command was called: npm runs its scripts at the root, wherever that was. */
export function callersFolder(script: string): string {
	const { npm_lifecycle_event, INIT_CWD } = process.env;
	return (npm_lifecycle_event === script && INIT_CWD) || process.cwd();
}

/** What mappings may refer to: the environment's own entries. */
export function lookupIn(environment: Environment): (name: string) => string | undefined {
	return (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
}
