import type { AddressInfo } from 'node:net';
import express from 'express';
import { version } from '../package.json';
import { watchAccess } from './access-watch';
import { ConfigError, loadConfig, type Config } from './config';
import { environmentFiles, findRoot, lookupIn, readEnvironment } from './environment';
import type { Closing } from './http/draining';
import { metricsRoutes } from './http/operations';
import { errorHandler, notFound } from './http/problems';
import { listen, patienceFor } from './http/server';
import { createLogger, type Logger } from './logger';
import { createService, type Service } from './service';
import { shutDownOnSignal } from './shutdown';

async function main(): Promise<void> {
	const root = findRoot();
	const environment = readEnvironment(root, process.env);
	const config = loadConfig(environment, root);
	const log = createLogger(config.logLevel, config.environment);
	const access = await watchAccess({
		first: config,
		files: () => environmentFiles(root, process.env),
		load: () => loadConfig(readEnvironment(root, process.env), root),
		log,
	});
	const lookup = lookupIn(environment);
	const service = await createService({ config, access: access.current, log, version, lookup });
	const { server, closing } = await listen(service.app, config.port, config.host, patienceFor(config.syncWaitMs));
	const side = await listenForMetrics(config, service, log);
	shutDownOnSignal({ service, log, listeners: [closing, ...side], delayMs: config.shutdownDelayMs });
	const { address, port } = server.address() as AddressInfo;
	log.info(
		{ address, port, classifier: config.gemini?.mode ?? 'local', database: config.database.client },
		`listening on http://${address}:${port}`,
	);
}

/** A second listener with nothing but the metrics, which asks for no key, or none. If its port is taken, /metrics is still there. */
async function listenForMetrics({ metrics, host }: Config, service: Service, log: Logger): Promise<Closing[]> {
	if (!metrics.enabled || metrics.port === null) return [];
	const app = express().disable('x-powered-by');
	app.use(metricsRoutes(service.metrics.registry)).use(notFound).use(errorHandler(log));
	try {
		return [(await listen(app, metrics.port, host, patienceFor(0))).closing];
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
