import { createHash, timingSafeEqual } from 'node:crypto';

export interface ApiKey {
	/** Who it belongs to: for logs. */
	name: string;
	/** SHA-256, so that comparing takes the same time for every key. */
	digest: Buffer;
}

const SHORTEST_KEY = 16;

/** Keys from `name:key,name:key`; a bare key gets a name by its place. Every problem is told to `fail`. */
export function parseApiKeys(list: string, fail: (problem: string) => void): ApiKey[] {
	const entries = list
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
	return entries.map((entry, i) => {
		const colon = entry.indexOf(':');
		const name = colon > 0 ? entry.slice(0, colon).trim() : `key${i + 1}`;
		const key = entry.slice(colon + 1).trim();
		if (key.length < SHORTEST_KEY)
			fail(`the key of "${colon > 0 ? name : i + 1}" has fewer than ${SHORTEST_KEY} characters`);
		// HTTP carries nothing else in a header, so nobody could present it.
		if (!/^[\x20-\x7e]*$/.test(key)) fail(`the key of "${colon > 0 ? name : i + 1}" has characters other than ASCII`);
		return { name, digest: digestOf(key) };
	});
}

/** The key that was presented, or undefined. Looks at every key, whichever fits. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
	const digest = digestOf(presented);
	return keys.filter((key) => timingSafeEqual(key.digest, digest))[0];
}

function digestOf(key: string): Buffer {
	return createHash('sha256').update(key).digest();
}
