import { problems, type Json } from './openapi-parts';
import { scopesFor } from './scopes';

const METHODS = ['get', 'post', 'put', 'delete'];
const REFUSALS = [401, 403, 421, 429];

/** The addresses, each with what opens it and how it is refused; those that are open to everybody say so themselves. */
export function withAccess(paths: Json, withKeys: boolean): Json {
	return mapEntries(paths, (path, operations) =>
		mapEntries(operations as Json, (method, operation) =>
			METHODS.includes(method)
				? guarded(operation as Json, scopesFor(method.toUpperCase(), path), withKeys)
				: operation,
		),
	);
}

function guarded(operation: Json, scopes: readonly string[], withKeys: boolean): Json {
	if (operation.security !== undefined) return operation;
	const responses = { ...(operation.responses as Json), ...problems(...REFUSALS) };
	const opening = scopes.flatMap((scope) => [{ bearer: [scope] }, { apiKey: [scope] }]);
	return { ...operation, ...(withKeys && { security: opening }), responses };
}

function mapEntries(object: Json, change: (key: string, value: unknown) => unknown): Json {
	return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}
