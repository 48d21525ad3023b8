import { TriageError } from '../../errors';
import type { HttpResponse } from '../../http';
import { isRecord, readJson, type JsonRecord } from '../../json';
import { isVisible, plainLine, shorten } from '../../text';

/** The body, empty where it is no object. @throws TriageError where it is an error in spite of its status */
export function readAnswer({ status, body }: HttpResponse): JsonRecord {
	const answer = readJson(body);
	if (!isRecord(answer)) return {};
	if (!isRecord(answer.error) && answer.status !== 'failure') return answer;
	const said = explain(answer);
	const cancelled = /transaction cancel|maximum execution time/iu.test(said);
	throw new TriageError(
		cancelled ? 'unavailable' : 'rejected',
		`servicenow answered ${status} with an error${said === '' ? '' : ` (${said})`}: ` +
			(cancelled ? 'try again later' : 'check the settings and what the account may do'),
		// A transaction that ran too long may have written its record before it was cancelled.
		{ status, retryable: cancelled, inDoubt: cancelled },
	);
}

export function unreadable({ status }: HttpResponse): TriageError {
	const message = `servicenow answered ${status} without a record: check the endpoint, and that the instance is awake`;
	return new TriageError('unreadable', message, { status });
}

export function explanation(response: HttpResponse): string {
	return explain(readJson(response.body));
}

function explain(body: unknown): string {
	if (!isRecord(body) || !isRecord(body.error)) return '';
	const said = [body.error.message, body.error.detail].filter(
		(part): part is string => typeof part === 'string' && isVisible(part),
	);
	return shorten(said.map(plainLine).join(': '), 300);
}
