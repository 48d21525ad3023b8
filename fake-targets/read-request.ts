import type { IncomingMessage } from 'node:http';
import type { TargetRequest } from './target';

/** Far beyond what any of the systems takes. */
const MOST_BYTES = 10 * 2 ** 20;

/** All of a request but its body; null where its address cannot be read. */
export function readHead({ method = '', url = '', headers }: IncomingMessage): TargetRequest | null {
	const address = `http://localhost${url}`;
	if (!url.startsWith('/') || !URL.canParse(address)) return null;
	const { pathname, searchParams } = new URL(address);
	const texts = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
	return { method, path: pathname, query: searchParams, headers: Object.fromEntries(texts), body: '' };
}

/** The whole body as text, or null for one of more than 10 MiB. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length <= MOST_BYTES) chunks.push(chunk);
	}
	return length > MOST_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}

const NO_CREATION = /\/(?:search(?:\/jql)?|comment|notes|incident\/\w+|tickets\/\d+(?:\.json)?)$/u;

/** Whether a request asks for something new, as far as its head tells: neither a search nor a note on what is there. */
export function isCreation({ method, path }: TargetRequest): boolean {
	return ['POST', 'PUT', 'PATCH'].includes(method) && !NO_CREATION.test(path);
}
