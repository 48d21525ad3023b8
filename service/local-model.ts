import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createReader, loadShippedReader, type Reader } from '../core/local';
import { readModel, type ModelFile } from '../core/local/model';
import { ConfigError } from './config';

const modelFile = z
	.object({
		version: z.string().min(1).max(100),
		departments: z.array(z.string().min(1)).min(1),
		buckets: z.int().min(1),
		bias: z.array(z.number()),
		scale: z.number(),
		weights: z.string(),
		knownWords: z.string(),
		temperature: z.number().positive(),
		confidence: z.record(z.string(), z.number()),
		cutoff: z.number().nullish(),
	})
	.refine(({ bias, departments }) => bias.length === departments.length)
	.refine(({ buckets }) => Number.isInteger(Math.log2(buckets)));

/**
 * The shipped model, or a company's own, which is read at the start so that a wrong or damaged file does not wait for the
 * first ticket. @throws ConfigError
 */
export function openLocalModel(path: string | null): () => Promise<Reader> {
	if (path === null) return loadShippedReader;
	const file = readModelFile(path);
	let reader: Promise<Reader> | undefined;
	return () => (reader ??= createReader(file));
}

function readModelFile(path: string): ModelFile {
	try {
		const file = modelFile.parse(JSON.parse(readFileSync(path, 'utf8'))) as unknown as ModelFile;
		readModel(file);
		return file;
	} catch {
		throw new ConfigError([`LOCAL_MODEL: ${path} is no model that npm run train wrote, or is damaged`]);
	}
}
