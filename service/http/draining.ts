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

/**
 * Watches a server's answers, from before it listens. What is returned makes each of them, those under way included,
 * the last on its connection, and resolves when the server is closed, after `mostMs` at the latest.
 */
export function closable(server: Server): (mostMs: number) => Promise<void> {
	const open = new Set<ServerResponse>();
	let closing = false;
	server.prependListener('request', (_request, response) => {
		if (closing) response.setHeader('Connection', 'close');
		open.add(response);
		response.once('close', () => open.delete(response));
	});
	return (mostMs) =>
		new Promise((resolve) => {
			closing = true;
			[...open].filter(({ headersSent }) => !headersSent).forEach((one) => one.setHeader('Connection', 'close'));
			const timer = setTimeout(() => server.closeAllConnections(), mostMs);
			server.close(() => {
				clearTimeout(timer);
				resolve();
			});
			server.closeIdleConnections();
		});
}
