import { isRecord, readJson, type JsonRecord } from '../../core/json';
import { saysJson } from '../authorization';
import type { TargetAnswer, TargetRequest } from '../target';

/** Jira's own shape of a refusal: what is wrong in general, and field by field. */
export function refusal(status: number, messages: string[], errors: Record<string, string> = {}): TargetAnswer {
	return { status, body: { errorMessages: messages, errors } };
}

export const NO_ISSUE = refusal(404, ['Issue does not exist or you do not have permission to see it.']);
export const NO_PAGE = refusal(404, ['Not Found']);
export const NO_METHOD = refusal(405, ['Method Not Allowed']);
export const BAD_PAYLOAD = refusal(400, [
	'Invalid request payload. Refer to the REST API documentation and try again.',
]);

/** The object that a request's body is, or why it cannot be one. */
export function readObject(request: TargetRequest): { body: JsonRecord } | { refused: TargetAnswer } {
	if (!saysJson(request)) return { refused: refusal(415, ['Unsupported Media Type']) };
	const json = readJson(request.body);
	if (json === undefined) {
		return { refused: refusal(400, ['There was an error parsing JSON. Check that your request body is valid.']) };
	}
	return isRecord(json) ? { body: json } : { refused: BAD_PAYLOAD };
}

export const FORGED = refusal(403, ['XSRF check failed']);

/** Browsers are refused unless they say that the request is meant. */
export function isForged({ method, headers }: TargetRequest): boolean {
	return (
		method !== 'GET' && /^mozilla\//iu.test(headers['user-agent'] ?? '') && headers['x-atlassian-token'] !== 'no-check'
	);
}

/** The site's address as the caller wrote it. */
export function siteOf({ headers }: TargetRequest): string {
	return `http://${headers.host ?? 'localhost'}`;
}
