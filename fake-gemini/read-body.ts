import type { IncomingMessage } from 'node:http';

export const MOST_BYTES = 20 * 2 ** 20;

/** The whole body as text, or null for one that is larger than Google takes. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length <= MOST_BYTES) chunks.push(chunk);
	}
	return length > MOST_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}
