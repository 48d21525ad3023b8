import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger';
import { seldom } from '../seldom';
import { bound, within } from '../tracing/context';
import { beginTrace, childOf, readTraceparent } from '../tracing/traceparent';

/** What fails every request has fewer lines than requests. */
const FAILURE_EVERY_MS = 1000;

/**
 * One line a request, and the context of all that is done for it: its own id, and the caller's trace or a new one. The path is the route's pattern and the ticket is named by its id: nothing a caller wrote is logged.
 */
export function logRequests(log: Logger, now: () => number): RequestHandler {
	const complain = seldom(FAILURE_EVERY_MS, now);
	return (request, response, next) => {
		const started = now();
		const requestId = randomUUID();
		response.locals.requestId = requestId;
		response.set('X-Request-Id', requestId);
		const trace = readTraceparent(request.get('traceparent'));
		const finished = (): void => {
			const { ticketId, caller } = response.locals as { ticketId?: string; caller?: string };
			const route = (request.route as { path?: string } | undefined)?.path ?? 'unknown';
			const line = {
				request_id: requestId,
				method: request.method,
				route,
				status: response.statusCode,
				ms: now() - started,
				...(ticketId && { ticket_id: ticketId }),
				...(caller && { caller }),
				...(!response.writableFinished && { aborted: true }),
			};
			if (response.statusCode >= 500)
				complain((leftOut) => log.error({ ...line, ...(leftOut > 0 && { left_out: leftOut }) }, 'request'));
			else log.debug(line, 'request');
		};
		within({ requestId, trace: trace ? childOf(trace) : beginTrace() }, () => {
			response.on('close', bound(finished));
			next();
		});
	};
}
