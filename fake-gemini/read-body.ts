import type { IncomingMessage } from 'node:http';

export const MOST_BYTES = 20 * 2 ** 20;

/** The whole body as text, or null for one of more bytes than are taken: as many as Google does, if nothing else is said. */
export async function readBody(request: IncomingMessage, most = MOST_BYTES): Promise<string | null> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length <= most) chunks.push(chunk);
	}
	return length > most ? null : Buffer.concat(chunks).toString('utf8');
}
