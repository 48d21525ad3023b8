import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type Scope } from './scopes';

export interface ApiKey {
	/** Who it belongs to: for logs. */
	name: string;
	scopes: readonly Scope[];
	/** SHA-256, so that comparing takes the same time for every key. */
	digest: Buffer;
}

const SHORTEST_KEY = 16;

/**
 * Keys from `name:key` or `name:scopes:key`, separated by commas or line breaks; scopes are joined by `+`, and a key without
 * any may do everything. A bare key gets a name by its place. What begins with # is no key, and neither is the rest of its
 * line where that does. Every problem is told to `fail`.
 */
export function parseApiKeys(list: string, fail: (problem: string) => void): ApiKey[] {
	const entries = entriesOf(list);
	if (entries.length === 0 && list.trim() !== '') fail('holds no key: write name:key, or remove it');
	const keys = entries.map((entry, i) => {
		const { name = `key${i + 1}`, scopes, key, isMisspelt } = partsOf(entry);
		const problems = isMisspelt ? [`has a scope that is none of ${SCOPES.join(', ')}`] : keyProblems(key);
		problems.forEach((problem) => fail(`the key of "${name}" ${problem}`));
		return { name, scopes, digest: digestOf(key) };
	});
	for (const [i, { name, digest }] of keys.entries()) {
		const other = keys.slice(0, i).find((earlier) => earlier.digest.equals(digest));
		if (other) fail(`the key of "${name}" is that of "${other.name}" too: give each a key of its own`);
	}
	return keys;
}

function entriesOf(list: string): string[] {
	const isComment = (text: string): boolean => text.trimStart().startsWith('#');
	return list
		.split('\n')
		.filter((line) => !isComment(line))
		.flatMap((line) => line.split(','))
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '' && !isComment(entry));
}

interface Parts {
	name?: string;
	scopes: readonly Scope[];
	key: string;
	/** Some of it are scopes: taken for a part of the key, it would be one for everything. */
	isMisspelt?: boolean;
}

/** What stands between two colons is a list of scopes, or belongs to the key. */
function partsOf(entry: string): Parts {
	const [, name, rest] = /^([^:]+):(.*)$/s.exec(entry) ?? [];
	if (name === undefined) return { scopes: SCOPES, key: entry.replace(/^:/, '').trim() };
	const [, words, key] = /^([^:]*):(.*)$/s.exec(rest) ?? [];
	const scopes = words?.split('+').map((word) => word.trim().toLowerCase());
	if (!scopes?.every(isScope)) {
		return { name: name.trim(), scopes: SCOPES, key: rest.trim(), isMisspelt: scopes?.some(isScope) };
	}
	return { name: name.trim(), scopes, key: key.trim() };
}

function isScope(word: string): word is Scope {
	return SCOPES.some((scope) => scope === word);
}

function keyProblems(key: string): string[] {
	return [
		...(key.length < SHORTEST_KEY ? [`has fewer than ${SHORTEST_KEY} characters`] : []),
		// HTTP carries nothing else in a header, so nobody could present it.
		...(/^[\x20-\x7e]*$/.test(key) ? [] : ['has characters other than ASCII']),
	];
}

/** The key that was presented, or undefined. Looks at every key, whichever fits. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
	const digest = digestOf(presented);
	return keys.filter((key) => timingSafeEqual(key.digest, digest))[0];
}

function digestOf(key: string): Buffer {
	return createHash('sha256').update(key).digest();
}
