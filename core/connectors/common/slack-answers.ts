import { TriageError, type ErrorCode } from '../../errors';
import type { HttpResponse } from '../../http';
import { isRecord, readJson, type JsonRecord } from '../../json';
import type { Receipt } from '../connector';

/** A webhook says `ok` and no more; chat.postMessage says where the message is, or refuses it with status 200. @throws TriageError */
export function receiptOf(response: HttpResponse, isWebhook: boolean): Receipt {
	const body = readJson(response.body);
	if (isRecord(body) && body.ok === true) return { externalId: messageId(body), externalUrl: null };
	if (isWebhook && response.body.trim() === 'ok') return { externalId: null, externalUrl: null };
	const word = errorWord(response.body);
	if (word !== '') throw refusal(response, word);
	const refused = refusalIn(response);
	if (refused !== null) throw refused;
	const advice = 'look into the channel whether the message is there before it is sent again';
	throw new TriageError('unreadable', `slack answered ${response.status} without its ok: ${advice}`, {
		status: response.status,
	});
}

/** chat.postMessage's no, which comes with status 200. */
export function refusalIn(response: HttpResponse): TriageError | null {
	const body = readJson(response.body);
	if (response.status >= 300 || !isRecord(body) || body.ok !== false) return null;
	return refusal(response, errorWord(response.body) || 'without a reason');
}

function messageId({ channel, ts }: JsonRecord): string | null {
	if (typeof channel !== 'string' || typeof ts !== 'string') return null;
	return /^[A-Z][A-Z0-9]{1,30}$/u.test(channel) && /^\d{1,12}\.\d{1,9}$/u.test(ts) ? `${channel}/${ts}` : null;
}

/** Where a message is that a receipt names, in the words of chat.postMessage; null where it names none. */
export function messageIn({ externalId }: Receipt): { channel: string; thread_ts: string } | null {
	const [, channel, ts] = /^([A-Z][A-Z0-9]{1,30})\/(\d{1,12}\.\d{1,9})$/u.exec(externalId ?? '') ?? [];
	return ts === undefined ? null : { channel, thread_ts: ts };
}

interface Meaning {
	code: ErrorCode;
	advice: string;
	words: string[];
}

const MEANINGS: Meaning[] = [
	{
		code: 'rate_limited',
		advice: 'try again later',
		words: ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
	},
	{
		code: 'unavailable',
		advice: 'try again later',
		words: ['internal_error', 'service_unavailable', 'fatal_error', 'request_timeout', 'rollup_error'],
	},
	{
		code: 'auth',
		advice: 'check the token, the scope chat:write and what the workspace allows',
		words: [
			...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive', 'invalid_token'],
			...['missing_scope', 'no_permission', 'access_denied', 'restricted_action', 'action_prohibited'],
		],
	},
	{
		code: 'not_found',
		advice: 'check the channel, and that the app is a member of it',
		words: ['channel_not_found', 'not_in_channel', 'is_archived', 'channel_is_archived', 'no_service'],
	},
];

/** Something broke behind the answer, so the message may be there. */
const IN_DOUBT = ['internal_error', 'fatal_error', 'request_timeout', 'rollup_error'];

const REJECTED: Meaning = { code: 'rejected', advice: 'check the settings against what Slack says of it', words: [] };

function refusal({ status, headers }: HttpResponse, word: string): TriageError {
	const { code, advice } = MEANINGS.find(({ words }) => words.includes(word)) ?? REJECTED;
	const wait = headers['retry-after'];
	return new TriageError(code, `slack answered ${status} and refused the message (${word}): ${advice}`, {
		status,
		retryable: code === 'rate_limited' || code === 'unavailable',
		retryAfter: wait !== undefined && /^\d{1,6}$/u.test(wait) ? Number(wait) : undefined,
		inDoubt: IN_DOUBT.includes(word),
	});
}

export function explanation(response: HttpResponse): string {
	return errorWord(response.body);
}

/** `channel_not_found` and the like: JSON's `error`, or the whole of a webhook's plain answer. */
function errorWord(text: string): string {
	const body = readJson(text);
	const word = isRecord(body) ? body.error : text.trim();
	const shape = isRecord(body) ? /^[a-z][a-z\d_]{2,79}$/u : /^(?=.{1,80}$)[a-z]+(?:_[a-z]+)+$/u;
	return typeof word === 'string' && shape.test(word) ? word : '';
}
