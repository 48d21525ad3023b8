import { Router, type Request, type Response } from 'express';
import type { Department } from '../../core/departments';
import type { Logger } from '../logger';
import type { Rework, Reworked } from '../pipeline/rework';
import type { TicketRecord } from '../store/records';
import { callerOf } from './access';
import { answerSettled, type SettledDeps } from './answer-settled';
import { jsonBody, optionalBody } from './body';
import { HttpProblem, methodNotAllowed, validated } from './problems';
import { bulkRetryBody, correctionAmong, retryBody } from './rework-schemas';

export interface ReworkRoutesDeps extends SettledDeps {
	rework: Rework;
	departments: readonly Department[];
	log: Logger;
}

const SMALL = '100kb';

/** A person's decisions on tickets: corrections and retries. */
export function reworkRoutes(deps: ReworkRoutesDeps): Router {
	const router = Router();
	router
		.route('/tickets/retry')
		.post(...optionalBody(SMALL), async (request, response) => retryMany(request, response, deps))
		.all(methodNotAllowed('POST'));
	router
		.route('/tickets/:id/correct')
		.post(...jsonBody(SMALL), async (request, response) => correct(request, response, deps))
		.all(methodNotAllowed('POST'));
	router
		.route('/tickets/:id/retry')
		.post(...optionalBody(SMALL), async (request, response) => retryOne(request, response, deps))
		.all(methodNotAllowed('POST'));
	return router;
}

async function correct(request: Request, response: Response, deps: ReworkRoutesDeps): Promise<void> {
	const { department, assigned_to, note } = validated(correctionAmong(deps.departments), request.body);
	const by = callerOf(response);
	const correction = { department, assignedTo: assigned_to || null, note: note || null, by };
	const record = atWork(await deps.rework.correct(idOf(request), correction));
	deps.log.info({ ticket_id: record.ticket_id, department, caller: by }, 'ticket corrected');
	await answerSettled(record, request, response, deps);
}

async function retryOne(request: Request, response: Response, deps: ReworkRoutesDeps): Promise<void> {
	const { ask } = validated(retryBody, request.body);
	const by = callerOf(response);
	const record = atWork(await deps.rework.retry(idOf(request), { ask: ask ?? true, by }));
	deps.log.info({ ticket_id: record.ticket_id, caller: by }, 'failed ticket put back to work');
	await answerSettled(record, request, response, deps);
}

async function retryMany(request: Request, response: Response, deps: ReworkRoutesDeps): Promise<void> {
	const { limit, ...filter } = validated(bulkRetryBody, request.body);
	const outcome = await deps.rework.retryAll(filter, limit, callerOf(response));
	deps.log.info({ tickets: outcome.retried, caller: callerOf(response) }, 'failed tickets put back to work');
	response.status(202).json(outcome);
}

/** @throws HttpProblem where the ticket is not back at work */
function atWork(reworked: Reworked): TicketRecord {
	if (typeof reworked === 'string') throw REFUSALS[reworked]();
	return reworked;
}

const REFUSALS: Record<Extract<Reworked, string>, () => HttpProblem> = {
	unknown: () => new HttpProblem(404, 'There is no ticket with this id'),
	busy: () =>
		new HttpProblem(409, 'The ticket is being worked on at this moment: try again in a few seconds', {
			headers: { 'Retry-After': '3' },
		}),
	erased: () => new HttpProblem(409, 'Its text was erased: nothing more can be done with this ticket'),
	not_failed: () =>
		new HttpProblem(409, 'Only a failed ticket can be tried again. To send it elsewhere, correct its department'),
};

function idOf(request: Request): string {
	const id = String(request.params.id);
	if (!/^[\w-]{1,64}$/.test(id)) throw REFUSALS.unknown();
	return id;
}
