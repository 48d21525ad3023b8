import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_DEPARTMENTS, withFallback, type Department } from '../core/departments';
import { ConfigError } from './config';

const departmentsFile = z
	.array(
		z.object({
			name: z.string().trim().min(1).max(60),
			description: z.string().trim().min(1).max(1000),
			teams: z.array(z.string().trim().min(1).max(100)).default([]),
			examples: z.array(z.string().trim().min(1).max(300)).max(20).default([]),
		}),
	)
	.min(1)
	.max(50)
	.refine((all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length, 'every name may occur once');

/** The default departments, or those of a JSON file. @throws ConfigError with every problem of the file */
export function loadDepartments(path: string | null): readonly Department[] {
	if (path === null) return DEFAULT_DEPARTMENTS;
	const parsed = departmentsFile.safeParse(readJsonFile(path));
	if (parsed.success) return withFallback(parsed.data);
	throw new ConfigError(
		parsed.error.issues.map(({ path: at, message }) => `DEPARTMENTS_FILE: ${at.join('.') || 'the list'}: ${message}`),
	);
}

function readJsonFile(path: string): unknown {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch {
		throw new ConfigError([`DEPARTMENTS_FILE: ${path} cannot be read as JSON`]);
	}
}
