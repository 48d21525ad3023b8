import type { Request, RequestHandler, Response } from 'express';
import { isSignedBy } from '../sign';
import { findApiKey, type ApiKey } from './api-keys';
import { HttpProblem } from './problems';
import { SCOPES, isSubmitting, scopesFor, type Scope } from './scopes';

/** Who may call; as it is at the moment, as keys change without a restart. */
export interface Access {
	apiKeys: readonly ApiKey[];
	/** Of Standard Webhooks: who signs with one may submit tickets. */
	webhookSecrets: readonly string[];
}

/** Whether nobody is asked for anything. */
export function isOpen({ apiKeys, webhookSecrets }: Access): boolean {
	return apiKeys.length + webhookSecrets.length === 0;
}

/** Who calls. */
interface Caller {
	/** Null where nobody is asked. */
	name: string | null;
	scopes: readonly Scope[];
	/** By these the body has to be signed, which is not read yet. */
	signedBy?: readonly string[];
	/** Known by the signature alone. */
	isSigner?: true;
}

const ANYBODY: Caller = { name: null, scopes: SCOPES };
/** Whoever signs. A key can have that name as well: what the one sent is then the other's, too. */
const SIGNER = 'webhook';

/** Finds out who calls, and refuses nobody yet. Without keys and secrets everybody may do everything. */
export function identify(access: () => Access): RequestHandler {
	return (request, response, next) => {
		const caller = callerBy(request, access());
		response.locals.access = caller;
		if (caller?.name && !caller.signedBy) response.locals.caller = caller.name;
		next();
	};
}

function callerBy(request: Request, access: Access): Caller | undefined {
	if (isOpen(access)) return ANYBODY;
	const { apiKeys, webhookSecrets } = access;
	const presented = presentedKey(request);
	if (presented !== undefined) return findApiKey(apiKeys, presented);
	const isSigned = request.get('webhook-signature') !== undefined && isSubmitting(request.method, request.path);
	if (webhookSecrets.length === 0 || !isSigned) return undefined;
	return { name: SIGNER, scopes: ['submit'], signedBy: webhookSecrets, isSigner: true };
}

function presentedKey(request: Request): string | undefined {
	const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
	return bearer ?? request.get('x-api-key');
}

/** Lets pass who may do this. A signature is looked at when the body is there: see checkSignature. */
export const authorise: RequestHandler = (request, response, next) => {
	const caller = response.locals.access as Caller | undefined;
	if (!caller) throw unknownCaller(request);
	const opening = scopesFor(request.method, request.path);
	if (opening.some((scope) => caller.scopes.includes(scope))) return next();
	const own = caller.scopes.join(', ');
	throw new HttpProblem(403, `This needs a key for ${opening.join(' or ')}; yours is for ${own}`, {
		headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${opening[0]}"` },
	});
};

function unknownCaller(request: Request): HttpProblem {
	const detail = presentedKey(request) === undefined ? 'A key is needed' : 'This key is not known';
	return refusal(`${detail}: send Authorization: Bearer KEY, or X-API-Key: KEY`);
}

function refusal(detail: string): HttpProblem {
	return new HttpProblem(401, detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

/** Called with the bytes of every body that is read. @throws HttpProblem 401 where they are to be signed and are not */
export function checkSignature(request: Request, response: Response, body: Uint8Array): void {
	const caller = response.locals.access as Caller | undefined;
	if (!caller?.signedBy) return;
	const { headers } = request;
	if (!isSignedBy({ headers, body }, caller.signedBy, Date.now())) {
		throw refusal(
			'The signature does not fit: check the secret, the clock (5 minutes at most), and that the body is sent as it was signed',
		);
	}
	response.locals.access = { ...caller, signedBy: undefined } satisfies Caller;
	response.locals.caller = caller.name;
}

/** After the body: nothing goes on that should have been signed and was not looked at. */
export const requireChecked: RequestHandler = (_request, response, next) => {
	if ((response.locals.access as Caller | undefined)?.signedBy) throw refusal('This needs a body that is signed');
	next();
};

/** Whom a request says it is from: whether it is signed may not be known yet. */
export function claimedBy(response: Response): string | null {
	return (response.locals.access as Caller | undefined)?.name ?? null;
}

/** Whether the caller is known by a signature, which covers the body, the time and webhook-id, and no other header. */
export function isSigner(response: Response): boolean {
	return (response.locals.access as Caller | undefined)?.isSigner === true;
}

/** The name of the caller's key; null where nobody is asked for one. */
export function callerOf(response: Response): string | null {
	const name: unknown = response.locals.caller;
	return typeof name === 'string' ? name : null;
}
