import { TriageError, type ErrorCode } from '../../core/errors';
import { usageOf, type Generate, type Usage } from '../../core/gemini/ask';
import { unanswered } from '../targets/outcome';
import type { Outcome } from '../targets/turnstile';
import type { Breaker } from './breaker';
import type { Budget, Spent } from './budget';
import { QUOTA_USED_UP, waitOf, type Gate } from './gate';

/** Hears what happens, for metrics. */
export interface Observe {
	/** A request was sent and ended so. */
	call(outcome: 'success' | ErrorCode, about: { status?: number; ms: number }): void;
	/** A request is to be sent again, after so many milliseconds. */
	retry(waitMs: number, error: TriageError): void;
	/** What an answer says it took. */
	tokens(usage: Usage): void;
	/** A verdict was there already. */
	cacheHit(): void;
}

export interface AttemptDeps {
	gate: Gate;
	budget: Budget;
	breaker: Breaker;
	generate: Generate;
	observe: Observe;
	/** Milliseconds since 1970. */
	now: () => number;
	signal: AbortSignal;
}

/** One request, sent once or not at all: our own limits, then Gemini's, then whether it is up. */
export function createAttempt(deps: AttemptDeps): Generate {
	const { gate, budget, breaker, generate, observe, now, signal } = deps;
	return async (request) => {
		const spent = await budget.take(estimateTokens(request));
		// Last before sending: it may have closed while the budget was counted.
		const entry = await gate.pass(signal).catch(async (error: unknown) => {
			await spent.undo();
			throw error;
		});
		const sent: { at?: number } = {};
		const send = (): Promise<unknown> => {
			sent.at = now();
			return generate(request);
		};
		const answer = await breaker.run(send).catch(async (error: unknown) => {
			if (sent.at === undefined) await spent.undo();
			else if (error instanceof TriageError) await afterFailure(error, spent, sent.at);
			entry?.leave(sent.at === undefined ? 'unknown' : outcomeOf(error, deps));
			throw error;
		});
		entry?.leave('through');
		observe.call('success', { status: 200, ms: now() - (sent.at ?? now()) });
		const usage = usageOf(answer);
		const used = usage.input_tokens + usage.output_tokens;
		// Where it does not say, the estimate stands.
		if (used === 0) return answer;
		observe.tokens(usage);
		await spent.correct(used);
		return answer;
	};

	async function afterFailure(error: TriageError, spent: Spent, since: number): Promise<void> {
		gate.heed(error);
		observe.call(error.code, { status: error.status, ms: now() - since });
		// A refusal takes no tokens; what was cut off may have.
		if (error.status !== undefined && error.status >= 400) await spent.correct(0);
	}
}

/** What a request that failed tells the other processes. */
function outcomeOf(error: unknown, { breaker, now, signal }: AttemptDeps): Outcome {
	if (!(error instanceof TriageError) || signal.aborted) return 'unknown';
	const asked = waitOf(error);
	if (asked !== null) return { code: 'rate_limited', because: QUOTA_USED_UP, ms: asked, longestMs: 0 };
	if (error.code !== 'unavailable') return error.code === 'rate_limited' ? 'unknown' : 'through';
	return unanswered({ breaker, now }, 0);
}

const CHARACTERS_PER_TOKEN = 4;

function estimateTokens(request: unknown): number {
	return Math.ceil(JSON.stringify(request).length / CHARACTERS_PER_TOKEN);
}
