import { isRecord, readJson, type JsonRecord } from '../core/json';
import { readBasic, saysJson } from './authorization';
import { findRoute, type Route } from './route';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { asTicketId } from './ticket-id';
import { commentText, createDetails, updateDetails, wrongAttribute, type Details } from './zendesk-ticket';
import { agentOf, VISITOR } from './zendesk-user';

export const ZENDESK_ACCOUNT = { email: 'agent@example.com', apiToken: 'fake-token' };

export interface ZendeskOptions {
	/** Those of ZENDESK_ACCOUNT by default. */
	email?: string;
	apiToken?: string;
	/** Milliseconds since 1970. */
	now?: () => number;
}

/** Zendesk Support, API v2: tickets, their comments, the list by external id, keys by which it knows repetitions, and who asks. */
export function createZendesk(options: ZendeskOptions = {}): FakeTarget {
	const { email, apiToken, now = Date.now } = { ...ZENDESK_ACCOUNT, ...options };
	const tickets: Ticket[] = [];
	const desk: Desk = { tickets, keys: new Map(), now, agent: agentOf(email, now()) };
	return {
		system: 'zendesk',
		tickets,
		answer(request) {
			const { handle, id } = findRoute(ROUTES, request);
			const basic = readBasic(request);
			const isVisitor = request.headers.authorization === undefined && handle === showSelf;
			if (isVisitor) return { status: 200, body: { user: VISITOR } };
			if (basic?.user !== `${email}/token` || basic.password !== apiToken) return NOT_AUTHENTICATED;
			return handle ? handle(request, { desk, id }) : NO_ENDPOINT;
		},
	};
}

interface Ticket extends HeldTicket {
	body: JsonRecord;
}

interface Keyed {
	body: string;
	answer: TargetAnswer;
	at: number;
}

interface Desk {
	tickets: Ticket[];
	keys: Map<string, Keyed>;
	now: () => number;
	agent: JsonRecord;
}

interface Asked {
	desk: Desk;
	id: string;
}

const ROUTES: Route<(request: TargetRequest, asked: Asked) => TargetAnswer>[] = [
	['POST', /^\/api\/v2\/tickets(?:\.json)?$/u, createOnce],
	['GET', /^\/api\/v2\/tickets(?:\.json)?$/u, list],
	['GET', /^\/api\/v2\/tickets\/(\d+)(?:\.json)?$/u, show],
	['PUT', /^\/api\/v2\/tickets\/(\d+)(?:\.json)?$/u, update],
	['GET', /^\/api\/v2\/users\/me(?:\.json)?$/u, showSelf],
];

const NOT_AUTHENTICATED: TargetAnswer = {
	status: 401,
	headers: { 'www-authenticate': 'Basic realm="Web Password"' },
	body: { error: "Couldn't authenticate you" },
};
const NO_ENDPOINT: TargetAnswer = {
	status: 404,
	body: { error: { title: 'No such endpoint', message: 'There is nothing at this address' } },
};
const NO_TICKET: TargetAnswer = { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };

const KEY_LIFE_MS = 2 * 3600 * 1000;
const LONGEST_KEY = 255;

/** A key says for two hours that a request is the same as before: it is answered as then, if it is. */
function createOnce(request: TargetRequest, asked: Asked): TargetAnswer {
	const { desk } = asked;
	const key = request.headers['idempotency-key'];
	if (key === undefined) return create(request, asked);
	if (key === '' || key.length > LONGEST_KEY)
		return badKey(`The idempotency key must have 1 to ${LONGEST_KEY} characters`);
	const known = desk.keys.get(key);
	if (known && desk.now() - known.at < KEY_LIFE_MS) {
		if (known.body !== request.body) return badKey("Request parameters don't match the given idempotency key");
		return looked(known.answer, 'hit');
	}
	const answer = create(request, asked);
	if (answer.status === 201) desk.keys.set(key, { body: request.body, answer, at: desk.now() });
	return looked(answer, 'miss');
}

function badKey(description: string): TargetAnswer {
	return { status: 400, body: { error: 'IdempotentRequestError', description } };
}

function looked(answer: TargetAnswer, lookup: 'hit' | 'miss'): TargetAnswer {
	return { ...answer, headers: { ...answer.headers, 'x-idempotency-lookup': lookup } };
}

/** The ticket of a body. One that is not wrapped has none, which comes to the same as an empty one. */
function readTicket(request: TargetRequest): { ticket: JsonRecord } | { refusal: TargetAnswer } {
	if (!saysJson(request)) return { ticket: {} };
	const body = readJson(request.body);
	if (!isRecord(body)) {
		const description = 'The request body is not valid JSON';
		return { refusal: { status: 400, body: { error: 'InvalidJSON', description } } };
	}
	const { ticket = {} } = body;
	const wrong = isRecord(ticket) ? wrongAttribute(ticket) : 'ticket';
	if (isRecord(ticket) && wrong === null) return { ticket };
	const message = `You passed an invalid value for the ${wrong} attribute`;
	return { refusal: { status: 400, body: { error: { title: 'Invalid attribute', message } } } };
}

function invalid(details: Details): TargetAnswer {
	return { status: 422, body: { error: 'RecordInvalid', description: 'Record validation errors', details } };
}

function create(request: TargetRequest, { desk }: Asked): TargetAnswer {
	const read = readTicket(request);
	if ('refusal' in read) return read.refusal;
	const { ticket: body } = read;
	const details = createDetails(body);
	if (Object.keys(details).length > 0) return invalid(details);
	const id = String(desk.tickets.length + 1);
	const ticket: Ticket = { id, ticketId: asTicketId(body.external_id), body, comments: [] };
	desk.tickets.push(ticket);
	return { status: 201, headers: { location: `/api/v2/tickets/${id}.json` }, body: { ticket: shown(ticket) } };
}

function shown({ id, body }: Ticket): JsonRecord {
	const { comment: _, requester, ...rest } = body;
	return {
		...{ external_id: null, priority: null, status: 'new', tags: [] },
		...rest,
		...(isRecord(requester) && { requester_id: 1 }),
		id: Number(id),
		description: commentText(body) || body.description,
		url: `/api/v2/tickets/${id}.json`,
	};
}

function find({ desk, id }: Asked): Ticket | undefined {
	return desk.tickets[Number(id) - 1];
}

function show(_: TargetRequest, asked: Asked): TargetAnswer {
	const ticket = find(asked);
	return ticket ? { status: 200, body: { ticket: shown(ticket) } } : NO_TICKET;
}

function update(request: TargetRequest, asked: Asked): TargetAnswer {
	const ticket = find(asked);
	if (!ticket) return NO_TICKET;
	const read = readTicket(request);
	if ('refusal' in read) return read.refusal;
	const { comment, ...changes } = read.ticket;
	const details = updateDetails(read.ticket);
	if (Object.keys(details).length > 0) return invalid(details);
	ticket.body = { ...ticket.body, ...changes };
	if (isRecord(comment)) ticket.comments.push(commentText(read.ticket));
	return { status: 200, body: { ticket: shown(ticket), audit: { ticket_id: Number(ticket.id) } } };
}

function list({ query }: TargetRequest, { desk }: Asked): TargetAnswer {
	const wanted = query.get('external_id');
	const found = desk.tickets.filter(({ body }) => wanted === null || body.external_id === wanted);
	const tickets = found.slice(0, 100).map(shown);
	return { status: 200, body: { tickets, next_page: null, previous_page: null, count: found.length } };
}

function showSelf(_: TargetRequest, { desk }: Asked): TargetAnswer {
	return { status: 200, body: { user: desk.agent } };
}
