import { readFileSync } from 'node:fs';
import { createReader, loadShippedReader, type Reader } from '../core/local';
import type { ModelFile } from '../core/local/model';
import { ConfigError } from './config';

/**
 * The shipped model, or a company's own, which is read at the start so that a wrong path does not wait for the first ticket.
 * @throws ConfigError
 */
export function openLocalModel(path: string | null): () => Promise<Reader> {
	if (path === null) return loadShippedReader;
	const file = readModelFile(path);
	let reader: Promise<Reader> | undefined;
	return () => (reader ??= createReader(file));
}

function readModelFile(path: string): ModelFile {
	const file = parseFile(path);
	if (typeof file?.weights === 'string' && typeof file.knownWords === 'string') return file;
	throw new ConfigError([`LOCAL_MODEL: ${path} is no model that npm run train wrote`]);
}

function parseFile(path: string): ModelFile | null {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as ModelFile | null;
	} catch {
		return null;
	}
}
