import type { IncomingMessage } from 'node:http';
import type { TargetRequest } from './target';

/** Far beyond what any of the systems takes. */
export const MOST_BYTES = 10 * 2 ** 20;

/** All of a request but its body; null where its address cannot be read. */
export function readHead({ method = '', url = '', headers }: IncomingMessage): TargetRequest | null {
	const address = `http://localhost${url}`;
	if (!url.startsWith('/') || !URL.canParse(address)) return null;
	const { pathname, searchParams } = new URL(address);
	const texts = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
	return { method, path: pathname, query: searchParams, headers: Object.fromEntries(texts), body: '' };
}

const NO_CREATION = /\/(?:auth\.test|search(?:\/jql)?|comment|notes|incident\/\w+|tickets\/\d+(?:\.json)?)$/u;

/** Whether a request asks for something new, as far as its head tells: neither a search nor a note on what is there. */
export function isCreation({ method, path }: TargetRequest): boolean {
	return ['POST', 'PUT', 'PATCH'].includes(method) && !NO_CREATION.test(path);
}
