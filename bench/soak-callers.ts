import { connect } from 'node:net';
import { KEY } from './soak-world';

export interface Call {
	kind: string;
	method?: string;
	path: string;
	body?: unknown;
	headers?: Record<string, string>;
}

export interface Answered {
	status: number;
	json: Record<string, unknown>;
}

/** One caller's means: it chooses by a generator of its own. */
export interface Caller {
	random: () => number;
	call(request: Call): Promise<Answered>;
	ticket(): Record<string, string>;
	known(): string;
	url: string;
	wrong: string[];
}

const ASYNC = { prefer: 'respond-async' };
const BATCH = 20;
/** Of each kind: how often it comes, and what is done. */
const KINDS: [number, (caller: Caller) => Promise<unknown>][] = [
	[20, ({ call, ticket }) => call({ kind: 'ticket, waits', path: '/webhook/ticket', body: ticket() })],
	[20, ({ call, ticket }) => call({ kind: 'ticket, async', path: '/webhook/ticket', body: ticket(), headers: ASYNC })],
	[4, batch],
	[10, repeated],
	[20, ({ call, known }) => call({ kind: 'read', method: 'GET', path: `/webhook/ticket/${known()}?expand=history` })],
	[5, ({ call }) => call({ kind: 'page', method: 'GET', path: '/tickets?limit=50&status=routed' })],
	[
		3,
		({ call, known }) =>
			call({ kind: 'correct', path: `/tickets/${known()}/correct`, body: { department: 'IT' }, headers: ASYNC }),
	],
	[1, ({ call }) => call({ kind: 'retry', path: '/tickets/retry', body: { limit: 100 } })],
	[2, mappingChange],
	[1, subscription],
	[1, ({ call, random }) => call({ kind: 'erase', path: '/tickets/erase', body: { email: someoneGone(random) } })],
	[3, ({ call }) => call({ kind: 'metrics', method: 'GET', path: '/metrics' })],
	[2, ({ call }) => call({ kind: 'health', method: 'GET', path: '/health' })],
	[3, aborted],
	[1, slow],
];

async function batch({ call, ticket }: Caller): Promise<void> {
	await call({
		kind: `batch of ${BATCH}`,
		path: '/webhook/tickets',
		body: { tickets: Array.from({ length: BATCH }, ticket) },
		headers: ASYNC,
	});
}

/** The same request under a key, twice at the same time and once more: one ticket. */
async function repeated({ call, ticket, random, wrong }: Caller): Promise<void> {
	const key = `soak-${random()}`;
	const request = {
		kind: 'with a key',
		path: '/webhook/ticket',
		body: ticket(),
		headers: { ...ASYNC, 'idempotency-key': key },
	};
	const answers = await Promise.all([call(request), call(request)]);
	answers.push(await call(request));
	const ids = new Set(answers.flatMap(({ json }) => (typeof json.ticket_id === 'string' ? [json.ticket_id] : [])));
	if (ids.size > 1) wrong.push(`one key made ${ids.size} tickets: ${[...ids].join()}`);
}

/** One of those who have their texts erased now and then. */
export function someoneGone(random: () => number): string {
	return `gone${Math.floor(random() * 20)}@example.com`;
}

/** One that takes nothing, so that tickets go where they went. */
async function mappingChange({ call }: Caller): Promise<void> {
	const body = { department: 'General', system: 'inbox', is_active: false };
	const { json } = await call({ kind: 'mapping', path: '/mappings', body });
	const path = `/mappings/${String(json.id)}`;
	await call({ kind: 'mapping', method: 'PUT', path, body: { ...body, team_name: 'Soak' } });
	await call({ kind: 'mapping', method: 'DELETE', path });
}

async function subscription({ call, url }: Caller): Promise<void> {
	const body = { url: `${url}/livez`, events: ['settled'] };
	const { status, json } = await call({ kind: 'subscription', path: '/subscriptions', body });
	if (status === 201) await call({ kind: 'subscription', method: 'DELETE', path: `/subscriptions/${String(json.id)}` });
}

/** A caller that is gone before the answer. */
function aborted({ url, ticket }: Caller): Promise<void> {
	return written(url, [request(ticket())], 5);
}

/** A caller whose bytes come drop by drop, and who leaves in the midst of them. */
function slow({ url, ticket }: Caller): Promise<void> {
	return written(
		url,
		request(ticket())
			.match(/[^]{1,60}/g)
			?.slice(0, 4) ?? [],
		100,
	);
}

function request(ticket: Record<string, string>): string {
	const body = JSON.stringify(ticket);
	const head = `POST /webhook/ticket HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer ${KEY}\r\n`;
	return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function written(url: string, pieces: string[], pauseMs: number): Promise<void> {
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	socket.on('error', () => undefined);
	for (const piece of pieces) {
		socket.write(piece);
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
	}
	socket.destroy();
}

const ALL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

/** What a caller does next. */
export function pick(chance: number): (caller: Caller) => Promise<unknown> {
	let left = chance * ALL;
	return (KINDS.find(([weight]) => (left -= weight) < 0) ?? KINDS[0])[1];
}
