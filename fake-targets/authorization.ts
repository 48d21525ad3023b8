import type { TargetRequest } from './target';

export interface Credentials {
	user: string;
	password: string;
}

/** User and password of an Authorization header of the kind Basic; null for any other, and for what is no base64 of a pair. */
export function readBasic({ headers }: TargetRequest): Credentials | null {
	const [, encoded] = /^Basic ([A-Za-z\d+/]+={0,2})$/iu.exec(headers.authorization ?? '') ?? [];
	if (encoded === undefined) return null;
	const decoded = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = decoded.indexOf(':');
	return colon < 0 ? null : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** The token of an Authorization header of the kind Bearer, or null. */
export function readBearer({ headers }: TargetRequest): string | null {
	const [, token] = /^Bearer ([\x21-\x7e]+)$/iu.exec(headers.authorization ?? '') ?? [];
	return token ?? null;
}

/** Whether the body is said to be JSON. */
export function saysJson({ headers }: TargetRequest): boolean {
	return /^application\/json\s*(?:;|$)/iu.test(headers['content-type'] ?? '');
}
