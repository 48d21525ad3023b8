export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parsed JSON, or undefined where the text is none. */
export function readJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/**
 * Levels of arrays and objects in a value, 0 for a scalar, counted no further than `most` + 1.
 * Iterative and by distinct objects, so that neither nesting nor cycles nor shared references run away.
 */
export function jsonDepth(value: unknown, most: number): number {
	let level: unknown[] = [value];
	for (let depth = 0; ; depth += 1) {
		const containers = new Set(level.filter((item) => typeof item === 'object' && item !== null));
		if (containers.size === 0 || depth > most) return depth;
		level = [...containers].flatMap((item) => Object.values(item as object) as unknown[]);
	}
}
