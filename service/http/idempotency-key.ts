import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Ticket } from '../../core/ticket';
import type { RequestKey } from '../store/idempotency-keys';
import { isSigner } from './access';
import { HttpProblem } from './problems';

/** In characters. */
const LONGEST_KEY = 255;

/** The first that a request has counts: a name given on purpose, else that of a delivery by Standard Webhooks. */
const HEADERS = ['Idempotency-Key', 'webhook-id'];
/** Under another name a delivery that somebody overheard would be another ticket. */
const SIGNED_HEADERS = ['webhook-id'];

/** Says that an answer is about what an earlier request did. */
export const REPLAYED_HEADER = 'Idempotent-Replayed';

/** By which name a request is to happen once, or null where it has none. @throws HttpProblem 400 with all that is wrong */
export function idempotencyKey(request: Request, response: Response): string | null {
	const field = (isSigner(response) ? SIGNED_HEADERS : HEADERS).find((name) => request.get(name) !== undefined);
	if (field === undefined) return null;
	const given = request.headersDistinct[field.toLowerCase()] ?? [];
	const key = unquoted(given.join(', '));
	const problems = keyProblems(key, given.length);
	if (problems.length === 0) return key;
	throw new HttpProblem(400, `The header ${field} cannot be used as a key`, {
		errors: problems.map((message) => ({ field, message })),
	});
}

/** The IETF's draft has the key in quotes, as a string of RFC 9651; most callers leave them out. */
function unquoted(text: string): string {
	const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text);
	return quoted ? quoted[1].replace(/\\(["\\])/g, '$1') : text;
}

function keyProblems(key: string, times: number): string[] {
	return [
		...(times > 1 ? ['must be given once'] : []),
		...(key === '' ? ['must not be empty'] : []),
		...(key.length > LONGEST_KEY ? [`must have at most ${LONGEST_KEY} characters`] : []),
		...(/[^\x20-\x7e]/.test(key) ? ['must have printable ASCII characters only'] : []),
	];
}

/** The key as it is kept: `kind` is that of the request, null stands for what is no ticket. */
export function requestKey(key: string, response: Response, kind: string, tickets: (Ticket | null)[]): RequestKey {
	const caller: unknown = response.locals.caller;
	return { caller: typeof caller === 'string' ? caller : '', key, fingerprint: fingerprintOf(kind, tickets) };
}

/** SHA-256, as hexadecimal digits: the same for tickets that say the same, however their JSON was written. */
export function fingerprintOf(kind: string, tickets: (Ticket | null)[]): string {
	const hash = createHash('sha256').update(kind);
	for (const ticket of tickets) hash.update('\n').update(canonical(ticket));
	return hash.digest('hex');
}

/** JSON without white space, with sorted keys. How deep metadata goes is checked before. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}
