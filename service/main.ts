import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { version } from '../package.json';
import { ConfigError, loadConfig, type Config } from './config';
import { findRoot, lookupIn, readEnvironment, unusedVariables } from './environment';
import { metricsRoutes } from './http/operations';
import { answerBrokenRequests, notFound } from './http/problems';
import { createLogger, type Logger } from './logger';
import { createService, type Service } from './service';

const SHUTDOWN_MS = 25_000;

async function main(): Promise<void> {
	const root = findRoot();
	const environment = readEnvironment(root, process.env);
	const config = loadConfig(environment, root);
	const log = createLogger(config.logLevel, config.environment);
	for (const name of unusedVariables(environment))
		log.warn({ name }, 'this variable is set but this version does not use it');
	const service = await createService({ config, log, version, lookup: lookupIn(environment) });
	const server = await listen(createServer(service.app), config.port, config.host);
	answerBrokenRequests(server);
	const side = await listenForMetrics(config, service, log);
	const { address, port } = server.address() as AddressInfo;
	log.info(
		{ address, port, classifier: config.gemini ? 'gemini' : 'local', database: config.database.client },
		`listening on http://${address}:${port}`,
	);
	drainOnSignal([server, ...(side ? [side] : [])], service, log);
}

function listen(server: Server, port: number, host: string): Promise<Server> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve(server));
	});
}

/** A second listener with nothing but the metrics. If its port is taken, /metrics is still there. */
async function listenForMetrics({ metrics, host }: Config, service: Service, log: Logger): Promise<Server | null> {
	if (!metrics.enabled || metrics.port === null) return null;
	const app = express().use(metricsRoutes(service.metrics.registry)).use(notFound);
	try {
		return await listen(createServer(app), metrics.port, host);
	} catch {
		log.warn({ port: metrics.port }, 'METRICS_PORT is taken: metrics are at /metrics only');
		return null;
	}
}

/** SIGTERM: no new work, what was begun is ended, then out. Whatever time does not suffice for is on disk. */
function drainOnSignal(servers: Server[], service: Service, log: Logger): void {
	const drain = async (signal: string): Promise<void> => {
		log.info({ signal }, 'shutting down');
		service.health.drain();
		setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
		await Promise.all(servers.map(closeServer));
		await service.close();
		log.info('stopped');
		log.flush();
	};
	for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(signal));
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
	});
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
