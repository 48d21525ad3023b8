import { TriageError } from '../errors';
import { errorFromStatus, type HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';

const REASONS = new Map<unknown, string>([
	['API_KEY_INVALID', 'Gemini refused the key: check the API key'],
	['API_KEY_SERVICE_BLOCKED', 'Gemini refused the key: it may not use the Generative Language API'],
	['SERVICE_DISABLED', 'Gemini refused the key: the Generative Language API is not enabled for its project'],
]);

/**
 * What a refusing answer means; `now` in milliseconds. Google's own message is left out: it may quote the request.
 * A 429 says in its RetryInfo how long to wait; a quota by the day is not back before midnight in Los Angeles.
 */
export function geminiError(response: HttpResponse, now: number): TriageError {
	const error = errorOf(response);
	const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
	const reason = details.map((detail) => REASONS.get(detail.reason)).find((text) => text !== undefined);
	if (reason !== undefined) return new TriageError('auth', reason, { status: response.status });
	if (response.status === 404) return unknownModel();
	const said = typeof error.status === 'string' && /^[A-Z_]{2,40}$/u.test(error.status) ? error.status : '';
	const { code, message, status, retryable, retryAfter } = errorFromStatus('Gemini', response, said);
	if (code === 'rate_limited' && isDayQuota(details)) {
		const text = 'Gemini’s quota for today is used up: it is asked again after midnight in Los Angeles';
		return new TriageError(code, text, {
			status,
			retryable,
			retryAfter: secondsToPacificMidnight(now - SLACK_SECONDS * 1000),
		});
	}
	return new TriageError(code, message, { status, retryable, retryAfter: retryDelay(details) ?? retryAfter });
}

function errorOf({ body }: HttpResponse): JsonRecord {
	const answer = readJson(body);
	return isRecord(answer) && isRecord(answer.error) ? answer.error : {};
}

function unknownModel(): TriageError {
	const text = 'Gemini does not know the model (404): it is misspelt or retired, so set another one';
	return new TriageError('not_found', text, { status: 404 });
}

/** Seconds of RetryInfo, a protobuf duration such as `45.837906927s`: the only place where Gemini says how long. */
function retryDelay(details: JsonRecord[]): number | undefined {
	const info = details.find((detail) => textOf(detail['@type']).endsWith('google.rpc.RetryInfo'));
	const seconds = /^(\d{1,12}(?:\.\d{1,9})?)s$/u.exec(textOf(info?.retryDelay))?.[1];
	return seconds === undefined ? undefined : Number(seconds);
}

/** Its RetryInfo is a few seconds nevertheless, which is not to be believed. */
function isDayQuota(details: JsonRecord[]): boolean {
	const violations = details.flatMap(({ violations: all }) => (Array.isArray(all) ? all.filter(isRecord) : []));
	return violations.some(({ quotaId }) => typeof quotaId === 'string' && quotaId.includes('PerDay'));
}

const DAY_SECONDS = 86_400;
/** Clocks differ: a refusal right after midnight is still of the day before. */
const SLACK_SECONDS = 300;

function secondsToPacificMidnight(now: number): number {
	const rest = DAY_SECONDS - pacificSeconds(now);
	// Where the clocks change before midnight, that much later they show another hour.
	const shown = pacificSeconds(now + rest * 1000);
	return rest - (shown > DAY_SECONDS / 2 ? shown - DAY_SECONDS : shown);
}

/** What clocks in Los Angeles show, in seconds of the day. */
function pacificSeconds(now: number): number {
	const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' });
	const [hours, minutes, seconds] = clock.format(now).split(':').map(Number);
	return ((hours % 24) * 60 + minutes) * 60 + seconds;
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
