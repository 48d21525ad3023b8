import type { Server, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Health } from '../health';
import { HttpProblem } from './problems';

/** Nothing new is taken while the service ends; what it has can be read until it is gone. */
export function refuseWhileDraining(health: Health): RequestHandler {
	return (request, _response, next) => {
		if (!health.draining() || request.method === 'GET' || request.method === 'HEAD') return next();
		throw new HttpProblem(503, 'The service is shutting down and took nothing: send it again', {
			headers: { 'Retry-After': '5' },
		});
	};
}

/** A server on its way to its end. */
export interface Closing {
	/** From now on each answer, those under way included, is the last on its connection; new ones are still taken. */
	endConnections(): void;
	/** As that, and nothing more is listened to. Resolves when the server is closed, after `mostMs` at the latest. */
	close(mostMs: number): Promise<void>;
}

/** Watches a server's answers, from before it listens. */
export function closable(server: Server): Closing {
	const open = new Set<ServerResponse>();
	let closing = false;
	server.prependListener('request', (_request, response) => {
		if (closing) response.setHeader('Connection', 'close');
		open.add(response);
		response.once('close', () => open.delete(response));
	});
	function endConnections(): void {
		closing = true;
		[...open].filter(({ headersSent }) => !headersSent).forEach((one) => one.setHeader('Connection', 'close'));
	}
	return {
		endConnections,
		close: (mostMs) =>
			new Promise((resolve) => {
				endConnections();
				const timer = setTimeout(() => server.closeAllConnections(), mostMs);
				server.close(() => {
					clearTimeout(timer);
					resolve();
				});
				server.closeIdleConnections();
			}),
	};
}
