import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './config';

/** The repository's root: the nearest folder above that has service/package.json. */
export function findRoot(from = __dirname): string {
	if (existsSync(join(from, 'service', 'package.json'))) return from;
	const parent = dirname(from);
	if (parent === from) throw new Error(`No folder above ${__dirname} holds service/package.json`);
	return findRoot(parent);
}

/** `.env` at the root, under what the process was given. */
export function readEnvironment(root: string, given: Environment): Environment {
	const path = join(root, '.env');
	return existsSync(path) ? { ...parseEnv(readFileSync(path, 'utf8')), ...given } : given;
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

/** Names other versions know. Set here they would be ignored in silence, so the start says so. */
const NOT_USED = ['WEBHOOK_SECRET', 'ALLOWED_ORIGINS'];

export function unusedVariables(environment: Environment): string[] {
	return NOT_USED.filter((name) => (environment[name] ?? '').trim() !== '');
}
