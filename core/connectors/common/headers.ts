import { TriageError } from '../../errors';
import type { Mapping } from '../../mapping';

/** Set by whoever speaks HTTP; in a mapping they would break the request. */
const RESERVED = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** JSON's headers, what the connector adds, and those of the mapping, which win. @throws TriageError misconfigured */
export function jsonHeaders({ headers }: Mapping, own: Record<string, string> = {}): Record<string, string> {
	// Checked apart first: two spellings of one name would no longer be seen.
	return { 'content-type': 'application/json', ...safeHeaders(own), ...safeHeaders(headers) };
}

export function headerProblems({ headers }: Mapping): string[] {
	const seen = new Set<string>();
	return Object.entries(headers).flatMap(([given, value]) => {
		const name = given.toLowerCase();
		const twice = seen.has(name);
		seen.add(name);
		if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name) || /[^\t\x20-\x7e\x80-\xff]/u.test(value)) {
			return ['a header of the mapping has a character that HTTP does not allow'];
		}
		if (RESERVED.includes(name)) return [`the mapping must not set the header ${name}`];
		return twice ? [`the mapping sets the header ${name} twice`] : [];
	});
}

function safeHeaders(headers: Record<string, string>): Record<string, string> {
	const [problem] = headerProblems({ headers } as Mapping);
	if (problem) throw new TriageError('misconfigured', `${problem[0].toUpperCase()}${problem.slice(1)}`);
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Whether a mapping sets one of these headers, named in lower case. */
export function hasHeader({ headers }: Mapping, ...names: string[]): boolean {
	return Object.keys(headers).some((name) => names.includes(name.toLowerCase()));
}

/** Whether a mapping's requests are signed in without its settings: by its headers, one of these or Authorization, or by the host. */
export function signsIn(mapping: Mapping, ...names: string[]): boolean {
	return mapping.hostSignsIn === true || hasHeader(mapping, 'authorization', ...names);
}

/** The value of an Authorization header; both parts as UTF-8. */
export function basicAuthorization(user: string, password: string): string {
	return `Basic ${encodeBase64(`${user}:${password}`)}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encodeBase64(text: string): string {
	const bytes = Array.from(encodeURIComponent(text).matchAll(/%([\dA-F]{2})|[\s\S]/gu), ([whole, hex]) =>
		hex === undefined ? whole.charCodeAt(0) : parseInt(hex, 16),
	);
	let encoded = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
		encoded += ALPHABET[a >> 2] + ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)];
		encoded += b === undefined ? '=' : ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)];
		encoded += c === undefined ? '=' : ALPHABET[c & 63];
	}
	return encoded;
}
