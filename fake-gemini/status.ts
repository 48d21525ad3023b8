/** google.rpc.Status as Google's REST answers carry it, under `error`. */
export interface Status {
	code: number;
	message: string;
	status: string;
	details?: Record<string, unknown>[];
}

export interface Violation {
	/** A path in snake case; left out where it is the body itself. */
	field?: string;
	description: string;
}

/** The `@type` of a detail. */
export function rpc(name: string): { '@type': string } {
	return { '@type': `type.googleapis.com/google.rpc.${name}` };
}

/** 400 that names the fields at fault. */
export function badRequest(message: string, fieldViolations: Violation[]): Status {
	return {
		code: 400,
		message,
		status: 'INVALID_ARGUMENT',
		details: [{ ...rpc('BadRequest'), fieldViolations }],
	};
}

export const MISSING_KEY: Status = {
	code: 403,
	message:
		"Method doesn't allow unregistered callers (callers without established identity). " +
		'Please use API Key or other form of API consumer identity to call this API.',
	status: 'PERMISSION_DENIED',
};

const WRONG_KEY_MESSAGE = 'API key not valid. Please pass a valid API key.';

export const WRONG_KEY: Status = {
	code: 400,
	message: WRONG_KEY_MESSAGE,
	status: 'INVALID_ARGUMENT',
	details: [
		{
			...rpc('ErrorInfo'),
			reason: 'API_KEY_INVALID',
			domain: 'googleapis.com',
			metadata: { service: 'generativelanguage.googleapis.com' },
		},
		{ ...rpc('LocalizedMessage'), locale: 'en-US', message: WRONG_KEY_MESSAGE },
	],
};

export function modelNotFound(model: string, method?: string): Status {
	const used = method === undefined ? '' : `, or is not supported for ${method}`;
	const advice = 'Call ListModels to see the list of available models and their supported methods.';
	const message = `models/${model} is not found for API version v1beta${used}. ${advice}`;
	return { code: 404, message, status: 'NOT_FOUND' };
}

/** Where not even the address is known, or a proxy fails, Google's front end answers with a page. */
export function errorPage(code: 404 | 502): string {
	const what = code === 404 ? 'Not Found' : 'Server Error';
	const said =
		code === 404
			? 'The requested URL was not found on this server.'
			: 'The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.';
	return `<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error ${code} (${what})!!1</title>
  <p><b>${code}.</b> <ins>That’s an error.</ins>
  <p>${said}  <ins>That’s all we know.</ins>
`;
}
