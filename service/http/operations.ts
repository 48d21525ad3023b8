import { Router, type Response } from 'express';
import type { Registry } from 'prom-client';
import type { Health } from '../health';
import { methodNotAllowed, sendProblem } from './problems';

/** What those who run the service ask it; open to probes, without a key. */
export function probeRoutes(health: Health): Router {
	const router = Router();
	router
		.route('/health')
		.get(async (_request, response) => {
			const report = await health.report();
			response.status(report.status === 'unhealthy' ? 503 : 200).json(report);
		})
		.all(methodNotAllowed('GET'));
	router
		.route('/livez')
		.get((_request, response) => void response.type('text').send('ok'))
		.all(methodNotAllowed('GET'));
	router
		.route('/readyz')
		.get(async (_request, response) => {
			const reason = await health.notReady();
			if (reason === null) response.type('text').send('ok');
			else sendProblem(response, 503, reason);
		})
		.all(methodNotAllowed('GET'));
	return router;
}

export function metricsRoutes(registry: Registry): Router {
	const router = Router();
	router
		.route('/metrics')
		.get(async (_request, response) => sendMetrics(registry, response))
		.all(methodNotAllowed('GET'));
	return router;
}

async function sendMetrics(registry: Registry, response: Response): Promise<void> {
	const text = await registry.metrics();
	response.set('Content-Type', registry.contentType).end(text);
}
