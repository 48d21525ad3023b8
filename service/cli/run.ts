import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { ConfigError, loadConfig, type Config, type Environment } from '../config';
import { lookupIn } from '../environment';
import { createLogger, type Logger } from '../logger';
import type { ServiceOptions } from '../service';
import { createDryRun } from './dry-run';
import { openInput } from './input';
import { UsageError, type TriageOptions } from './options';
import { createProgress, type Terminal } from './progress';
import { report } from './report';
import { openResults } from './results';
import { readRows } from './rows';
import { createStoredTriage } from './stored';
import { createSummary } from './summary';
import type { Triage } from './triage-port';
import { workThrough, type Run } from './work-through';

export interface TriageDeps {
	environment: Environment;
	/** Where relative paths of the configuration start. */
	root: string;
	version: string;
	stdin: Readable;
	stdout: Writable;
	stderr: Terminal;
	/** Aborted with the name of the signal that ends the run. */
	interrupted: AbortSignal;
	/** Shorter in tests. */
	timing?: ServiceOptions['timing'];
	drainMs?: number;
}

const DRAIN_MS = 20_000;

/** Exit codes of shells for programs ended by a signal. */
const INTERRUPTED: Record<string, number> = { SIGINT: 130, SIGTERM: 143 };

/**
 * A file of tickets through the triage. Resolves with the exit code.
 * @throws UsageError, ConfigError before anything is touched
 */
export async function runTriage(options: TriageOptions, deps: TriageDeps): Promise<number> {
	const config = loadConfig(deps.environment, deps.root);
	const input = await openInput(options.input, deps.stdin);
	const stop = new AbortController();
	const interrupt = (): void => stop.abort(deps.interrupted.reason);
	deps.interrupted.addEventListener('abort', interrupt, { once: true });
	addAbortSignal(stop.signal, input.stream);
	try {
		const rows = await readRows(input.stream, options.format);
		const started = Date.now();
		const run = await prepare(options, config, { ...deps, size: input.size, stop });
		await workThrough(rows, run);
		report(run, deps.interrupted.aborted, Date.now() - started);
		return exitCode(run, deps.interrupted);
	} catch (error) {
		if (!deps.interrupted.aborted) throw error;
		return INTERRUPTED[String(deps.interrupted.reason)] ?? 130;
	} finally {
		deps.interrupted.removeEventListener('abort', interrupt);
		input.stream.destroy();
	}
}

async function prepare(
	options: TriageOptions,
	config: Config,
	deps: TriageDeps & { size: number | null; stop: AbortController },
): Promise<Run> {
	const log = createLogger(config.logLevel === 'silent' ? 'silent' : 'warn', config.environment, 2);
	const results = await openResults(options, deps.stdout);
	const triage = options.dryRun ? createDryRun(config) : await openStored(config, log, deps);
	return {
		...{ options, results, triage, log, stop: deps.stop, drainMs: deps.drainMs ?? DRAIN_MS, stderr: deps.stderr },
		progress: createProgress(deps.stderr, deps.size),
		summary: createSummary(),
		counts: { position: 0, read: 0, done: 0, invalid: 0, finishedEarlier: 0, storedEarlier: 0 },
		failure: null,
	};
}

async function openStored(config: Config, log: Logger, { environment, version, timing }: TriageDeps): Promise<Triage> {
	try {
		return await createStoredTriage({ config, log, version, timing, lookup: lookupIn(environment) });
	} catch (error) {
		if (error instanceof ConfigError) throw error;
		log.error({ error }, 'the database could not be opened');
		throw new UsageError('The database could not be opened: check DATABASE_URL');
	}
}

function exitCode({ failure, counts, summary }: Run, interrupted: AbortSignal): number {
	if (interrupted.aborted) return INTERRUPTED[String(interrupted.reason)] ?? 130;
	return failure !== null || counts.invalid > 0 || summary.total().failed > 0 ? 1 : 0;
}
