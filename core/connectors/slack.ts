import { TriageError } from '../errors';
import type { HttpRequest } from '../http';
import type { JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { cleanLine, cleanText, isVisible, shorten } from '../text';
import { anyHostProblems, takesAnyHost } from './common/any-host';
import { headerProblems, jsonHeaders, signsIn } from './common/headers';
import { factsOf, keyOf, summaryOf, withoutLinks } from './common/message';
import {
	addressOf,
	isAddress,
	isPendingAddress,
	refuseProblems,
	settingProblems,
	settingText,
	type Setting,
} from './common/settings';
import { explanation, messageIn, receiptOf, refusalIn } from './common/slack-answers';
import type { Connector, Delivery, Remark } from './connector';

/** A message in a channel: by an incoming webhook, whose address is the endpoint, or by chat.postMessage as a bot. */
export const slack: Connector = {
	system: 'slack',
	problems,
	request,
	receipt: (response, { mapping }) => receiptOf(response, isWebhook(mapping)),
	explanation,
	refusal: refusalIn,
	comment,
	pace: { atOnce: 1, perMinute: 60 },
};

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
	return [...wayProblems(mapping), ...anyHostProblems(mapping), ...headerProblems(mapping)];
}

function wayProblems(mapping: Mapping): string[] {
	// Which of the two ways it is will be known with the address.
	if (isPendingAddress(mapping.endpoint)) return settingProblems(mapping, SETTINGS);
	if (isWebhook(mapping)) {
		const elsewhere = settingText(mapping, 'channel') !== '';
		return elsewhere ? ['settings.channel must be empty with an incoming webhook, which has its own channel'] : [];
	}
	if (!usesApi(mapping)) return [addressProblem(mapping), ...settingProblems(mapping, SETTINGS)];
	const authorized = signsIn(mapping);
	const needed = SETTINGS.map((setting) => ({ ...setting, required: setting.key === 'channel' || !authorized }));
	return settingProblems(mapping, needed);
}

function addressProblem(mapping: Mapping): string {
	if (takesAnyHost(mapping)) {
		return 'the endpoint must be an address with /services/ in its path, as a webhook has, or with /api at its end';
	}
	const ways = 'the address of an incoming webhook (https://hooks.slack.com/services/...), or empty with a bot_token';
	return `the endpoint must be ${ways}; for a gateway of yours set settings.any_host to true`;
}

function isWebhook(mapping: Mapping): boolean {
	const { endpoint } = mapping;
	const isRelay = takesAnyHost(mapping) && isAddress(endpoint) && /^[^?#]*\/services\/[^/?#]/u.test(endpoint);
	return isRelay || WEBHOOK_ADDRESS.test(endpoint);
}

function usesApi(mapping: Mapping): boolean {
	const { endpoint } = mapping;
	const isGateway = takesAnyHost(mapping) && isAddress(endpoint) && /^[^?#]*\/api\/?$/u.test(endpoint);
	return isGateway || endpoint === '' || API_ADDRESS.test(endpoint);
}

function request(delivery: Delivery): HttpRequest {
	const { mapping, ticketId } = delivery;
	refuseProblems('slack', problems(mapping));
	const message = messageOf(delivery);
	if (isWebhook(mapping)) {
		return { method: 'POST', url: mapping.endpoint, headers: jsonHeaders(mapping), body: JSON.stringify(message) };
	}
	const metadata = { event_type: 'ticket_triaged', event_payload: { ticket_id: ticketId } };
	return posted(mapping, { channel: settingText(mapping, 'channel'), ...message, metadata });
}

/** Only the API says where a message is, so only there can it be answered: in its thread. */
function comment({ mapping, receipt, text }: Remark): HttpRequest | null {
	if (isWebhook(mapping)) return null;
	refuseProblems('slack', problems(mapping));
	const place = messageIn(receipt);
	if (place === null) {
		const advice = 'where it stands is not known, so add the note there by hand';
		throw new TriageError('misconfigured', `The message in slack cannot be named: ${advice}`);
	}
	const blocks = [{ type: 'section', text: plain(text, MOST.section, CUT) }];
	return posted(mapping, { ...place, text: fit(text, MOST.text), blocks, ...AS_TYPED });
}

function posted(mapping: Mapping, message: JsonRecord): HttpRequest {
	const token = settingText(mapping, 'bot_token');
	// Slack warns about JSON without its charset.
	const headers = {
		'content-type': 'application/json; charset=utf-8',
		...(token !== '' && !signsIn(mapping) && { authorization: `Bearer ${token}` }),
	};
	return {
		method: 'POST',
		url: addressOf({ ...mapping, endpoint: mapping.endpoint || API }, '/chat.postMessage'),
		headers: jsonHeaders(mapping, headers),
		body: JSON.stringify(message),
	};
}

/** Characters after escaping. All of them together stay below the 13,000 or so at which Slack says msg_blocks_too_long. */
const MOST = { header: 150, section: 3000, fields: 10, field: 300, text: 3000 } as const;

/** Slack looks for no names, addresses and pages to preview. */
const AS_TYPED = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };

const CUT = '\n… (shortened: the whole text is where the ticket was sent from)';

/** Blocks of plain text, in which Slack looks for no markup, links or mentions; `text` is for notifications and screen readers. */
function messageOf(delivery: Delivery): JsonRecord {
	const title = summaryOf(delivery, 200) || 'Ticket without title';
	const { description } = delivery.ticket;
	const facts = factsOf(delivery).slice(0, MOST.fields);
	return {
		text: fit(`${title} (${keyOf(delivery)})\n${description}`, MOST.text),
		blocks: [
			{ type: 'header', text: plain(title, MOST.header) },
			{ type: 'section', text: plain(description, MOST.section, CUT) },
			{ type: 'section', fields: facts.map(([name, value]) => plain(`${name}: ${cleanLine(value)}`, MOST.field)) },
		],
		...AS_TYPED,
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
