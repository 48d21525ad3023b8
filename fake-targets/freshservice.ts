import { isRecord, readJson, type JsonRecord } from '../core/json';
import { readBasic, saysJson } from './authorization';
import {
	FILTER_PARAMETERS,
	LIST_PARAMETERS,
	NOTE_FIELDS,
	fieldErrors,
	ticketErrors,
	type FieldError,
} from './freshservice-fields';
import { findRoute, type Route } from './route';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { ticketIdIn } from './ticket-id';

export const FRESHSERVICE_KEY = 'fake-key';

export interface FreshserviceOptions {
	/** FRESHSERVICE_KEY by default. */
	apiKey?: string;
	/** Until the filter finds a new ticket; 0 by default. */
	indexLagMs?: number;
	/** Milliseconds since 1970. */
	now?: () => number;
}

/** Freshservice, API v2: tickets, their notes, the list of them, and the filter by tag. */
export function createFreshservice(options: FreshserviceOptions = {}): FakeTarget {
	const { apiKey = FRESHSERVICE_KEY, indexLagMs = 0, now = Date.now } = options;
	const tickets: Incident[] = [];
	const desk: Desk = { tickets, indexLagMs, now };
	return {
		system: 'freshservice',
		tickets,
		answer(request) {
			const basic = readBasic(request);
			if (basic?.user !== apiKey || basic.password !== 'X') return NOT_LOGGED_IN;
			const { handle, id, methods } = findRoute(ROUTES, request);
			if (handle) return handle(request, { desk, id });
			return methods.length > 0 ? wrongMethod(methods) : NOT_FOUND;
		},
	};
}

interface Incident extends HeldTicket {
	body: JsonRecord;
	createdAt: number;
}

interface Desk {
	tickets: Incident[];
	indexLagMs: number;
	now: () => number;
}

interface Asked {
	desk: Desk;
	id: string;
}

const ROUTES: Route<(request: TargetRequest, asked: Asked) => TargetAnswer>[] = [
	['POST', /^\/api\/v2\/tickets$/u, create],
	['GET', /^\/api\/v2\/tickets$/u, list],
	['GET', /^\/api\/v2\/tickets\/filter$/u, filter],
	['GET', /^\/api\/v2\/tickets\/(\d+)$/u, show],
	['POST', /^\/api\/v2\/tickets\/(\d+)\/notes$/u, note],
];

const NOT_LOGGED_IN: TargetAnswer = {
	status: 401,
	body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
};
const NOT_FOUND: TargetAnswer = { status: 404, body: '' };

function wrongMethod(methods: string[]): TargetAnswer {
	const message = `This method is not allowed. It should be one of these method(s): ${methods.join(', ')}`;
	return { status: 405, headers: { allow: methods.join(', ') }, body: { message } };
}

function invalid(errors: FieldError[]): TargetAnswer {
	return { status: 400, body: { description: 'Validation failed', errors } };
}

type Read = { body: JsonRecord } | { refusal: TargetAnswer };

function readBody(request: TargetRequest): Read {
	if (!saysJson(request)) {
		const message = 'Content-Type header is not supported. It should be set to application/json';
		return { refusal: { status: 415, body: { message } } };
	}
	const body = readJson(request.body);
	if (isRecord(body)) return { body };
	const message = 'Request body has invalid json format';
	return { refusal: { status: 400, body: { code: 'invalid_json', message } } };
}

function create(request: TargetRequest, { desk }: Asked): TargetAnswer {
	const read = readBody(request);
	if ('refusal' in read) return read.refusal;
	const { body } = read;
	const errors = ticketErrors(body);
	if (errors.length > 0) return invalid(errors);
	const id = String(desk.tickets.length + 1);
	const ticket = { id, ticketId: ticketIdIn(String(body.description)), body, comments: [], createdAt: desk.now() };
	desk.tickets.push(ticket);
	return { status: 201, body: { ticket: shown(ticket) } };
}

function shown({ id, body, createdAt }: Incident): JsonRecord {
	const at = new Date(createdAt).toISOString();
	return { type: 'Incident', source: 2, tags: [], ...body, id: Number(id), created_at: at, updated_at: at };
}

function find({ desk, id }: Asked): Incident | undefined {
	return desk.tickets[Number(id) - 1];
}

function show(_: TargetRequest, asked: Asked): TargetAnswer {
	const ticket = find(asked);
	return ticket ? { status: 200, body: { ticket: shown(ticket) } } : NOT_FOUND;
}

function note(request: TargetRequest, asked: Asked): TargetAnswer {
	const ticket = find(asked);
	if (!ticket) return NOT_FOUND;
	const read = readBody(request);
	if ('refusal' in read) return read.refusal;
	const { body } = read;
	const errors = fieldErrors(body, NOTE_FIELDS);
	if (errors.length > 0) return invalid(errors);
	const id = ticket.comments.push(String(body.body));
	const conversation = { private: true, incoming: false, ...body, id, ticket_id: Number(ticket.id) };
	return { status: 201, body: { conversation } };
}

/** The workspace of tickets that name none, and the only one searched where the question names none. */
const PRIMARY_WORKSPACE = 1;

/** What a query asks for, numbers as such. */
function readQuery(query: URLSearchParams): JsonRecord {
	return Object.fromEntries([...query].map(([name, value]) => [name, /^\d+$/u.test(value) ? Number(value) : value]));
}

function isIn(workspace: unknown, { body: { workspace_id: own = PRIMARY_WORKSPACE } }: Incident): boolean {
	return own === workspace;
}

/** Newest first. */
function list({ query }: TargetRequest, { desk }: Asked): TargetAnswer {
	const asked = readQuery(query);
	const errors = fieldErrors(asked, LIST_PARAMETERS);
	if (errors.length > 0) return invalid(errors);
	const { page = 1, per_page: size = 30, workspace_id: workspace = PRIMARY_WORKSPACE } = asked;
	const found = desk.tickets.filter((ticket) => isIn(workspace, ticket)).reverse();
	const start = Number(size) * (Number(page) - 1);
	return { status: 200, body: { tickets: found.slice(start, start + Number(size)).map(shown) } };
}

/** Of the filter's language only one condition on a tag. */
function filter({ query }: TargetRequest, { desk }: Asked): TargetAnswer {
	const asked = readQuery(query);
	const errors = fieldErrors(asked, FILTER_PARAMETERS);
	if (errors.length > 0) return invalid(errors);
	const { query: text = '', page = 1, workspace_id: workspace = PRIMARY_WORKSPACE } = asked;
	const [, tag] = /^"tag:'([^'"]+)'"$/u.exec(String(text)) ?? [];
	if (tag === undefined || String(text).length > 512) {
		return invalid([{ field: 'query', message: 'Given query is invalid', code: 'invalid_value' }]);
	}
	const found = desk.tickets.filter((ticket) => {
		const { tags } = ticket.body;
		const isIndexed = desk.now() - ticket.createdAt >= desk.indexLagMs;
		return isIndexed && isIn(workspace, ticket) && Array.isArray(tags) && tags.includes(tag);
	});
	const start = 30 * (Number(page) - 1);
	return { status: 200, body: { tickets: found.slice(start, start + 30).map(shown), total: found.length } };
}
