import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { UsageError } from './options';

export interface Input {
	stream: Readable;
	/** Bytes, or null where that cannot be known. */
	size: number | null;
}

/** The file, or standard input for `-`. @throws UsageError when there is nothing to read */
export async function openInput(path: string, stdin: Readable): Promise<Input> {
	if (path === '-') return { stream: stdin, size: null };
	const found = await stat(path).catch(() => null);
	if (!found) throw new UsageError(`There is no file ${path}`);
	if (found.isDirectory()) throw new UsageError(`${path} is a folder: name a file`);
	const stream = createReadStream(path);
	await new Promise<void>((resolve, reject) => {
		stream.once('open', () => resolve()).once('error', () => reject(new UsageError(`${path} cannot be read`)));
	});
	return { stream, size: found.isFile() ? found.size : null };
}
