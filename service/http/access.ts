import type { RequestHandler, Response } from 'express';
import { findApiKey, type ApiKey } from './api-keys';
import { HttpProblem } from './problems';

/** Asks for a key where keys are configured. Who called is kept for the log. */
export function requireApiKey(keys: readonly ApiKey[]): RequestHandler {
	return (request, response, next) => {
		if (keys.length === 0) return next();
		const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
		const presented = bearer ?? request.get('x-api-key');
		const key = presented === undefined ? undefined : findApiKey(keys, presented);
		if (!key) {
			const detail = presented === undefined ? 'A key is needed' : 'This key is not known';
			throw new HttpProblem(401, `${detail}: send Authorization: Bearer KEY, or X-API-Key: KEY`, {
				headers: { 'WWW-Authenticate': 'Bearer' },
			});
		}
		response.locals.caller = key.name;
		next();
	};
}

/** The name of the caller's key; null where nobody is asked for one. */
export function callerOf(response: Response): string | null {
	const name: unknown = response.locals.caller;
	return typeof name === 'string' ? name : null;
}
