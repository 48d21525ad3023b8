import type { Request, RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { methodLabel } from './labels';

export type RequestSeconds = Histogram<'route' | 'method' | 'status'>;

/** Callers may wait for their ticket, ten seconds unless configured otherwise. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createRequestSeconds(registry: Registry): RequestSeconds {
	return new Histogram({
		name: 'http_request_duration_seconds',
		help: 'Time of requests to this service by route pattern, method and status; aborted: the caller left before the end',
		labelNames: ['route', 'method', 'status'],
		buckets: BUCKETS,
		registers: [registry],
	});
}

/** Times every request. Nothing a caller wrote becomes a label. */
export function timeRequests(seconds: RequestSeconds): RequestHandler {
	return (request, response, next) => {
		const end = seconds.startTimer({ method: methodLabel(request.method) });
		response.on('close', () => {
			end({ route: routeOf(request), status: response.writableFinished ? String(response.statusCode) : 'aborted' });
		});
		next();
	};
}

/** The pattern; `unknown` where nothing is at the address, or the request did not get as far as that. */
function routeOf(request: Request): string {
	const path: unknown = (request.route as { path?: unknown } | undefined)?.path;
	return typeof path === 'string' ? path : 'unknown';
}
