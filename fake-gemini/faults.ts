import { createRandom } from '../corpus/random';
import { FINISH_REASONS, type FinishReason } from './wire-table';

/** Errors that Gemini answers itself. */
const ERRORS = [
	'rate_limited',
	'rate_limited_day',
	'internal',
	'unavailable',
	'deadline',
	'forbidden',
	'invalid',
	'not_found',
] as const;

/** What goes wrong on the way. */
const BREAKDOWNS = ['hang', 'reset', 'cut', 'html', 'garbage', 'slow'] as const;

/** Answers with status 200 that are not what was asked for. */
const BAD_ANSWERS = [
	'empty_candidates',
	'blocked',
	'truncated',
	'wrapped',
	'thought',
	'empty_parts',
	'no_content',
	'invented_department',
	'other_case_department',
	'confidence_7',
	'confidence_high',
	'missing_id',
	'doubled_id',
	'invented_id',
	'one_object',
] as const;

const NAMES = [...ERRORS, ...BREAKDOWNS, ...BAD_ANSWERS] as const;

export type Fault = (typeof NAMES)[number] | `finish:${FinishReason}`;

export const FAULT_GROUPS = { ERRORS, BREAKDOWNS, BAD_ANSWERS };

export const FAULTS: readonly Fault[] = [...NAMES, ...FINISH_REASONS.map((reason): Fault => `finish:${reason}`)];

/** Share of the requests, 0–1, that each fault strikes; together at most 1. */
export type Rates = Partial<Record<Fault, number>>;

export interface FaultSource {
	/** The fault of the next request, or null. */
	draw(): Fault | null;
	/** In place of all rates so far. @throws RangeError */
	setRates(rates: Rates): void;
	/** Goes before the rates. */
	queue(faults: readonly (Fault | null)[]): void;
}

/** Faults by a queue, then by chance: the same seed and rates give the same faults in the same order. */
export function createFaultSource(seed: number, initial: Rates): FaultSource {
	const random = createRandom(seed);
	const queue: (Fault | null)[] = [];
	let rates = checkRates(initial);
	return {
		draw: () => (queue.length > 0 ? (queue.shift() ?? null) : pick(rates, random())),
		setRates: (next) => (rates = checkRates(next)),
		queue: (faults) => void queue.push(...faults.map((fault) => fault && known(fault))),
	};
}

/** One number decides, so that a fault whose rate is zero changes nothing. */
function pick(rates: [Fault, number][], chance: number): Fault | null {
	let sum = 0;
	return rates.find(([, rate]) => chance < (sum += rate))?.[0] ?? null;
}

/** The rates in their order. @throws RangeError for one that is none, a sum over 1 or an unknown fault */
export function checkRates(rates: Rates): [Fault, number][] {
	const entries = Object.entries(rates) as [Fault, number][];
	for (const [name, rate] of entries) {
		known(name);
		if (!(rate >= 0 && rate <= 1)) throw new RangeError(`The rate of ${name} must be a number from 0 to 1`);
	}
	const sum = entries.reduce((total, [, rate]) => total + rate, 0);
	// Ten times 0.1 is a little more than 1.
	if (sum > 1 + 1e-9) throw new RangeError(`The rates of all faults add up to ${sum}: at most 1 is possible`);
	return entries;
}

function known(fault: Fault): Fault {
	if (FAULTS.includes(fault)) return fault;
	throw new RangeError(`There is no fault ${fault}: use ${NAMES.join(', ')} or finish:REASON`);
}
