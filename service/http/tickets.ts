import { Router, type Request, type Response } from 'express';
import type { Knex } from 'knex';
import type { Ticket } from '../../core/ticket';
import type { Logger } from '../logger';
import { listEvents } from '../store/events';
import { isSettled, type TicketRecord } from '../store/records';
import { findTicket, listTickets } from '../store/tickets';
import { answerSettled, prefersAsync, type SettledDeps } from './answer-settled';
import { jsonBody } from './body';
import { listQuery } from './list-query';
import { presentTicket } from './present';
import { HttpProblem, fieldProblems, methodNotAllowed, problemBody, validated } from './problems';
import { ticketBody, ticketsBody, toTicket } from './schemas';

export interface TicketRoutesDeps extends SettledDeps {
	knex: Knex;
	now: () => number;
	log: Logger;
}

const ONE_TICKET = '1mb';
/** 500 tickets of the longest kind. */
const MANY_TICKETS = '12mb';

/** A database that is gone is gone for every ticket: that is said once in a while. */
const COMPLAINT_EVERY_MS = 10_000;

interface RouteDeps extends TicketRoutesDeps {
	complain: (error: unknown) => void;
}

export function ticketRoutes(given: TicketRoutesDeps): Router {
	const deps: RouteDeps = { ...given, complain: createComplaint(given) };
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
	const ticket = toTicket(validated(ticketBody, request.body));
	await answerSettled(await accept(ticket, deps), request, response, deps);
}

async function submitMany(request: Request, response: Response, deps: RouteDeps): Promise<void> {
	const { tickets } = validated(ticketsBody, request.body);
	const waitMs = prefersAsync(request) ? 0 : deps.syncWaitMs;
	const deadline = Date.now() + waitMs;
	const results = await Promise.all(
		tickets.map(async (item) => {
			const parsed = ticketBody.safeParse(item);
			if (!parsed.success) return problemBody(422, 'This ticket cannot be accepted', fieldProblems(parsed.error));
			try {
				const accepted = await accept(toTicket(parsed.data), deps);
				const record =
					waitMs === 0 ? accepted : await deps.pipeline.settled(accepted, Math.max(0, deadline - Date.now()));
				return presentTicket(record);
			} catch (error) {
				if (error instanceof HttpProblem) return problemBody(error.status, error.detail);
				throw error;
			}
		}),
	);
	const pending = results.some((result) => 'ticket_id' in result && !isSettled(result));
	response.status(pending ? 202 : 200).json({ results });
}

function createComplaint({ log, now }: TicketRoutesDeps): (error: unknown) => void {
	let last = -Infinity;
	return (error) => {
		if (now() - last < COMPLAINT_EVERY_MS) return;
		last = now();
		log.error({ error }, 'tickets cannot be stored');
	};
}

/** A ticket that could not be stored is answered with 503: the caller still has it and may send it again. */
async function accept(ticket: Ticket, { pipeline, complain }: RouteDeps): Promise<TicketRecord> {
	try {
		return await pipeline.accept(ticket);
	} catch (error) {
		complain(error);
		throw new HttpProblem(503, 'The ticket could not be stored and was not accepted: send it again later', {
			headers: { 'Retry-After': '5' },
		});
	}
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
