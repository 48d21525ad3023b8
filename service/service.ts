import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import type { Knex } from 'knex';
import type { Department } from '../core/departments';
import type { Send } from '../core/http';
import { createApp } from './app';
import { startChores } from './chores';
import { createClassifiers } from './classifiers';
import { OWN_VARIABLES, type Config } from './config';
import { tryWriting } from './database';
import { loadDepartments } from './departments';
import { createEvents } from './events';
import { createCallWatch, createHealth, type CallWatch, type Health } from './health';
import type { Access } from './http/access';
import { isPostgres } from './in-turn';
import { openLocalModel } from './local-model';
import type { Logger } from './logger';
import type { Maintenance } from './maintenance';
import { createMetrics, type Metrics } from './metrics';
import { readStored } from './metrics/read-stored';
import { outsideLookup } from './outside-lookup';
import { createErasing } from './pipeline/erasing';
import { createPipeline, type Pipeline } from './pipeline/pipeline';
import { createRework } from './pipeline/rework';
import { openPreparedDatabase } from './prepared-database';
import { openQueue } from './queue/open-queue';
import type { Queue } from './queue/queue';
import { createSend } from './send';
import { createLimits } from './store/limits';
import { cacheActiveMappings } from './store/mappings';
import { createTargets } from './targets/targets';
import { createTurnstile } from './targets/turnstile';
import { createWriteWatch } from './write-watch';

export interface Service {
	app: Express;
	pipeline: Pipeline;
	health: Health;
	metrics: Metrics;
	knex: Knex;
	queue: Queue;
	maintenance: Maintenance;
	/** Ends what is under way and closes everything. */
	close(): Promise<void>;
}

export interface ServiceOptions {
	config: Config;
	/** Who may call, where that changes; else whom the configuration names. */
	access?: () => Access;
	log: Logger;
	version: string;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
	/** Shorter in tests. */
	timing?: Partial<typeof TIMING>;
}

const TIMING = { leaseMs: 30_000, pollMs: 1000, deliveryTimeoutMs: 15_000, firstRetryMs: 1000, lagScale: 1 };
const CONCURRENCY = 64;
/** As many timeouts a place at a target is kept for a process that may have died. */
const LEASE_CALLS = 4;
const MAPPINGS_AGE_MS = 1000;
/** How often what callers wait for is looked at: others may settle it, or have settled it before the waiting began. */
const LOOK_MS = { pg: 200, sqlite3: 1000 };

/** Everything wired together, migrated and at work; not listening. */
export async function createService(options: ServiceOptions): Promise<Service> {
	const { config, log, version } = options;
	const ground = await openGround(options);
	const { knex, queue, metrics, writes, watches, asked, departments, mappings, delivering, now } = ground;
	const { pipeline, events, rework, erasing } = createWorkers(ground, options);
	const health = createHealth({ knex, queue, writes, ...watches, geminiProblem: asked.geminiProblem, version, now });
	const app = createApp({
		...{ knex, pipeline, rework, erasing, health, now, log, departments, mappings, version, ...delivering },
		metrics: config.metrics.enabled ? metrics : null,
		access: options.access ?? (() => config),
		limits: config,
		syncWaitMs: config.syncWaitMs,
		receives: config.worker !== 'only',
	});
	if (config.worker !== 'off') [pipeline, events].forEach((worker) => worker.start());
	const { boss, close: closeGround } = ground;
	const maintenance = await startChores({ boss, knex, erasing, retentionDays: config.retentionDays, log, now });
	const workers = [() => pipeline.stop(), () => events.stop(), () => maintenance.stop()];
	const close = (): Promise<void> => closeAll([...workers, closeGround]);
	return { app, pipeline, health, metrics, knex, queue, maintenance, close };
}

type Ground = Awaited<ReturnType<typeof openGround>>;

/** What the rest stands on: the database and its queue, the classifiers, the way out. */
async function openGround({ config, log, version, lookup, timing: wanted }: ServiceOptions) {
	const timing = { ...TIMING, ...wanted };
	const departments = loadDepartments(config.departmentsFile);
	const openModel = openLocalModel(config.localModel);
	const now = Date.now;
	const knex = await openPreparedDatabase(config, departments, log);
	const opened = await openQueue(config.database, { knex, now, leaseMs: timing.leaseMs, log });
	const { queue, boss } = opened;
	const limits = createLimits({ knex, now, log });
	const common = { limits, now, random: Math.random, leaseMs: LEASE_CALLS * timing.deliveryTimeoutMs };
	const turnstile = isPostgres(knex) ? createTurnstile(common) : null;
	const targets = createTargets({ now, random: Math.random, turnstile });
	const writes = createWriteWatch(() => tryWriting(knex));
	const metrics = createMetrics({
		stored: () => readStored({ knex, queue, writes, now }),
		targets: () => targets.state(),
		departments: departments.map(({ name }) => name),
		version,
	});
	const watches = { gemini: config.gemini && createCallWatch(), externalApis: createCallWatch() };
	const asking = { departments, openModel, metrics, watch: watches.gemini, counts: limits, turnstile };
	const asked = await createClassifiers(config, { ...asking, log, now });
	const outgoing = createSend({ allowedPrivateHosts: config.allowedPrivateHosts, timeoutMs: timing.deliveryTimeoutMs });
	const mappings = cacheActiveMappings(knex, now, MAPPINGS_AGE_MS);
	const outside = outsideLookup(lookup, { allowed: config.allowedReferences, own: OWN_VARIABLES });
	const delivering = { send: watchedSend(outgoing.send, watches.externalApis), lookup: outside };
	const close = (): Promise<void> =>
		closeAll([
			...[opened.close, () => targets.close(), asked.close, outgoing.close],
			...[() => limits.settled(), () => knex.destroy()],
		]);
	return {
		...{ timing, departments, now, knex, queue, boss, targets, metrics, watches, asked, outgoing, writes, mappings },
		...{ delivering, close },
	};
}

/** What moves tickets. */
function createWorkers(ground: Ground, { config, log }: ServiceOptions) {
	const { knex, queue, metrics, now, timing, delivering, departments, asked, mappings } = ground;
	const pipeline = createPipeline({
		...{ ...ground, log, ...delivering, ...behaviour(config, departments, timing) },
		classifiers: asked.classifiers,
		mappings: () => mappings.read(),
	});
	const { registry } = metrics;
	const events = createEvents({ knex, log, now, registry, timing, ...delivering, send: ground.outgoing.send });
	const rework = createRework({ knex, queue, metrics, now, wake: () => pipeline.wake() });
	const erasing = createErasing({ knex, queue, metrics, log, now });
	return { pipeline, events, rework, erasing };
}

/** What the pipeline is told of how to work. */
function behaviour(config: Config, departments: readonly Department[], timing: typeof TIMING) {
	return {
		policy: { departments, threshold: config.confidenceThreshold },
		reviewDelivery: config.reviewDelivery,
		retry: { ...config.retry, firstMs: timing.firstRetryMs },
		lagScale: timing.lagScale,
		pollMs: timing.pollMs,
		lookMs: LOOK_MS[config.database.client],
		concurrency: CONCURRENCY,
		newTicketId: () => `TKT-${randomBytes(12).toString('hex').toUpperCase()}`,
		random: Math.random,
	};
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
