import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Department } from '../../core/departments';
import { askGemini, type Generate, type Verdict } from '../../core/gemini/ask';
import type { Question } from '../../core/gemini/request';
import { withRetries } from '../../core/retry';
import { createMemoryLimits, type Limits } from '../store/limits';
import type { Turnstile } from '../targets/turnstile';
import { asChild, contextOfAll, currentContext, within, type Context } from '../tracing/context';
import { createAttempt, type Observe } from './attempt';
import { createBatcher } from './batcher';
import { createBreaker, type BreakerState } from './breaker';
import { createBudget, type BudgetUse } from './budget';
import { cached, type Ask } from './cache';
import { closingError } from './closing';
import { createGate } from './gate';
import { createGenerate } from './sdk';
import type { GeminiLimits } from './settings';

export type { Observe } from './attempt';

export interface AskOptions {
	access: { apiKey: string; model: string; baseUrl: string };
	departments: readonly Department[];
	limits: GeminiLimits;
	observe: Observe;
	/** Milliseconds since 1970. */
	now: () => number;
	/** 0 to below 1. */
	random: () => number;
	sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
	/** Where budgets are counted; in memory without. */
	counts?: Limits;
	/** Where other processes ask the same Gemini. */
	turnstile?: Turnstile | null;
}

export interface GeminiAsk {
	/** @throws TriageError when there is no verdict */
	ask: Ask;
	/** Questions no request has taken yet, and requests under way. */
	state(): { breaker: BreakerState; waiting: number; inFlight: number };
	/** How far one's own limits are used up. */
	budgets(): Promise<BudgetUse[]>;
	/** Ends requests under way and refuses who waits. */
	close(): void;
}

/** A question, and whose it is. */
interface Asked extends Question {
	context: Context | undefined;
}

const FIRST_BACKOFF_MS = 500;

/**
 * Asks Gemini as the service does. A question goes through the cache, waits for a place in a request, and the request
 * for Gemini's own limits; each try again passes what is before it anew.
 */
export function createAsk({ sleep = sleepFor, ...options }: AskOptions): GeminiAsk {
	const { access, departments, limits, observe, now } = options;
	const closing = new AbortController();
	const breaker = createBreaker(now);
	const budget = createBudget(limits, options.counts ?? createMemoryLimits(now));
	const attempt = createAttempt({
		gate: createGate({ maxWaitMs: limits.maxWaitMs, now, sleep, turnstile: options.turnstile }),
		budget,
		breaker,
		generate: createGenerate({ ...access, timeoutMs: limits.timeoutMs, signal: closing.signal, now }),
		observe,
		now,
		signal: closing.signal,
	});
	const generate = patient(attempt, { ...options, sleep, signal: closing.signal });
	const batcher = createBatcher<Asked, Verdict>({
		concurrency: limits.concurrency,
		batchSize: limits.batchSize,
		askMany: togetherWithin((questions) =>
			askGemini(questions, { departments, model: access.model, generate, newMarker: randomUUID }),
		),
	});
	const { cacheEntries: entries, cacheTtlMs: ttlMs } = limits;
	return {
		ask: cached((question) => batcher.ask({ ...question, context: currentContext() }), {
			...{ entries, ttlMs, model: access.model, departments, now, onHit: observe.cacheHit },
		}),
		state: () => ({ breaker: breaker.state(), waiting: batcher.waiting(), inFlight: batcher.inFlight() }),
		budgets: () => budget.uses(),
		close() {
			breaker.close();
			batcher.close();
			closing.abort();
		},
	};
}

/** In the context of whoever asks. */
function togetherWithin<A>(ask: (questions: readonly Asked[]) => A): (questions: readonly Asked[]) => A {
	return (questions) => within(contextOfAll(questions.map(({ context }) => context)), () => ask(questions));
}

/** Tries again what may succeed later; when the service ends, so does the waiting. */
function patient(
	attempt: Generate,
	{
		limits,
		observe,
		random,
		sleep,
		signal,
	}: AskOptions & Required<Pick<AskOptions, 'sleep'>> & { signal: AbortSignal },
): Generate {
	const patience = {
		maxAttempts: limits.maxAttempts,
		maxWaitMs: limits.maxWaitMs,
		firstBackoffMs: FIRST_BACKOFF_MS,
		random,
		sleep: (ms: number) => sleep(ms, signal),
		onRetry: observe.retry,
	};
	return (request) =>
		withRetries(() => asChild(() => attempt(request)), patience).catch((error: unknown) => {
			throw signal.aborted ? closingError() : error;
		});
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
	await setTimeout(ms, undefined, { signal });
}
