import { resolve } from 'node:path';
import { z } from 'zod';
import { accessFields, blankProblems, toAccessSettings, type AccessSettings } from './access-settings';
import { CONNECTION_VARIABLES, connectionProblems, readConnections, type Connection } from './connections';
import { flag, number, port, whole } from './environment-fields';
import { geminiFields, geminiProblems, toGeminiSettings, type GeminiSettings } from './gemini/settings';
import { isAmong } from './outside-lookup';
import { secretFileProblems, secretFilesIn, type SecretFile } from './secret-files';

export type Environment = Record<string, string | undefined>;

export interface Database {
	client: 'sqlite3' | 'pg';
	/** A file's absolute path, `:memory:`, or a PostgreSQL URL. */
	connection: string;
}

/** Every environment variable that is the service's own. A blank one counts as not set. Those of systems: connections.ts. */
export const environmentSchema = z.object({
	...geminiFields,
	DEPARTMENTS_FILE: z.string().optional(),
	LOCAL_MODEL: z.string().optional(),
	DATABASE_URL: z.string().default('sqlite:./tickets.db'),
	HOST: z.string().default('127.0.0.1'),
	PORT: port().default(8000),
	...accessFields,
	WORKER: z.enum(['on', 'off', 'only']).default('on'),
	CONFIDENCE_THRESHOLD: number(0, 1).default(0.6),
	REVIEW_DELIVERY: z.enum(['inbox', 'general']).default('inbox'),
	SYNC_WAIT_MS: number(0, 120_000).default(10_000),
	SHUTDOWN_DELAY_MS: whole(0, 120_000).optional(),
	RETENTION_DAYS: whole(1, 36_500).optional(),
	RETRY_MAX_ATTEMPTS: number(1, 100).default(10),
	RETRY_BACKOFF_FACTOR: number(1, 10).default(4),
	LOG_LEVEL: z.string().default('info').transform(toLogLevel),
	ENVIRONMENT: z.string().default('production'),
	PROMETHEUS_METRICS_ENABLED: flag().default(true),
	METRICS_PORT: port().optional(),
});

/** What the service reads for itself, its own secrets among them: nothing that a mapping may send. */
export const OWN_VARIABLES: readonly string[] = Object.keys(environmentSchema.shape);

type Parsed = z.infer<typeof environmentSchema>;

export interface Config extends AccessSettings {
	gemini: GeminiSettings | null;
	departmentsFile: string | null;
	/** A model file of one's own for the local classifier. */
	localModel: string | null;
	database: Database;
	/** `only` takes no tickets, `off` works on none. */
	worker: 'on' | 'off' | 'only';
	host: string;
	port: number;
	confidenceThreshold: number;
	reviewDelivery: 'inbox' | 'general';
	syncWaitMs: number;
	/** How long tickets are still taken after SIGTERM. */
	shutdownDelayMs: number;
	/** How long the text of settled tickets is kept; null: for ever. */
	retentionDays: number | null;
	retry: { maxAttempts: number; backoffFactor: number };
	/** What the first start maps departments to. */
	connections: Connection[];
	logLevel: LogLevel;
	environment: string;
	metrics: { enabled: boolean; port: number | null };
}

/** All that is wrong with a configuration, in one message. */
export class ConfigError extends Error {
	override readonly name = 'ConfigError';
	constructor(readonly problems: string[]) {
		super(
			`The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
		);
	}
}

/**
 * The configuration from an environment; `root` is what relative paths start from.
 * @throws ConfigError with every problem
 */
export function loadConfig(environment: Environment, root: string): Readonly<Config> {
	const given = Object.fromEntries(
		Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
	);
	const parsed = environmentSchema.safeParse(given);
	const problems = parsed.success
		? []
		: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
	const database = readDatabaseUrl(given.DATABASE_URL ?? 'sqlite:./tickets.db', root);
	if (!database) problems.push('DATABASE_URL: must be sqlite:./file.db or postgres://user:password@host/name');
	problems.push(
		...connectionProblems(given),
		...blankProblems(environment),
		...secretFileProblems(filesFor(environment, root)),
	);
	if (parsed.success) problems.push(...contradictions(parsed.data, database));
	if (!parsed.success || !database || problems.length > 0) throw new ConfigError(problems);
	return Object.freeze(toConfig(parsed.data, { database, root, connections: readConnections(given) }));
}

/** Which of the variables that are read here have their values in files. */
export function filesFor(environment: Environment, root: string): SecretFile[] {
	const { data } = accessFields.ALLOWED_REFERENCES.safeParse(environment.ALLOWED_REFERENCES?.trim() || undefined);
	const known = [...OWN_VARIABLES, ...CONNECTION_VARIABLES, ...(data ?? [])];
	return secretFilesIn(environment, root, (name) => isAmong(known, name));
}

function contradictions(env: Parsed, database: Database | null): string[] {
	const problems = geminiProblems(env);
	if (env.WORKER !== 'on' && database?.client === 'sqlite3') {
		problems.push(
			`WORKER: ${env.WORKER} needs PostgreSQL, as SQLite is for one process: set DATABASE_URL=postgres://…`,
		);
	}
	if (!isLoopback(env.HOST) && env.TRIAGE_API_KEYS.length + env.WEBHOOK_SECRET.length === 0 && !env.ALLOW_ANONYMOUS) {
		problems.push(
			`HOST: ${env.HOST} can be reached from other machines and nothing asks for a key. Set TRIAGE_API_KEYS=name:key, ` +
				'or ALLOW_ANONYMOUS=true if something in front of the service checks callers',
		);
	}
	return problems;
}

/** Where there is one process alone, nobody is there to send tickets to meanwhile. */
const SHUTDOWN_DELAY_MS = { pg: 5000, sqlite3: 0 };

type Rest = Pick<Config, 'database' | 'connections'> & { root: string };

function toConfig(env: Parsed, rest: Rest): Config {
	return {
		...toAccessSettings(env),
		gemini: toGeminiSettings(env),
		departmentsFile: env.DEPARTMENTS_FILE ? resolve(rest.root, env.DEPARTMENTS_FILE) : null,
		localModel: env.LOCAL_MODEL ? resolve(rest.root, env.LOCAL_MODEL) : null,
		database: rest.database,
		worker: env.WORKER,
		host: env.HOST,
		port: env.PORT,
		confidenceThreshold: env.CONFIDENCE_THRESHOLD,
		reviewDelivery: env.REVIEW_DELIVERY,
		syncWaitMs: env.SYNC_WAIT_MS,
		shutdownDelayMs: env.SHUTDOWN_DELAY_MS ?? SHUTDOWN_DELAY_MS[rest.database.client],
		retentionDays: env.RETENTION_DAYS ?? null,
		retry: { maxAttempts: env.RETRY_MAX_ATTEMPTS, backoffFactor: env.RETRY_BACKOFF_FACTOR },
		connections: rest.connections,
		logLevel: env.LOG_LEVEL,
		environment: env.ENVIRONMENT,
		metrics: { enabled: env.PROMETHEUS_METRICS_ENABLED, port: env.METRICS_PORT ?? null },
	};
}

/** `sqlite:./file` relative to `root`; also the URL forms of SQLAlchemy, which the Python agent used. */
export function readDatabaseUrl(url: string, root: string): Database | null {
	if (/^postgres(ql)?(\+\w+)?:\/\/./.test(url)) {
		return { client: 'pg', connection: url.replace(/^postgres(ql)?(\+\w+)?:/, 'postgres:') };
	}
	const sqlite = /^sqlite(?:\+\w+)?:(?:\/\/\/)?(.+)$/.exec(url);
	if (!sqlite || sqlite[1].startsWith('//')) return null;
	const path = sqlite[1];
	return { client: 'sqlite3', connection: path === ':memory:' ? path : resolve(root, path) };
}

export function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

const LOG_LEVELS = {
	trace: 'trace',
	debug: 'debug',
	info: 'info',
	warn: 'warn',
	warning: 'warn',
	error: 'error',
	fatal: 'fatal',
	critical: 'fatal',
	silent: 'silent',
} as const;
export type LogLevel = (typeof LOG_LEVELS)[keyof typeof LOG_LEVELS];

function toLogLevel(text: string, context: z.RefinementCtx): LogLevel {
	const name = text.trim().toLowerCase();
	if (Object.hasOwn(LOG_LEVELS, name)) return LOG_LEVELS[name as keyof typeof LOG_LEVELS];
	context.addIssue(`must be one of ${Object.keys(LOG_LEVELS).join(', ')}`);
	return z.NEVER;
}
