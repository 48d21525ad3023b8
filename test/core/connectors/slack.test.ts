import { slack } from '../../../core/connectors/slack';
import type { Delivery } from '../../../core/connectors/connector';
import { buildDecision, buildDelivery, buildMapping, buildTicket } from '../../helpers/tickets';
import { describeConnector, REMARK, type ConnectorCases } from './conformance';

const nothing = { externalId: null, externalUrl: null };
const WEBHOOK = 'https://hooks.slack.com/services/T00000000/B00000000/s3cret';
const webhook = buildMapping({ system: 'slack', endpoint: WEBHOOK });
const bot = buildMapping({
	system: 'slack',
	endpoint: '',
	settings: { bot_token: 'xoxb-1-s3cret', channel: '#it-support' },
});

const posted = { externalId: 'C0123456789/1503435956.000247', externalUrl: null };
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const facts = [
	'Ticket: TKT-0123456789ABCDEF0123',
	'Department: IT',
	'Team: IT Support',
	'Priority: medium',
	'Reporter: ana@example.com',
	'Sureness: 90 % (local)',
];
const asTyped = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };
const message = {
	text: 'Printer on floor 3 is jammed (TKT-0123456789ABCDEF0123)\nIt pulls two sheets at once and then stops.',
	blocks: [
		{ type: 'header', text: plain('Printer on floor 3 is jammed') },
		{ type: 'section', text: plain('It pulls two sheets at once and then stops.') },
		{ type: 'section', fields: facts.map(plain) },
	],
	...asTyped,
};

const answers: Pick<ConnectorCases, 'refusals' | 'explanations'> = {
	refusals: {
		'no such channel': { response: { body: '{"ok":false,"error":"channel_not_found"}' }, code: 'not_found' },
		'a webhook’s word': { response: { body: 'no_service' }, code: 'not_found' },
		'an unknown word': { response: { body: '{"ok":false,"error":"constructor"}' }, code: 'rejected' },
		'no reason': { response: { body: '{"ok":false}' }, code: 'rejected' },
		'a reason that is no word': { response: { body: '{"ok":false,"error":"<b>s3cret</b>"}' }, code: 'rejected' },
		'an empty answer': { response: { body: '' }, code: 'unreadable' },
		'a page of a proxy': { response: { body: '<html>ok</html>' }, code: 'unreadable' },
		'ok as text in JSON': { response: { body: '{"ok":"true"}' }, code: 'unreadable' },
	},
	explanations: {
		'a webhook’s word': { response: { body: 'invalid_payload\n' }, explanation: 'invalid_payload' },
		'another one': { response: { status: 410, body: 'channel_is_archived' }, explanation: 'channel_is_archived' },
		'a word in JSON': {
			response: { status: 429, body: '{"ok":false,"error":"ratelimited"}' },
			explanation: 'ratelimited',
		},
		'a sentence': { response: { body: 'something went_wrong' }, explanation: '' },
		'a word that is none of Slack’s': { response: { body: 'forbidden' }, explanation: '' },
		'a word without end': { response: { body: `${'a_'.repeat(100)}a` }, explanation: '' },
		'markup in JSON': { response: { body: '{"error":"<!channel> s3cret"}' }, explanation: '' },
	},
};

describe('an incoming webhook', () => {
	describeConnector(slack, {
		mapping: webhook,
		request: { method: 'POST', url: WEBHOOK, headers: { 'content-type': 'application/json' }, body: message },
		refusedMappings: {
			'a webhook in clear': { endpoint: WEBHOOK.replace('https', 'http') },
			'another host': { endpoint: 'https://hooks.example.com/services/T0/B0/s3cret' },
			'a host that begins like Slack’s': { endpoint: 'https://hooks.slack.com.example/services/T0/B0/s3cret' },
			'a host that ends like Slack’s': { endpoint: 'https://evilhooks.slack.com/services/T0/B0/s3cret' },
			'a host without its dot': { endpoint: 'https://hooks-slack.com/services/T0/B0/s3cret' },
			'Slack’s host as user': { endpoint: 'https://hooks.slack.com@evil.example/services/T0/B0/s3cret' },
			'a port': { endpoint: 'https://hooks.slack.com:8443/services/T0/B0/s3cret' },
			'a workflow’s trigger': { endpoint: 'https://hooks.slack.com/triggers/T0/1/s3cret' },
			'the host alone': { endpoint: 'https://hooks.slack.com/' },
			'no secret': { endpoint: 'https://hooks.slack.com/services/' },
			'a way up': { endpoint: 'https://hooks.slack.com/services/../s3cret' },
			'a query': { endpoint: `${WEBHOOK}?x=1` },
			'a line break': { endpoint: `${WEBHOOK}\n` },
			'space before it': { endpoint: ` ${WEBHOOK}` },
			'a channel beside it': { settings: { channel: '#s3cret' } },
			'any host denied': { endpoint: 'https://relay.example/services/s3cret', settings: { any_host: false } },
			'any host by a text': { endpoint: 'https://relay.example/services/s3cret', settings: { any_host: 'true' } },
			'any host, and no webhook’s path': { endpoint: 'http://relay.example/s3cret', settings: { any_host: true } },
			'any host, and no secret': { endpoint: 'http://relay.example/services/', settings: { any_host: true } },
			'any host, and the path in the query': {
				endpoint: 'http://relay.example/?x=/services/s3cret',
				settings: { any_host: true },
			},
			'any host, and no address': { endpoint: 'ftp://relay.example/services/s3cret', settings: { any_host: true } },
			'any host, and an account in the address': {
				endpoint: 'https://s3cret@relay.example/services/x',
				settings: { any_host: true },
			},
			'a line break in a header': { headers: { 'x-key': 's3cret\r\nx: 1' } },
		},
		receipts: {
			ok: { response: { body: 'ok' }, receipt: nothing },
			'ok and a line break': { response: { body: 'ok\n' }, receipt: nothing },
			'ok as JSON': { response: { body: '{"ok":true}' }, receipt: nothing },
		},
		...answers,
		comment: { receipt: posted, request: null },
	});
});

describe('chat.postMessage', () => {
	describeConnector(slack, {
		mapping: bot,
		request: {
			method: 'POST',
			url: 'https://slack.com/api/chat.postMessage',
			headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-1-s3cret' },
			body: {
				channel: '#it-support',
				...message,
				metadata: { event_type: 'ticket_triaged', event_payload: { ticket_id: 'TKT-0123456789ABCDEF0123' } },
			},
		},
		refusedMappings: {
			'no settings': { settings: {} },
			'no token': { settings: { channel: '#it-support' } },
			'no channel': { settings: { bot_token: 'xoxb-1-s3cret' } },
			'an empty channel': { settings: { ...bot.settings, channel: '' } },
			'a token of a person': { settings: { ...bot.settings, bot_token: 'xoxp-1-s3cret' } },
			'a token with its scheme': { settings: { ...bot.settings, bot_token: 'Bearer xoxb-1-s3cret' } },
			'a line break in the token': { settings: { ...bot.settings, bot_token: 'xoxb-1-s3cret\r\nx: 1' } },
			'a list as token': { settings: { ...bot.settings, bot_token: ['xoxb-1-s3cret'] } },
			'a channel without #': { settings: { ...bot.settings, channel: 's3cret' } },
			'a channel in capitals': { settings: { ...bot.settings, channel: '#S3CRET-s3cret' } },
			'a channel with a space': { settings: { ...bot.settings, channel: '#it s3cret' } },
			'a person as channel': { settings: { ...bot.settings, channel: '@s3cret' } },
			'a number as channel': { settings: { ...bot.settings, channel: 42 } },
			'another host': { endpoint: 'https://s3cret.example/api' },
			'the API in clear': { endpoint: 'http://slack.com/api' },
			'the method in the endpoint': { endpoint: 'https://slack.com/api/chat.postMessage' },
			'a space as endpoint': { endpoint: ' ' },
			'any host, and no path of an API': {
				endpoint: 'http://gateway.example/api/s3cret',
				settings: { ...bot.settings, any_host: true },
			},
			'any host, and no channel': {
				endpoint: 'http://gateway.example/api',
				settings: { bot_token: 'xoxb-1-s3cret', any_host: true },
			},
			'a header of the connection': { headers: { host: 's3cret' } },
		},
		receipts: {
			'where the message is': {
				response: { body: '{"ok":true,"channel":"C0123456789","ts":"1503435956.000247","message":{"text":"x"}}' },
				receipt: posted,
			},
			'ok alone': { response: { body: '{"ok":true}' }, receipt: nothing },
			'a channel of another shape': { response: { body: '{"ok":true,"channel":"../x","ts":"1.2"}' }, receipt: nothing },
			'a time of another shape': { response: { body: '{"ok":true,"channel":"C012","ts":"1.2<x>"}' }, receipt: nothing },
			'a number as time': { response: { body: '{"ok":true,"channel":"C012","ts":1.5}' }, receipt: nothing },
		},
		...answers,
		refusals: { ...answers.refusals, 'the ok of a webhook': { response: { body: 'ok' }, code: 'unreadable' } },
		comment: {
			receipt: posted,
			request: {
				method: 'POST',
				url: 'https://slack.com/api/chat.postMessage',
				headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-1-s3cret' },
				body: {
					channel: 'C0123456789',
					thread_ts: '1503435956.000247',
					text: REMARK,
					blocks: [{ type: 'section', text: plain(REMARK) }],
					...asTyped,
				},
			},
		},
	});
});

const bodyOf = (overrides: Partial<Delivery> = {}): typeof message =>
	JSON.parse(slack.request(buildDelivery({ mapping: webhook, ...overrides }))?.body ?? '') as typeof message;
const blockText = (block: unknown): string => (block as { text: { text: string } }).text.text;
const sectionOf = (description: string): string =>
	blockText(bodyOf({ ticket: buildTicket({ description }) }).blocks[1]);

test.each([
	['https://slack.com/api', 'https://slack.com/api/chat.postMessage'],
	['https://slack.com/api/', 'https://slack.com/api/chat.postMessage'],
	['https://slack-gov.com/api', 'https://slack-gov.com/api/chat.postMessage'],
	['', 'https://slack.com/api/chat.postMessage'],
])('the endpoint %j goes to %s', (endpoint, url) => {
	expect(slack.request(buildDelivery({ mapping: { ...bot, endpoint } }))?.url).toBe(url);
});

test('the webhook of a government’s workspace is one too', () => {
	const endpoint = 'https://hooks.slack-gov.com/services/T0/B0/s3cret';
	expect(slack.request(buildDelivery({ mapping: { ...webhook, endpoint } }))?.url).toBe(endpoint);
});

test.each(['C0123456789', 'G0123456789', 'D0123456789', '#it-support_2', '#büro', '#サポート', '${SLACK_CHANNEL}'])(
	'the channel may be %s',
	(channel) => expect(slack.problems({ ...bot, settings: { ...bot.settings, channel } })).toEqual([]),
);

test('a token may be a reference', () => {
	expect(slack.problems({ ...bot, settings: { ...bot.settings, bot_token: '${SLACK_BOT_TOKEN}' } })).toEqual([]);
});

test('an Authorization header stands in for the token, and wins over it', () => {
	const headers = { Authorization: 'Bearer xoxb-other' };
	const mapping = { ...bot, headers, settings: { channel: '#it-support' } };
	const sent = (settings: Record<string, unknown>) =>
		slack.request(buildDelivery({ mapping: { ...mapping, settings } }))?.headers.authorization;
	expect(slack.problems(mapping)).toEqual([]);
	expect([sent(mapping.settings), sent(bot.settings)]).toEqual(['Bearer xoxb-other', 'Bearer xoxb-other']);
});

test('everything wrong is said at once', () => {
	const settings = { bot_token: 'xoxp', channel: 'it' };
	const mapping = buildMapping({ endpoint: 'ftp://x', settings, headers: { 'x y': '' } });
	expect(slack.problems(mapping)).toEqual([
		expect.stringContaining('endpoint'),
		expect.stringContaining('settings.bot_token'),
		expect.stringContaining('settings.channel'),
		expect.stringContaining('header'),
	]);
});

test('mentions, links and entities arrive as what was typed', () => {
	expect(sectionOf('<!channel> <@U1> &lt; <https://evil.example|here> www.evil.example')).toBe(
		'&lt;!channel&gt; &lt;@U1&gt; &amp;lt; &lt;hxxps://evil.example|here&gt; www[.]evil.example',
	);
});

test.each(['&', '<', '😀', 'a&', '&a', 'ab&', 'abc😀<', 'a'])(
	'a long text of %j is cut whole, and says so',
	(piece) => {
		const section = sectionOf(piece.repeat(5000));
		const [kept, note] = section.split('\n');
		expect(section.length).toBeLessThanOrEqual(3000);
		expect(section.length).toBeGreaterThan(2990);
		expect(note).toContain('shortened');
		expect(kept).toMatch(/^(?:&(?:amp|lt|gt);|[^&<>\p{Surrogate}])+$/u);
	},
);

test('a text that just fits is not cut', () => {
	expect(sectionOf('a'.repeat(3000))).toBe('a'.repeat(3000));
});

test('texts that show nothing are named, since Slack refuses empty ones', () => {
	const { blocks, text } = bodyOf({ ticket: buildTicket({ title: '', description: '\u200b\n' }) });
	expect(blocks.slice(0, 2).map(blockText)).toEqual(['Ticket without title', '(nothing)']);
	expect(text).toContain('Ticket without title');
});

test('a fact stays on its line, and shows both priorities and the need for review', () => {
	const decision = buildDecision({ effectivePriority: 'critical', needsReview: true });
	const { blocks } = bodyOf({ decision, ticket: buildTicket({ source: 'mail\nPriority: low' }) });
	const texts = blocks[2].fields?.map(({ text }) => text);
	expect(texts).toEqual(
		expect.arrayContaining([
			'Priority: critical (medium was given)',
			'Source: mail Priority: low',
			'Needs review: yes',
		]),
	);
});
