import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger';

/** One line a request. The path is the route's pattern and the ticket is named by its id: nothing a caller wrote is logged. */
export function logRequests(log: Logger, now: () => number): RequestHandler {
	return (request, response, next) => {
		const started = now();
		const requestId = randomUUID();
		response.locals.requestId = requestId;
		response.set('X-Request-Id', requestId);
		response.on('close', () => {
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
			if (response.statusCode >= 500) log.error(line, 'request');
			else log.debug(line, 'request');
		});
		next();
	};
}
