import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import type { Knex } from 'knex';
import type { Department } from '../core/departments';
import type { Send } from '../core/http';
import { createApp } from './app';
import { createClassifiers } from './classifiers';
import type { Config } from './config';
import { whyUndeliverable } from './connectors';
import { migrate, openDatabase, tryWriting } from './database';
import { databaseProblem } from './database-problem';
import { loadDepartments } from './departments';
import { createCallWatch, createHealth, type CallWatch, type Health } from './health';
import { openLocalModel } from './local-model';
import type { Logger } from './logger';
import { createMetrics, type Metrics } from './metrics';
import { outsideLookup } from './outside-lookup';
import { createPipeline, type Pipeline } from './pipeline/pipeline';
import { createRework } from './pipeline/rework';
import { createTableQueue } from './queue/table-queue';
import { seed } from './seeds';
import { createSend } from './send';
import { cacheActiveMappings, listMappings, type StoredMapping } from './store/mappings';
import { createTargets } from './targets/targets';
import { createWriteWatch } from './write-watch';

export interface Service {
	app: Express;
	pipeline: Pipeline;
	health: Health;
	metrics: Metrics;
	knex: Knex;
	/** Ends what is under way and closes everything. */
	close(): Promise<void>;
}

export interface ServiceOptions {
	config: Config;
	log: Logger;
	version: string;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
	/** Shorter in tests. */
	timing?: Partial<typeof TIMING>;
}

const TIMING = { leaseMs: 30_000, pollMs: 1000, deliveryTimeoutMs: 15_000, firstRetryMs: 1000, lagScale: 1 };
const CONCURRENCY = 64;
const MAPPINGS_AGE_MS = 1000;

/** Everything wired together, migrated and at work; not listening. */
export async function createService(options: ServiceOptions): Promise<Service> {
	const { config, log, version } = options;
	const timing = { ...TIMING, ...options.timing };
	const departments = loadDepartments(config.departmentsFile);
	const openModel = openLocalModel(config.localModel);
	const knex = openDatabase(config.database, log);
	const now = Date.now;
	await prepareDatabase(knex, config, departments, log);
	const queue = createTableQueue({ knex, now, leaseMs: timing.leaseMs });
	const targets = createTargets({ now, random: Math.random });
	const metrics = createMetrics({ queueStats: () => queue.stats(), targets: () => targets.state() });
	const watches = { gemini: config.gemini && createCallWatch(), externalApis: createCallWatch() };
	const asked = await createClassifiers(config, { departments, openModel, metrics, watch: watches.gemini, log, now });
	const outgoing = createSend({ allowedPrivateHosts: config.allowedPrivateHosts, timeoutMs: timing.deliveryTimeoutMs });
	const writes = createWriteWatch(() => tryWriting(knex));
	const mappings = cacheActiveMappings(knex, now, MAPPINGS_AGE_MS);
	const delivering = { send: watchedSend(outgoing.send, watches.externalApis), lookup: outsideLookup(options.lookup) };
	const pipeline = createPipeline({
		...{ knex, queue, targets, writes, metrics, log, now, ...delivering, ...behaviour(config, departments, timing) },
		classifiers: asked.classifiers,
		mappings: () => mappings.read(),
	});
	const rework = createRework({ knex, queue, now, wake: () => pipeline.wake() });
	const health = createHealth({ knex, queue, writes, ...watches, geminiProblem: asked.geminiProblem, version, now });
	const { apiKeys, syncWaitMs } = config;
	const shown = { metrics: config.metrics.enabled ? metrics : null, apiKeys, syncWaitMs, version };
	const app = createApp({ knex, pipeline, rework, health, now, log, departments, mappings, ...delivering, ...shown });
	pipeline.start();
	const close = (): Promise<void> =>
		closeAll([() => pipeline.stop(), () => targets.close(), asked.close, outgoing.close, () => knex.destroy()]);
	return { app, pipeline, health, metrics, knex, close };
}

/** What the pipeline is told of how to work. */
function behaviour(config: Config, departments: readonly Department[], timing: typeof TIMING) {
	return {
		policy: { departments, threshold: config.confidenceThreshold },
		reviewDelivery: config.reviewDelivery,
		retry: { ...config.retry, firstMs: timing.firstRetryMs },
		lagScale: timing.lagScale,
		pollMs: timing.pollMs,
		concurrency: CONCURRENCY,
		newTicketId: () => `TKT-${randomBytes(12).toString('hex').toUpperCase()}`,
		random: Math.random,
	};
}

/** @throws ConfigError saying which database cannot be used, and what to do */
async function prepareDatabase(
	knex: Knex,
	{ database, connections }: Config,
	departments: readonly Department[],
	log: Logger,
): Promise<void> {
	try {
		for (const note of await migrate(knex)) log.info({ note }, 'database migrated');
		await seed(knex, departments, connections, log);
		warnOfUndeliverable(await listMappings(knex), log);
	} catch (error) {
		await knex.destroy();
		throw databaseProblem(database, error);
	}
}

function warnOfUndeliverable(mappings: readonly StoredMapping[], log: Logger): void {
	for (const mapping of mappings.filter((one) => one.isActive)) {
		const reason = whyUndeliverable(mapping);
		if (reason === null) continue;
		const { id, department, system } = mapping;
		log.warn({ mapping: id, department, system, reason }, 'nothing goes by this mapping: its tickets go to the inbox');
	}
}

function watchedSend(send: Send, watch: CallWatch): Send {
	return async (request) => {
		try {
			const response = await send(request);
			watch.record(response.status < 500);
			return response;
		} catch (error) {
			watch.record(false);
			throw error;
		}
	};
}

async function closeAll(steps: (() => unknown)[]): Promise<void> {
	for (const step of steps) await step();
}
