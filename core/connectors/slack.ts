import { TriageError, type ErrorCode } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { cleanLine, cleanText, isVisible, shorten } from '../text';
import type { Connector, Delivery, Receipt } from './connector';
import { headerProblems, jsonHeaders } from './common/headers';
import { factsOf, summaryOf, withoutLinks } from './common/message';
import { addressOf, refuseProblems, settingProblems, settingText, type Setting } from './common/settings';

/** A message in a channel: by an incoming webhook, whose address is the endpoint, or by chat.postMessage as a bot. */
export const slack: Connector = { system: 'slack', problems, request, receipt, explanation };

const API = 'https://slack.com/api';
const API_ADDRESS = /^https:\/\/slack(?:-gov)?\.com\/api\/?$/u;
/** The path holds the secret. Workflow triggers are on the same host and take no blocks. */
const WEBHOOK_ADDRESS = /^https:\/\/hooks\.slack(?:-gov)?\.com\/services\/[\w-]+(?:\/[\w-]+)*$/u;

const SETTINGS: Setting[] = [
	{ key: 'bot_token', is: "a bot's token, which begins with xoxb-", pattern: /^xoxb-[\w-]+$/u },
	{
		key: 'channel',
		is: "a channel's id such as C0123456789, or its name such as #it-support",
		pattern: /^(?:[CDGUW][A-Z0-9]{5,30}|#[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}._-]{1,80})$/u,
	},
];

function problems(mapping: Mapping): string[] {
	return [...wayProblems(mapping), ...headerProblems(mapping)];
}

function wayProblems(mapping: Mapping): string[] {
	if (isWebhook(mapping)) {
		const elsewhere = settingText(mapping, 'channel') !== '';
		return elsewhere ? ['settings.channel must be empty with an incoming webhook, which has its own channel'] : [];
	}
	if (!usesApi(mapping)) {
		const ways = 'the address of an incoming webhook (https://hooks.slack.com/services/...), or empty with a bot_token';
		return [`the endpoint must be ${ways}`, ...settingProblems(mapping, SETTINGS)];
	}
	const authorized = Object.keys(mapping.headers).some((name) => name.toLowerCase() === 'authorization');
	const needed = SETTINGS.map((setting) => ({ ...setting, required: setting.key === 'channel' || !authorized }));
	return settingProblems(mapping, needed);
}

function isWebhook({ endpoint }: Mapping): boolean {
	return WEBHOOK_ADDRESS.test(endpoint);
}

function usesApi({ endpoint }: Mapping): boolean {
	return endpoint === '' || API_ADDRESS.test(endpoint);
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('slack', problems(mapping));
	const message = messageOf(delivery);
	if (isWebhook(mapping)) {
		return {
			method: 'POST',
			url: mapping.endpoint,
			headers: jsonHeaders(mapping),
			body: JSON.stringify(message),
		};
	}
	const token = settingText(mapping, 'bot_token');
	// Slack warns about JSON without its charset.
	const headers = {
		'content-type': 'application/json; charset=utf-8',
		...(token !== '' && { authorization: `Bearer ${token}` }),
	};
	const metadata = { event_type: 'ticket_triaged', event_payload: { ticket_id: delivery.ticketId } };
	return {
		method: 'POST',
		url: addressOf({ ...mapping, endpoint: mapping.endpoint || API }, '/chat.postMessage'),
		headers: jsonHeaders(mapping, headers),
		body: JSON.stringify({ channel: settingText(mapping, 'channel'), ...message, metadata }),
	};
}

/** Characters after escaping. All of them together stay below the 13,000 or so at which Slack says msg_blocks_too_long. */
const MOST = { header: 150, section: 3000, fields: 10, field: 300, text: 3000 } as const;

const CUT = '\n… (shortened: the whole text is in the triage service)';

/** Blocks of plain text, in which Slack looks for no markup, links or mentions; `text` is for notifications and screen readers. */
function messageOf(delivery: Delivery): JsonRecord {
	const title = summaryOf(delivery, 200) || 'Ticket without title';
	const { description } = delivery.ticket;
	const facts = factsOf(delivery).slice(0, MOST.fields);
	return {
		text: fit(`${title} (${delivery.ticketId})\n${description}`, MOST.text),
		blocks: [
			{ type: 'header', text: plain(title, MOST.header) },
			{ type: 'section', text: plain(description, MOST.section, CUT) },
			{ type: 'section', fields: facts.map(([name, value]) => plain(`${name}: ${cleanLine(value)}`, MOST.field)) },
		],
		parse: 'none',
		link_names: false,
		unfurl_links: false,
		unfurl_media: false,
	};
}

function plain(text: string, most: number, note?: string): JsonRecord {
	// Slack refuses a message with an empty text in it.
	return { type: 'plain_text', text: fit(isVisible(text) ? text : '(nothing)', most, note), emoji: false };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escaped and without links, of at most so many UTF-16 units; cut between characters, not within an entity. */
function fit(text: string, most: number, note = '…'): string {
	const escaped = withoutLinks(cleanText(text)).replace(/[&<>]/gu, (character) => ENTITIES[character]);
	if (escaped.length <= most) return escaped;
	return `${shorten(escaped, most - note.length).replace(/&[a-z]{0,3}$/u, '')}${note}`;
}

/** A webhook says `ok` and no more; chat.postMessage says where the message is, or refuses it with status 200. */
function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	if (isRecord(body) && body.ok === true) return { externalId: messageId(body), externalUrl: null };
	if (isWebhook(mapping) && response.body.trim() === 'ok') return { externalId: null, externalUrl: null };
	const word = errorWord(response.body);
	if (word !== '' || (isRecord(body) && body.ok === false)) throw refusal(response, word || 'without a reason');
	const advice = 'look into the channel whether the message is there before it is sent again';
	throw new TriageError('unreadable', `slack answered ${response.status} without its ok: ${advice}`, {
		status: response.status,
	});
}

function messageId({ channel, ts }: JsonRecord): string | null {
	if (typeof channel !== 'string' || typeof ts !== 'string') return null;
	return /^[A-Z][A-Z0-9]{1,30}$/u.test(channel) && /^\d{1,12}\.\d{1,9}$/u.test(ts) ? `${channel}/${ts}` : null;
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

const REJECTED: Meaning = { code: 'rejected', advice: 'check the settings against what Slack says of it', words: [] };

function refusal({ status, headers }: HttpResponse, word: string): TriageError {
	const { code, advice } = MEANINGS.find(({ words }) => words.includes(word)) ?? REJECTED;
	const wait = headers['retry-after'];
	return new TriageError(code, `slack answered ${status} and refused the message (${word}): ${advice}`, {
		status,
		retryable: code === 'rate_limited' || code === 'unavailable',
		retryAfter: wait !== undefined && /^\d{1,6}$/u.test(wait) ? Number(wait) : undefined,
	});
}

function explanation(response: HttpResponse): string {
	return errorWord(response.body);
}

/** `channel_not_found` and the like: JSON's `error`, or the whole of a webhook's plain answer. */
function errorWord(text: string): string {
	const body = readJson(text);
	const word = isRecord(body) ? body.error : text.trim();
	const shape = isRecord(body) ? /^[a-z][a-z\d_]{2,79}$/u : /^(?=.{1,80}$)[a-z]+(?:_[a-z]+)+$/u;
	return typeof word === 'string' && shape.test(word) ? word : '';
}
