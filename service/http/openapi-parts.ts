export type Json = Record<string, unknown>;

export const rowId = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } };
export const WRITING = [400, 413, 415, 422];

export function get(summary: string, operation: Json): Json {
	return { get: { summary, ...operation } };
}

export function body(name: string): Json {
	return { required: true, content: { 'application/json': { schema: reference(name) } } };
}

export function json(name: string, description: string): Json {
	return { description, content: { 'application/json': { schema: reference(name) } } };
}

export function located(name: string, description: string): Json {
	return {
		...json(name, description),
		headers: { Location: { schema: { type: 'string' }, description: 'Where it can be read' } },
	};
}

export function plain(description: string): Json {
	return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
}

const PROBLEMS: Record<number, string> = {
	400: 'The body or address cannot be read',
	401: 'A key is needed, or this one is not known; or the signature does not fit',
	403: 'The key is not for this; or a page of a strange origin sends it',
	404: 'Nothing has this id',
	409: 'Not in the state that the ticket is in',
	413: 'The body is too large',
	415: 'The body is not JSON in UTF-8',
	421: 'Nothing is served under this host name',
	422: 'Fields are missing or wrong: every one is named',
	429: 'Too many requests in a minute: come again after `Retry-After`',
	502: 'The system did not take it: what it said',
	503: 'Not now: try again later',
};

export function problems(...statuses: number[]): Json {
	return Object.fromEntries(statuses.map((status) => [status, problem(PROBLEMS[status])]));
}

export function problem(description: string): Json {
	return { description, content: { 'application/problem+json': { schema: reference('Problem') } } };
}

function reference(name: string): Json {
	return { $ref: `#/components/schemas/${name}` };
}
