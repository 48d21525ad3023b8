import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from './config';

const ENDING = '_FILE';

/** A variable whose value stands in a file, as Docker and Kubernetes hand over secrets. */
export interface SecretFile {
	name: string;
	/** Absolute. */
	path: string;
}

/** Which variables have their values in files: `NAME_FILE` is set and `NAME` is not. `isKnown` tells names from others' own. */
export function secretFilesIn(
	environment: Environment,
	root: string,
	isKnown: (name: string) => boolean,
): SecretFile[] {
	return Object.entries(environment).flatMap(([variable, path]) => {
		const name = variable.slice(0, -ENDING.length);
		if (!variable.endsWith(ENDING) || isBlank(path) || !isBlank(environment[name]) || !isKnown(name)) return [];
		return [{ name, path: resolve(root, path ?? '') }];
	});
}

/** The values in files, without what surrounds them; those of files that cannot be read are left out. */
export function readSecretFiles(files: readonly SecretFile[]): Environment {
	return Object.fromEntries(
		files.flatMap(({ name, path }) => {
			try {
				return [[name, readFileSync(path, 'utf8').trim()]];
			} catch {
				return [];
			}
		}),
	);
}

/** What to say of those that are left without a value. */
export function secretFileProblems(files: readonly SecretFile[]): string[] {
	return files.map(({ name, path }) => `${name}${ENDING}: ${path} cannot be read, or is empty`);
}

function isBlank(value: string | undefined): boolean {
	return (value ?? '').trim() === '';
}
