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

/** Levels of arrays and objects in a value: 0 for a scalar. Iterative, so that no nesting overflows the stack. */
export function jsonDepth(value: unknown): number {
	let level: unknown[] = [value];
	for (let depth = 0; ; depth += 1) {
		const containers = level.filter((item) => typeof item === 'object' && item !== null);
		if (containers.length === 0) return depth;
		level = containers.flatMap((item) => Object.values(item as object) as unknown[]);
	}
}
