import { isIP } from 'node:net';
import cors from 'cors';
import type { Request, RequestHandler } from 'express';
import { REPLAYED_HEADER } from './idempotency-key';
import { HttpProblem } from './problems';

const EXPOSED = ['Location', 'Retry-After', 'X-Request-Id', 'RateLimit', 'RateLimit-Policy', REPLAYED_HEADER];
const SENT = ['Authorization', 'Content-Type', 'Idempotency-Key', 'Prefer', 'X-API-Key'];
const PREFLIGHT_SECONDS = 600;

/** Lets pages of these origins read answers; without any, no page of another origin can. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
	if (origins.length === 0) return (_request, _response, next) => next();
	return cors({
		origin: [...origins],
		methods: ['GET', 'POST', 'PUT', 'DELETE'],
		allowedHeaders: SENT,
		exposedHeaders: EXPOSED,
		maxAge: PREFLIGHT_SECONDS,
	});
}

/**
 * Refuses what a page of a strange origin has a browser send: browsers ask nobody before a POST without a body, and where no
 * key is needed it would be heard.
 */
export function refuseStrangeOrigins(origins: readonly string[]): RequestHandler {
	return (request, _response, next) => {
		const origin = request.get('origin');
		const isReading = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
		if (origin === undefined || isReading || origins.includes(origin) || isOwn(origin, request)) return next();
		throw new HttpProblem(403, 'Pages of this origin may not send anything here: ALLOWED_ORIGINS names those that may');
	};
}

/** The pages under /docs. Whether by http or https is not known behind a proxy. */
function isOwn(origin: string, request: Request): boolean {
	return (
		/^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).host === request.get('host')?.toLowerCase()
	);
}

/**
 * Where no key is needed: refuses requests for a name of the internet, unless it is among `hosts`. A page could have its own
 * name lead to this machine, and what is here would be of its origin. Addresses, and names without a full stop, as those of
 * containers, are nobody's page.
 */
export function refuseStrangeHosts(hosts: readonly string[], isOpen: () => boolean): RequestHandler {
	return (request, _response, next) => {
		if (!isOpen()) return next();
		const host = hostOf(request);
		if (isIP(host) !== 0 || !host.includes('.') || host.endsWith('.localhost') || hosts.includes(host)) return next();
		throw new HttpProblem(421, 'Nothing is served under this name: ALLOWED_HOSTS names those that lead here');
	};
}

function hostOf(request: Request): string {
	const given = (request.headers.host ?? '').toLowerCase();
	return given
		.replace(/:\d*$/, '')
		.replace(/^\[|\]$/g, '')
		.replace(/\.$/, '');
}
