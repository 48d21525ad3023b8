import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '../../core/errors';
import type { Usage } from '../../core/gemini/ask';
import { FAILURES } from '../metrics/labels';
import { inTime } from '../in-time';
import type { BudgetUse } from './budget';

/** What asking Gemini tells of itself. */
export interface GeminiObserver {
	/** A request ended. */
	call(outcome: 'success' | ErrorCode): void;
	/** A request is put off to be tried again. */
	retry(): void;
	/** What the model used for a ticket. */
	tokens(usage: Usage): void;
	/** A ticket was answered without a request. */
	cacheHit(): void;
}

/** How things stand at the moment. */
export interface AskState {
	breaker: 'closed' | 'half-open' | 'open';
	/** Tickets that wait for a request. */
	waiting: number;
	/** Requests under way. */
	inFlight: number;
}

export interface GeminiMetrics extends GeminiObserver {
	/** A ticket that was asked about has an answer. */
	answer(): void;
	/** One that was asked about has none, and is decided without. */
	fallback(reason: ErrorCode): void;
	/** Shows this state from now on, and how far budgets are used up. */
	watch(state: () => AskState, budgets: () => Promise<BudgetUse[]>): void;
}

export interface SharedCounters {
	externalCalls: Counter<'system' | 'outcome'>;
	retries: Counter<'system'>;
}

export function createGeminiMetrics(registry: Registry, { externalCalls, retries }: SharedCounters): GeminiMetrics {
	const registers = [registry];
	const tokens = new Counter({
		...{ name: 'gemini_tokens_total', help: 'Tokens sent to Gemini (input) and written by it (output)' },
		...{ labelNames: ['kind'] as const, registers },
	});
	const cost = new Counter({
		...{ name: 'gemini_cost_usd_total', help: 'Estimate in USD of what Gemini took, for models of known price' },
		registers,
	});
	const hits = new Counter({
		...{ name: 'gemini_cache_hits_total', help: 'Tickets that were answered without asking Gemini again' },
		registers,
	});
	const { answers, fallbacks } = createOutcomes(registers);
	(['input', 'output'] as const).forEach((kind) => tokens.inc({ kind }, 0));
	return {
		answer: () => answers.inc(),
		fallback: (reason) => fallbacks.inc({ reason }),
		call: (outcome) => externalCalls.inc({ system: 'gemini', outcome }),
		retry: () => retries.inc({ system: 'gemini' }),
		cacheHit: () => hits.inc(),
		tokens({ input_tokens, output_tokens, cost_usd = 0 }) {
			tokens.inc({ kind: 'input' }, input_tokens);
			tokens.inc({ kind: 'output' }, output_tokens);
			cost.inc(cost_usd);
		},
		watch(state, budgets) {
			addStateGauges(registry, state);
			addBudgetGauge(registry, budgets);
		},
	};
}

/** What became of tickets that Gemini was asked about. */
function createOutcomes(registers: Registry[]): { answers: Counter; fallbacks: Counter<'reason'> } {
	const answers = new Counter({
		...{ name: 'gemini_answers_total', help: 'Tickets that Gemini gave a usable answer for', registers },
	});
	const fallbacks = new Counter({
		name: 'gemini_fallbacks_total',
		help: 'Tickets that Gemini was to be asked about, and the local model decided alone, by what kept it from an answer',
		...{ labelNames: ['reason'] as const, registers },
	});
	FAILURES.forEach((reason) => fallbacks.inc({ reason }, 0));
	return { answers, fallbacks };
}

/** Whoever reads metrics waits no longer for what is spent, in milliseconds. */
const PATIENCE_MS = 2000;

/** Missing where there is no limit, and while the database does not answer. */
function addBudgetGauge(registry: Registry, budgets: () => Promise<BudgetUse[]>): void {
	new Gauge({
		name: 'gemini_budget_used_ratio',
		help: 'Share of a limit of one’s own on Gemini that this minute or day has used, 0 to 1, common to all processes',
		labelNames: ['budget'],
		registers: [registry],
		async collect() {
			const uses = await inTime(budgets(), PATIENCE_MS).catch(() => []);
			this.reset();
			uses.forEach(({ name, ratio }) => this.set({ budget: name }, ratio));
		},
	});
}

const BREAKER = { closed: 0, 'half-open': 1, open: 2 };

function addStateGauges(registry: Registry, state: () => AskState): void {
	const gauge = (name: string, help: string, read: (now: AskState) => number): void => {
		new Gauge({
			...{ name, help, registers: [registry] },
			collect() {
				this.set(read(state()));
			},
		});
	};
	gauge(
		'gemini_breaker_state',
		'Whether Gemini is asked: 0 yes, 1 one request to try, 2 no',
		(now) => BREAKER[now.breaker],
	);
	gauge('gemini_waiting_tickets', 'Tickets that wait for a request to Gemini', (now) => now.waiting);
	gauge('gemini_requests_in_flight', 'Requests to Gemini under way', (now) => now.inFlight);
}
