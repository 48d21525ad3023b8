import { Router, type Request, type Response } from 'express';
import type { Knex } from 'knex';
import type { z } from 'zod';
import type { Ticket } from '../../core/ticket';
import type { Logger } from '../logger';
import { seldom } from '../seldom';
import { listEvents } from '../store/events';
import { outageOf } from '../store/outages';
import { isSettled, type TicketRecord } from '../store/records';
import { listTickets } from '../store/ticket-pages';
import { findTicket } from '../store/tickets';
import { answerSettled, prefersAsync, type SettledDeps } from './answer-settled';
import { jsonBody } from './body';
import { idempotencyKey, REPLAYED_HEADER, requestKey } from './idempotency-key';
import { listQuery } from './list-query';
import { createOnce, type Accepted, type Once } from './once';
import { presentTicket } from './present';
import {
	COME_AGAIN,
	COMPLAINT_EVERY_MS,
	fieldProblems,
	HttpProblem,
	methodNotAllowed,
	problemBody,
	validated,
	type Problem,
} from './problems';
import { ticketBody, ticketsBody, toTicket } from './schemas';

export interface TicketRoutesDeps extends SettledDeps {
	knex: Knex;
	now: () => number;
	log: Logger;
}

const ONE_TICKET = '1mb';
/** 500 tickets of the longest kind. */
const MANY_TICKETS = '12mb';

interface RouteDeps extends TicketRoutesDeps {
	unavailable: (error: unknown) => HttpProblem;
	once: Once;
}

export function ticketRoutes(given: TicketRoutesDeps): Router {
	const unavailable = createUnavailable(given);
	const deps: RouteDeps = { ...given, unavailable, once: createOnce({ ...given, unavailable }) };
	const router = Router();
	router
		.route('/webhook/ticket')
		.post(...jsonBody(ONE_TICKET), async (request, response) => submitOne(request, response, deps))
		.all(methodNotAllowed('POST'));
	router
		.route('/webhook/tickets')
		.post(...jsonBody(MANY_TICKETS), async (request, response) => submitMany(request, response, deps))
		.all(methodNotAllowed('POST'));
	router
		.route('/webhook/ticket/:id')
		.get(async (request, response) => showOne(request, response, deps))
		.all(methodNotAllowed('GET'));
	router
		.route('/tickets')
		.get(async (request, response) => showPage(request, response, deps))
		.all(methodNotAllowed('GET'));
	return router;
}

async function submitOne(request: Request, response: Response, deps: RouteDeps): Promise<void> {
	const name = idempotencyKey(request, response);
	const ticket = toTicket(validated(ticketBody, request.body));
	if (name === null) return answerSettled(await accept(ticket, deps), request, response, deps);
	const [outcome] = await deps.once([ticket], requestKey(name, response, 'ticket', [ticket]));
	if (outcome instanceof HttpProblem) throw outcome;
	const { record, isRepeat } = outcome;
	if (isRepeat) response.set(REPLAYED_HEADER, 'true');
	return answerSettled(record, request, response, deps);
}

type ParsedTicket = z.ZodSafeParseResult<z.output<typeof ticketBody>>;
type Result = ReturnType<typeof presentTicket> | Problem;

async function submitMany(request: Request, response: Response, deps: RouteDeps): Promise<void> {
	const name = idempotencyKey(request, response);
	const { tickets } = validated(ticketsBody, request.body);
	const waitMs = prefersAsync(request) ? 0 : deps.syncWaitMs;
	const parsed = tickets.map((item) => ticketBody.safeParse(item));
	const results = await (name === null
		? submitEach(parsed, waitMs, deps)
		: submitEachOnce(parsed, { name, waitMs, response }, deps));
	const unavailable = results.find((result): result is Problem => result.status === 503);
	if (unavailable && !results.some((result) => 'ticket_id' in result))
		throw new HttpProblem(503, unavailable.detail, { headers: COME_AGAIN });
	const pending = results.some((result) => 'ticket_id' in result && !isSettled(result));
	response.status(pending ? 202 : 200).json({ results });
}

async function submitEach(parsed: ParsedTicket[], waitMs: number, deps: RouteDeps): Promise<Result[]> {
	const deadline = Date.now() + waitMs;
	return Promise.all(
		parsed.map(async (one) => {
			if (!one.success) return refusal(one.error);
			try {
				const accepted = await accept(toTicket(one.data), deps);
				const record =
					waitMs === 0 ? accepted : await deps.pipeline.settled(accepted, Math.max(0, deadline - Date.now()));
				return presentTicket(record);
			} catch (error) {
				if (error instanceof HttpProblem) return problemBody(error.status, error.detail);
				throw error;
			}
		}),
	);
}

async function submitEachOnce(
	parsed: ParsedTicket[],
	{ name, waitMs, response }: { name: string; waitMs: number; response: Response },
	deps: RouteDeps,
): Promise<Result[]> {
	const asked = parsed.map((one) => (one.success ? toTicket(one.data) : null));
	const tickets = asked.filter((ticket) => ticket !== null);
	const outcomes = await deps.once(tickets, requestKey(name, response, 'tickets', asked));
	const accepted = outcomes.filter((outcome): outcome is Accepted => !(outcome instanceof HttpProblem));
	if (accepted.some(({ isRepeat }) => isRepeat)) response.set(REPLAYED_HEADER, 'true');
	const records = accepted.map(({ record }) => record);
	const settled = await Promise.all(
		records.map((record) => (waitMs === 0 ? record : deps.pipeline.settled(record, waitMs))),
	);
	const byId = new Map(settled.map((record) => [record.ticket_id, record]));
	const answers = outcomes.map((outcome) => {
		if (outcome instanceof HttpProblem) return problemBody(outcome.status, outcome.detail);
		return presentTicket(byId.get(outcome.record.ticket_id) ?? outcome.record);
	});
	let next = 0;
	return parsed.map((one) => (one.success ? answers[next++] : refusal(one.error)));
}

function refusal(error: z.ZodError): Problem {
	return problemBody(422, 'This ticket cannot be accepted', fieldProblems(error));
}

async function accept(ticket: Ticket, { pipeline, unavailable }: RouteDeps): Promise<TicketRecord> {
	try {
		return await pipeline.accept(ticket);
	} catch (error) {
		throw unavailable(error);
	}
}

/**
 * A ticket that could not be stored is answered with 503: the caller still has it and may send it again. Where the connection
 * was lost with the commit under way nobody knows, so nothing is promised but by a key.
 */
function createUnavailable({ log, now }: TicketRoutesDeps): (error: unknown) => HttpProblem {
	const complain = seldom(COMPLAINT_EVERY_MS, now);
	return (error) => {
		complain((leftOut) => log.error({ error, left_out: leftOut }, 'tickets cannot be stored'));
		const outage = outageOf(error);
		const why = outage === null ? '' : ` (the database: ${outage})`;
		const detail = `The ticket could not be stored${why}: send it again later, with an Idempotency-Key so that it is taken once`;
		return new HttpProblem(503, detail, { headers: COME_AGAIN });
	};
}

async function showOne(request: Request, response: Response, { knex }: TicketRoutesDeps): Promise<void> {
	const id = String(request.params.id);
	const record = /^[\w-]{1,64}$/.test(id) ? await findTicket(knex, id) : undefined;
	if (!record) throw new HttpProblem(404, 'There is no ticket with this id');
	response.locals.ticketId = record.ticket_id;
	const expand = String(request.query.expand ?? '').split(',');
	response.json(
		presentTicket(record, expand.includes('history') ? await listEvents(knex, record.ticket_id) : undefined),
	);
}

async function showPage(request: Request, response: Response, { knex }: TicketRoutesDeps): Promise<void> {
	const { limit, cursor, ...filter } = validated(listQuery, request.query);
	const before = cursor === undefined ? undefined : Number(cursor);
	const { tickets, next } = await listTickets(knex, filter, { before, limit });
	response.json({
		tickets: tickets.map((ticket) => presentTicket(ticket)),
		next_cursor: next === null ? null : String(next),
	});
}
