import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Health } from './health';
import type { AccessSettings } from './access-settings';
import { authorise, identify, isOpen, type Access } from './http/access';
import { docsRoutes } from './http/docs';
import { refuseWhileDraining } from './http/draining';
import { erasingRoutes, type ErasingRoutesDeps } from './http/erasing';
import { mappingRoutes, type MappingRoutesDeps } from './http/mappings';
import { openApiDocument } from './http/openapi';
import { metricsRoutes, probeRoutes } from './http/operations';
import { allowOrigins, refuseStrangeHosts, refuseStrangeOrigins } from './http/origins';
import { errorHandler, notFound } from './http/problems';
import { limitRate } from './http/rate-limit';
import { refuseUnlessReceiving } from './http/receiving';
import { logRequests } from './http/request-log';
import { reworkRoutes, type ReworkRoutesDeps } from './http/rework';
import { subscriptionRoutes } from './http/subscriptions';
import { ticketRoutes } from './http/tickets';
import type { Metrics } from './metrics';
import { timeRequests } from './metrics/requests';

export interface AppDeps extends MappingRoutesDeps, ReworkRoutesDeps, ErasingRoutesDeps {
	health: Health;
	/** Null where metrics are switched off. */
	metrics: Metrics | null;
	access: () => Access;
	/** From where, under which names and how often calls may come. */
	limits: Pick<AccessSettings, 'allowedOrigins' | 'allowedHosts' | 'trustProxy' | 'requestsPerMinute'>;
	/** Whether tickets are taken here. */
	receives: boolean;
	version: string;
}

/** The HTTP face. It never listens: that is for whoever calls. */
export function createApp(deps: AppDeps): Express {
	const { access, limits } = deps;
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.set('query parser', 'simple');
	app.set('trust proxy', limits.trustProxy);
	// Answers have no ETag, and yet Express would answer `If-None-Match: *` with an empty 304.
	Object.defineProperty(app.request, 'fresh', { value: false });
	app.use(logRequests(deps.log, deps.now));
	if (deps.metrics) app.use(timeRequests(deps.metrics.requests));
	app.use(
		helmet({
			contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
			strictTransportSecurity: false,
		}),
	);
	app.use(allowOrigins(limits.allowedOrigins));
	app.use(probeRoutes(deps.health));
	const document = openApiDocument(deps.version, !isOpen(access()));
	app.use(docsRoutes(() => document));
	app.use(refuseStrangeHosts(limits.allowedHosts, () => isOpen(access())));
	app.use(refuseStrangeOrigins(limits.allowedOrigins));
	app.use(identify(access));
	app.use(limitRate(limits.requestsPerMinute));
	app.use(authorise);
	app.use(refuseWhileDraining(deps.health));
	app.use(refuseUnlessReceiving(deps.receives));
	if (deps.metrics) app.use(metricsRoutes(deps.metrics.registry));
	app.use(ticketRoutes(deps));
	app.use(erasingRoutes(deps));
	app.use(reworkRoutes(deps));
	app.use(mappingRoutes(deps));
	app.use(subscriptionRoutes(deps));
	app.use(notFound);
	app.use(errorHandler(deps.log));
	return app;
}
