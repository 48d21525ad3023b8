import fc from 'fast-check';
import { slack } from '../../core/connectors/slack';
import { readJson } from '../../core/json';
import { SLACK_WORKSPACE, createSlack } from '../../fake-targets/slack';
import { hostileText, ticket as anyTicket } from '../helpers/arbitraries';
import { buildDelivery, buildMapping, buildTicket } from '../helpers/tickets';
import { ask, bodyOf, delivered, withBody, withHeaders } from './ask';

const { webhookPath, botToken } = SLACK_WORKSPACE;
const HOST = 'http://localhost:9104';
const any_host = true;
const byWebhook = buildDelivery({
	mapping: buildMapping({ system: 'slack', endpoint: `${HOST}${webhookPath}`, settings: { any_host } }),
});
const byBot = buildDelivery({
	mapping: buildMapping({
		system: 'slack',
		endpoint: `${HOST}/api`,
		settings: { any_host, bot_token: botToken, channel: '#it-support' },
	}),
});
const hook = slack.request(byWebhook)!;
const bot = slack.request(byBot)!;
const message = bodyOf(hook);
const WAYS = [
	['a webhook', byWebhook],
	['a bot', byBot],
] as const;

describe.each(WAYS)('a delivery by %s', (_, delivery) => {
	it('is taken whatever a ticket says, with no mention and no link', () => {
		const workspace = createSlack();
		const slacky = fc.constantFrom('<!channel>', '<!here|x>', '<@U123>', '<https://e.example|x>', '@here', 'a');
		const text = fc.array(fc.oneof(slacky, hostileText), { maxLength: 8 }).map((pieces) => pieces.join(' '));
		fc.assert(
			fc.property(anyTicket, text, fc.integer({ min: 1, max: 2000 }), (some, one, times) => {
				const ticket = { ...some, title: one, description: one.repeat(times).slice(0, 20_000), email: one };
				delivered(workspace, slack, { ...delivery, ticket });
				expect(workspace.tickets.at(-1)?.ticketId).toBe(delivery.ticketId);
				expect(workspace.mentions).toEqual([]);
			}),
		);
	});

	it('is held as it was sent', () => {
		const workspace = createSlack();
		delivered(workspace, slack, { ...delivery, number: 2 });
		const body = bodyOf(slack.request({ ...delivery, number: 2 })!);
		expect(workspace.tickets).toEqual([
			{ id: 'C0123456789/1700000000.000001', ticketId: `${delivery.ticketId}-2`, body, comments: [] },
		]);
	});
});

it('a webhook says ok, which is no JSON and a yes all the same', () => {
	const response = ask(createSlack(), hook);
	expect(response).toMatchObject({ status: 200, body: 'ok' });
	expect(readJson(response.body)).toBeUndefined();
	expect(slack.receipt(response, byWebhook)).toEqual({ externalId: null, externalUrl: null });
});

it('a bot’s message can be answered in its thread', () => {
	const workspace = createSlack();
	const receipt = delivered(workspace, slack, byBot);
	expect(receipt.externalId).toBe('C0123456789/1700000000.000001');
	const remark = slack.comment?.({ mapping: byBot.mapping, receipt, text: 'Moved <!here>' }) ?? null;
	expect(bodyOf(ask(workspace, remark))).toMatchObject({ ok: true, ts: '1700000000.000002' });
	expect(workspace.tickets).toMatchObject([{ comments: ['Moved &lt;!here&gt;'] }]);
	expect(workspace.mentions).toEqual([]);
});

it.each([
	['another team', { url: `${HOST}/services/T1/B00000000/fake` }, 404, 'no_team'],
	['another webhook', { url: `${HOST}/services/T00000000/B1/fake` }, 404, 'no_service'],
	['another secret', { url: `${HOST}${webhookPath}x` }, 403, 'invalid_token'],
	['another channel', { body: JSON.stringify({ ...message, channel: '#nowhere' }) }, 404, 'channel_not_found'],
	['a channel that is a number', { body: JSON.stringify({ ...message, channel: 5 }) }, 404, 'channel_not_found'],
	['no JSON', { body: '{"text"' }, 400, 'invalid_payload'],
	['a list', { body: '[]' }, 400, 'invalid_payload'],
	['another method', { method: 'PUT' }, 405, 'method_not_allowed'],
] as const)('a webhook refuses %s', (_, change, status, word) => {
	const workspace = createSlack();
	const response = ask(workspace, { ...hook, ...change });
	expect(response).toMatchObject({ status, body: word });
	expect(slack.explanation(response)).toBe(word);
	expect(workspace.tickets).toEqual([]);
});

it('a webhook refuses a form', () => {
	const headers = { 'content-type': 'application/x-www-form-urlencoded' };
	expect(ask(createSlack(), withHeaders(hook, headers)).body).toBe('invalid_payload');
});

it('a webhook takes its own channel by name and by id', () => {
	const workspace = createSlack();
	for (const channel of ['#it-support', 'C0123456789']) {
		expect(ask(workspace, withBody(hook, { ...message, channel })).body).toBe('ok');
	}
	expect(workspace.tickets).toHaveLength(2);
});

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: unknown) => ({ blocks: [{ type: 'section', text }] });
const LONG = section(plain('x'.repeat(3000))).blocks;

const REFUSED: [string, object, string, string?][] = [
	['nothing', {}, 'no_text'],
	['an empty text', { text: '' }, 'no_text'],
	['a text that is a number', { text: 5 }, 'no_text'],
	['a body of no message', { ticket_id: 'TKT-1', title: 'x', description: 'y' }, 'no_text'],
	['a text of 40,001 characters', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
	['101 attachments', { attachments: Array(101).fill({ text: 'x' }) }, 'too_many_attachments'],
	['blocks in a text', { text: 'x', blocks: JSON.stringify(message.blocks) }, 'invalid_blocks_format'],
	['51 blocks', { blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks', 'no more than 50 items'],
	['15,000 characters in blocks', { blocks: Array(5).fill(LONG).flat() }, 'msg_blocks_too_long'],
	['a block that is text', { blocks: ['x'] }, 'invalid_blocks', 'must be an object [json-pointer:/blocks/0]'],
	['a block without type', { blocks: [{}] }, 'invalid_blocks', 'missing required field: type'],
	['a block of no kind', { blocks: [{ type: 'constructor' }] }, 'invalid_blocks', 'unsupported type: constructor'],
	['an unknown field', { blocks: [{ type: 'divider', id: 'a' }] }, 'invalid_blocks', 'additional property: "id"'],
	[
		'a long block_id',
		{ blocks: [{ type: 'divider', block_id: 'x'.repeat(256) }] },
		'invalid_blocks',
		'less than 256 characters',
	],
	['a section of nothing', { blocks: [{ type: 'section' }] }, 'invalid_blocks', 'must define either'],
	['a section of plain text', section('x'), 'invalid_blocks', 'must be an object [json-pointer:/blocks/0/text]'],
	['a section of 3001', section(plain('x'.repeat(3001))), 'invalid_blocks', 'must be less than 3001 characters'],
	['a section of white space', section(plain(' ')), 'invalid_blocks', 'must be more than 0 characters'],
	['a text of no kind', section({ type: 'markdown', text: 'x' }), 'invalid_blocks', 'unsupported type: markdown'],
	['a text without text', section({ type: 'mrkdwn' }), 'invalid_blocks', 'missing required field: text'],
	[
		'emoji for mrkdwn',
		section({ type: 'mrkdwn', text: 'x', emoji: false }),
		'invalid_blocks',
		'additional property: "emoji"',
	],
	[
		'eleven fields',
		{ blocks: [{ type: 'section', fields: Array(11).fill(plain('x')) }] },
		'invalid_blocks',
		'no more than 10 items',
	],
	['no fields', { blocks: [{ type: 'section', fields: [] }] }, 'invalid_blocks', 'no fewer than 1 items'],
	['fields in a text', { blocks: [{ type: 'section', fields: 'x' }] }, 'invalid_blocks', 'must be an array'],
	[
		'a field of 2001',
		{ blocks: [{ type: 'section', fields: [plain('x'.repeat(2001))] }] },
		'invalid_blocks',
		'must be less than 2001 characters',
	],
	[
		'a header of 151',
		{ blocks: [{ type: 'header', text: plain('x'.repeat(151)) }] },
		'invalid_blocks',
		'must be less than 151 characters',
	],
	[
		'a header with markup',
		{ blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] },
		'invalid_blocks',
		'unsupported type: mrkdwn',
	],
	[
		'a context of eleven',
		{ blocks: [{ type: 'context', elements: Array(11).fill(plain('x')) }] },
		'invalid_blocks',
		'no more than 10 items',
	],
];

describe.each(REFUSED)('%s', (_, body, word, detail = '') => {
	it('is refused by a webhook in a word', () => {
		const workspace = createSlack();
		expect(ask(workspace, withBody(hook, body))).toMatchObject({ status: 400, body: word });
		expect(workspace.tickets).toEqual([]);
	});

	it('is refused to a bot with status 200', () => {
		const workspace = createSlack();
		const response = ask(workspace, withBody(bot, { channel: '#it-support', ...body }));
		expect(response.status).toBe(200);
		const { ok, error, errors = [''] } = bodyOf(response) as { ok: boolean; error: string; errors?: string[] };
		expect({ ok, error }).toEqual({ ok: false, error: word });
		expect(errors[0]).toContain(detail);
		expect(() => slack.receipt(response, byBot)).toThrow(word);
		expect(workspace.tickets).toEqual([]);
	});
});

it.each([
	['no token', {}, { authorization: '' }, 'not_authed'],
	['a token as Basic', {}, { authorization: `Basic ${botToken}` }, 'not_authed'],
	['another token', {}, { authorization: 'Bearer xoxb-another' }, 'invalid_auth'],
	['another method of the API', { url: `${HOST}/api/chat.postmessage` }, {}, 'unknown_method'],
	['GET', { method: 'GET' }, {}, 'invalid_post_type'],
	['text', {}, { 'content-type': 'text/plain' }, 'invalid_post_type'],
	['no JSON', { body: '{' }, {}, 'invalid_json'],
	['a list', { body: '[]' }, {}, 'json_not_object'],
	['no channel', { body: '{"text":"x"}' }, {}, 'invalid_arguments'],
	['another channel', { body: '{"text":"x","channel":"#nowhere"}' }, {}, 'channel_not_found'],
	['no such thread', { body: '{"text":"x","channel":"#it-support","thread_ts":"1.2"}' }, {}, 'thread_not_found'],
] as const)('a bot is refused for %s', (_, change, headers, error) => {
	const workspace = createSlack();
	const response = ask(workspace, { ...withHeaders(bot, headers), ...change });
	expect(response.status).toBe(200);
	expect(bodyOf(response)).toMatchObject({ ok: false, error });
	expect(workspace.tickets).toEqual([]);
});

it('a bot is warned of JSON without its charset, and not otherwise', () => {
	const bare = withHeaders(bot, { 'content-type': 'application/json' });
	expect(bodyOf(ask(createSlack(), bare))).toMatchObject({ ok: true, warning: 'missing_charset' });
	expect(bodyOf(ask(createSlack(), bot))).not.toHaveProperty('warning');
});

it('knows no other address', () => {
	expect(ask(createSlack(), { ...hook, url: `${HOST}/triggers/T1/1/x` }).status).toBe(404);
});

const mrkdwn = (text: string) => section({ type: 'mrkdwn', text });

it.each([
	['everyone in a channel', { text: 'Look <!channel> here' }, ['<!channel>']],
	['several', { text: '<!here|here> <@U0123> <#C0123|it>' }, ['<!here|here>', '<@U0123>', '<#C0123|it>']],
	['a link with other words', { text: '<https://evil.example|your bank>' }, ['<https://evil.example|your bank>']],
	['one in a block', { text: 'x', ...mrkdwn('<!everyone>') }, ['<!everyone>']],
	['one in an attachment', { attachments: [{ text: '<!subteam^S01>' }] }, ['<!subteam^S01>']],
	['one in a field', { blocks: [{ type: 'section', fields: [{ type: 'mrkdwn', text: '<@W1>' }] }] }, ['<@W1>']],
	['names where they are looked for', { text: 'a@b @here #it', link_names: true }, ['@here', '#it']],
	['names where all is looked for', { text: '@channel', parse: 'full' }, ['@channel']],
	['names otherwise', { text: '@here #it', parse: 'none', link_names: false }, []],
	['what is escaped', { text: '&lt;!channel&gt; a < b > c', ...mrkdwn('&lt;@U1&gt;') }, []],
	['plain text', { text: 'x', ...section(plain('<!channel> <@U1>')) }, []],
	['a text without markup', { text: '<!channel>', mrkdwn: false }, []],
])('takes for a mention: %s', (_, body, mentions) => {
	const workspace = createSlack();
	expect(ask(workspace, withBody(hook, body)).body).toBe('ok');
	expect(workspace.mentions).toEqual(mentions);
});

it('finds no id where none was added', () => {
	const workspace = createSlack();
	ask(workspace, withBody(hook, { text: 'Ticket: TKT-1' }));
	delivered(workspace, slack, { ...byWebhook, ticket: buildTicket({ description: 'Ticket: TKT-FALSE' }) });
	expect(workspace.tickets.map(({ ticketId }) => ticketId)).toEqual(['', byWebhook.ticketId]);
});
