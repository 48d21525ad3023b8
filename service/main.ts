import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { version } from '../package.json';
import { ConfigError, loadConfig, type Config } from './config';
import { findRoot, lookupIn, readEnvironment, unusedVariables } from './environment';
import { closable, type Closing } from './http/draining';
import { metricsRoutes } from './http/operations';
import { answerBrokenRequests, errorHandler, notFound } from './http/problems';
import { createLogger, type Logger } from './logger';
import { createService, type Service } from './service';
import { shutDownOnSignal } from './shutdown';

async function main(): Promise<void> {
	const root = findRoot();
	const environment = readEnvironment(root, process.env);
	const config = loadConfig(environment, root);
	const log = createLogger(config.logLevel, config.environment);
	for (const name of unusedVariables(environment))
		log.warn({ name }, 'this variable is set but this version does not use it');
	const service = await createService({ config, log, version, lookup: lookupIn(environment) });
	const { server, closing } = await listen(service.app, config.port, config.host);
	const side = await listenForMetrics(config, service, log);
	shutDownOnSignal({ service, log, listeners: [closing, ...side], delayMs: config.shutdownDelayMs });
	const { address, port } = server.address() as AddressInfo;
	log.info(
		{ address, port, classifier: config.gemini?.mode ?? 'local', database: config.database.client },
		`listening on http://${address}:${port}`,
	);
}

interface Listener {
	server: Server;
	closing: Closing;
}

/** Longer than balancers keep a connection that nobody uses, a minute most often: who ends one may be meeting a request on it. */
const IDLE_CONNECTIONS_MS = 75_000;

function listen(app: Express, port: number, host: string): Promise<Listener> {
	const server = createServer({ keepAliveTimeout: IDLE_CONNECTIONS_MS }, app);
	const closing = closable(server);
	answerBrokenRequests(server);
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve({ server, closing }));
	});
}

/** A second listener with nothing but the metrics, or none. If its port is taken, /metrics is still there. */
async function listenForMetrics({ metrics, host }: Config, service: Service, log: Logger): Promise<Closing[]> {
	if (!metrics.enabled || metrics.port === null) return [];
	const app = express().disable('x-powered-by');
	app.use(metricsRoutes(service.metrics.registry)).use(notFound).use(errorHandler(log));
	try {
		return [(await listen(app, metrics.port, host)).closing];
	} catch {
		log.warn({ port: metrics.port }, 'METRICS_PORT is taken: metrics are at /metrics only');
		return [];
	}
}

main().catch((error: unknown) => {
	const port = (error as { code?: unknown }).code === 'EADDRINUSE';
	const text = port
		? 'The port is taken: set PORT to a free one'
		: error instanceof ConfigError
			? error.message
			: error;
	console.error(text);
	process.exitCode = 1;
	setImmediate(() => process.exit(1));
});
