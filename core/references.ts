import { TriageError } from './errors';
import type { Mapping } from './mapping';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/gu;

/**
 * The mapping with each `${NAME}` in endpoint, headers and settings replaced by what `lookup` knows.
 * @throws TriageError misconfigured, naming every reference that has no value
 */
export function resolveReferences(mapping: Mapping, lookup: (name: string) => string | undefined): Mapping {
	const missing = new Set<string>();
	const resolve = (text: string): string =>
		text.replace(REFERENCE, (_, name: string) => {
			const value = lookup(name);
			if (typeof value === 'string' && value !== '') return value;
			missing.add(name);
			return '';
		});
	const resolved: Mapping = {
		...mapping,
		endpoint: joined(mapping.endpoint, resolve),
		headers: mapTexts(mapping.headers, resolve) as Record<string, string>,
		settings: mapTexts(mapping.settings, resolve) as Record<string, unknown>,
	};
	if (missing.size === 0) return resolved;
	const names = [...missing].join(', ');
	throw new TriageError('misconfigured', `The mapping refers to ${names}, which the environment does not set`);
}

/** Of the slash that ends the first part and the one that begins the rest, one is enough. */
function joined(endpoint: string, resolve: (text: string) => string): string {
	const [, first, rest] = /^(\$\{[A-Za-z_][A-Za-z0-9_]*\})(\/.*)$/su.exec(endpoint) ?? [];
	return first === undefined ? resolve(endpoint) : `${resolve(first).replace(/\/$/u, '')}${resolve(rest)}`;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}
