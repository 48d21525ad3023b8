import type { HttpRequest, HttpResponse } from '../../core/http';
import { isRecord, readJson } from '../../core/json';
import { plainLine, shorten, withoutEnd } from '../../core/text';

/** Where the service runs, without what people copy along from its addresses. */
export function serviceSite(url: string): string {
	return withoutEnd(withoutEnd(url, '/').replace(/\/(?:webhook\/ticket|tickets|docs)$/iu, ''), '/');
}

export function serviceRequest(method: HttpRequest['method'], url: string, body?: unknown): HttpRequest {
	const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
	return { method, url, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
}

/** `detail`, and what is wrong with single fields. */
export function explanation({ body }: HttpResponse): string {
	const problem = readJson(body);
	if (!isRecord(problem) || typeof problem.detail !== 'string') return '';
	const errors = Array.isArray(problem.errors) ? problem.errors.filter(isRecord) : [];
	const fields = errors.map(({ field, message }) =>
		[field, message].filter((part) => typeof part === 'string').join(' '),
	);
	return shorten(plainLine([problem.detail, ...fields].join('; ')), 300);
}
