import { isRecord, readJson, type JsonRecord } from '../core/json';
import { readBearer, saysJson } from './authorization';
import { areTooLong, blockProblems, textsIn } from './slack-blocks';
import { mentionsIn } from './slack-mentions';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { ticketIdIn } from './ticket-id';

export const SLACK_WORKSPACE = {
	webhookPath: '/services/T00000000/B00000000/fake',
	botToken: 'xoxb-fake',
	channels: { '#it-support': 'C0123456789' } as Readonly<Record<string, string>>,
};

export interface SlackOptions {
	/** Those of SLACK_WORKSPACE by default. */
	webhookPath?: string;
	botToken?: string;
	/** Ids by name; the first is the webhook's. */
	channels?: Readonly<Record<string, string>>;
}

export interface FakeSlack extends FakeTarget {
	/** What Slack would have taken for a mention or a link in the messages it took. */
	readonly mentions: readonly string[];
}

/** Slack: an incoming webhook, and for a bot chat.postMessage and auth.test. */
export function createSlack(options: SlackOptions = {}): FakeSlack {
	const { webhookPath, botToken, channels } = { ...SLACK_WORKSPACE, ...options };
	const workspace: Workspace = { tickets: [], mentions: [], channels: new Map(Object.entries(channels)), posts: 0 };
	return {
		system: 'slack',
		tickets: workspace.tickets,
		mentions: workspace.mentions,
		answer(request) {
			const [, area, ...names] = request.path.split('/');
			if (area === 'services') return wrongHook(request, webhookPath) ?? byWebhook(request, workspace);
			if (area !== 'api') return { status: 404, body: '' };
			const method = METHODS.get(names.join('/'));
			if (!method) return refused('unknown_method');
			const token = readBearer(request);
			if (token === null) return refused('not_authed');
			return token === botToken ? method(request, workspace) : refused('invalid_auth');
		},
	};
}

interface Workspace {
	tickets: Message[];
	mentions: string[];
	channels: Map<string, string>;
	/** Messages so far, replies among them. */
	posts: number;
}

interface Message extends HeldTicket {
	body: JsonRecord;
}

/** Of the API, by name. */
const METHODS = new Map<string, (request: TargetRequest, workspace: Workspace) => TargetAnswer>([
	['auth.test', introduce],
	['chat.postMessage', byBot],
]);

/** Webhooks speak in plain words with a status of their own. */
function word(status: number, body: string): TargetAnswer {
	return { status, headers: { 'content-type': 'text/html' }, body };
}

/** The API says no with status 200. */
function refused(error: string, errors: string[] = []): TargetAnswer {
	const messages = errors.map((one) => `[ERROR] ${one}`);
	return {
		status: 200,
		body: { ok: false, error, ...(errors.length > 0 && { errors, response_metadata: { messages } }) },
	};
}

function wrongHook({ method, path }: TargetRequest, webhookPath: string): TargetAnswer | null {
	if (path === webhookPath) return method === 'POST' ? null : word(405, 'method_not_allowed');
	const [given, own] = [path, webhookPath].map((one) => one.split('/'));
	if (given[2] !== own[2]) return word(404, 'no_team');
	return given[3] === own[3] ? word(403, 'invalid_token') : word(404, 'no_service');
}

function byWebhook(request: TargetRequest, workspace: Workspace): TargetAnswer {
	const body = readJson(request.body);
	if (!saysJson(request) || !isRecord(body)) return word(400, 'invalid_payload');
	const [[name = '', own = ''] = []] = workspace.channels;
	if (body.channel !== undefined && channelOf(body.channel, workspace) === null) return word(404, 'channel_not_found');
	const problem = messageProblem(body);
	if (problem) return word(400, problem.error);
	post(body, channelOf(body.channel ?? name, workspace) ?? own, workspace);
	return word(200, 'ok');
}

function channelOf(channel: unknown, { channels }: Workspace): string | null {
	if (typeof channel !== 'string') return null;
	return channels.get(channel) ?? [...channels.values()].find((id) => id === channel) ?? null;
}

const LONGEST_TEXT = 40_000;
const MOST_ATTACHMENTS = 100;

interface MessageProblem {
	error: string;
	details?: string[];
}

function messageProblem({ text, blocks, attachments }: JsonRecord): MessageProblem | null {
	const isEmpty = [text, blocks, attachments].every((part) => part === undefined || part === '' || isEmptyList(part));
	if (isEmpty || (text !== undefined && typeof text !== 'string')) return { error: 'no_text' };
	if (typeof text === 'string' && text.length > LONGEST_TEXT) return { error: 'msg_too_long' };
	if (Array.isArray(attachments) && attachments.length > MOST_ATTACHMENTS) return { error: 'too_many_attachments' };
	if (blocks === undefined) return null;
	if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format' };
	const details = blockProblems(blocks);
	if (details.length > 0) return { error: 'invalid_blocks', details };
	return areTooLong(blocks) ? { error: 'msg_blocks_too_long' } : null;
}

function isEmptyList(part: unknown): boolean {
	return Array.isArray(part) && part.length === 0;
}

/** Takes a message or reply; its time, which is its name within the channel. */
function post(body: JsonRecord, channel: string, workspace: Workspace): string {
	const { tickets, mentions } = workspace;
	workspace.posts += 1;
	const ts = `1700000000.${String(workspace.posts).padStart(6, '0')}`;
	mentions.push(...mentionsIn(body));
	const parent = findMessage(channel, body.thread_ts, workspace);
	if (parent) parent.comments.push(String(body.text ?? ''));
	else tickets.push({ id: `${channel}/${ts}`, ticketId: idIn(body), body, comments: [] });
	return ts;
}

function findMessage(channel: string, ts: unknown, { tickets }: Workspace): Message | undefined {
	return ts === undefined ? undefined : tickets.find(({ id }) => id === `${channel}/${String(ts)}`);
}

function idIn({ blocks }: JsonRecord): string {
	return ticketIdIn(
		textsIn(blocks)
			.map(({ text }) => String(text))
			.join('\n'),
	);
}

/** Whose token it is, by GET as well as by POST. */
function introduce(): TargetAnswer {
	const team = { url: 'https://example.slack.com/', team: 'Example', team_id: 'T00000000' };
	const bot = { user: 'help_desk', user_id: 'U00000000', bot_id: 'B00000000' };
	return {
		status: 200,
		headers: { 'x-oauth-scopes': 'chat:write' },
		body: { ok: true, ...team, ...bot, is_enterprise_install: false },
	};
}

function byBot(request: TargetRequest, workspace: Workspace): TargetAnswer {
	if (request.method !== 'POST' || !saysJson(request)) return refused('invalid_post_type');
	const body = readJson(request.body);
	if (body === undefined) return refused('invalid_json');
	if (!isRecord(body)) return refused('json_not_object');
	if (body.channel === undefined) {
		return refused('invalid_arguments', ['missing required field: channel [json-pointer:/channel]']);
	}
	const channel = channelOf(body.channel, workspace);
	if (channel === null) return refused('channel_not_found');
	const problem = messageProblem(body) ?? threadProblem(body, channel, workspace);
	if (problem) return refused(problem.error, problem.details);
	const ts = post(body, channel, workspace);
	const warning = /charset=/iu.test(request.headers['content-type']) ? {} : { warning: 'missing_charset' };
	return {
		status: 200,
		body: { ok: true, channel, ts, message: { type: 'message', text: body.text, ts }, ...warning },
	};
}

/** A reply to what is not there. Slack has no word of its own for it here; this is that of conversations.replies. */
function threadProblem({ thread_ts: ts }: JsonRecord, channel: string, workspace: Workspace): MessageProblem | null {
	return ts === undefined || findMessage(channel, ts, workspace) ? null : { error: 'thread_not_found' };
}
