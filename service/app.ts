import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Health } from './health';
import { requireApiKey } from './http/access';
import type { ApiKey } from './http/api-keys';
import { docsRoutes } from './http/docs';
import { refuseWhileDraining } from './http/draining';
import { erasingRoutes, type ErasingRoutesDeps } from './http/erasing';
import { mappingRoutes, type MappingRoutesDeps } from './http/mappings';
import { openApiDocument } from './http/openapi';
import { metricsRoutes, probeRoutes } from './http/operations';
import { errorHandler, notFound } from './http/problems';
import { refuseUnlessReceiving } from './http/receiving';
import { logRequests } from './http/request-log';
import { reworkRoutes, type ReworkRoutesDeps } from './http/rework';
import { subscriptionRoutes } from './http/subscriptions';
import { ticketRoutes } from './http/tickets';
import type { Metrics } from './metrics';

export interface AppDeps extends MappingRoutesDeps, ReworkRoutesDeps, ErasingRoutesDeps {
	health: Health;
	/** Null where metrics are switched off. */
	metrics: Metrics | null;
	apiKeys: readonly ApiKey[];
	/** Whether tickets are taken here. */
	receives: boolean;
	version: string;
}

/** The HTTP face. It never listens: that is for whoever calls. */
export function createApp(deps: AppDeps): Express {
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.set('query parser', 'simple');
	app.use(logRequests(deps.log, deps.now));
	app.use(
		helmet({
			contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
			strictTransportSecurity: false,
		}),
	);
	app.use(probeRoutes(deps.health));
	const document = openApiDocument(deps.version, deps.apiKeys.length > 0);
	app.use(docsRoutes(() => document));
	app.use(requireApiKey(deps.apiKeys));
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
