import { createRandom } from '../corpus/random';

/** What can happen to a request, and whether the system behind gets to know it. */
const TELLS = {
	/** Never answered. */
	hang: false,
	hang_after: true,
	/** The connection breaks before the body is read. */
	reset_before: false,
	/** The connection breaks in place of the answer. */
	reset_after: true,
	/** 429 with Retry-After in seconds, without one, and with a date. */
	rate_limited: false,
	rate_limited_bare: false,
	rate_limited_date: false,
	/** 500. */
	error_before: false,
	error_after: true,
	/** 503. */
	unavailable: false,
	/** A proxy's page with 502. */
	gateway: 'by chance',
	/** A page to log in, with 200. */
	html: false,
	/** The answer, and 20 MB of blanks after it. */
	huge: true,
	/** The connection breaks in the middle of the answer. */
	cut: true,
	/** To an address inside the network. */
	redirect: false,
} as const;

export type Fault = keyof typeof TELLS;

export const FAULTS = Object.keys(TELLS) as readonly Fault[];

/** A fault that strikes a request. */
export interface Strike {
	fault: Fault;
	/** Whether the system is told of the request all the same. */
	tells: boolean;
}

/** Share of the requests, 0–1, that each fault strikes; together at most 1. */
export type Rates = Partial<Record<Fault, number>>;

export interface FaultSource {
	/** What strikes the next request, or null. */
	draw(request: { creates: boolean }): Strike | null;
	/** In place of all rates so far. @throws RangeError */
	setRates(rates: Rates): void;
	/** Goes before the rates; null lets a request pass. @throws RangeError */
	queue(...faults: (Fault | null)[]): void;
}

export interface FaultOptions {
	/** The same seed gives the same faults in the same order; 1 by default. */
	seed?: number;
	rates?: Rates;
	/** For the first requests, one each. */
	script?: readonly (Fault | null)[];
	/** Whether faults strike any request, the default, or only those that create something. */
	on?: 'all' | 'create';
}

/** Faults by a script, then by chance. @throws RangeError */
export function createFaultSource(options: FaultOptions = {}): FaultSource {
	const { seed = 1, on = 'all' } = options;
	const random = createRandom(seed);
	// Another generator: what becomes of a fault must not change which one comes next.
	const toss = createRandom(seed + 1);
	const script = (options.script ?? []).map(known);
	let rates = checkRates(options.rates ?? {});
	return {
		draw({ creates }) {
			if (on === 'create' && !creates) return null;
			const fault = script.length > 0 ? (script.shift() ?? null) : pick(rates, random());
			if (fault === null) return null;
			const tells = TELLS[fault];
			return { fault, tells: tells === 'by chance' ? toss() < 0.5 : tells };
		},
		setRates: (next) => (rates = checkRates(next)),
		queue: (...faults) => void script.push(...faults.map(known)),
	};
}

/** The same share for every fault, together as given. @throws RangeError */
export function evenRates(share: number): Rates {
	const rates = Object.fromEntries(FAULTS.map((fault) => [fault, share / FAULTS.length]));
	checkRates(rates);
	return rates;
}

function pick(rates: [Fault, number][], chance: number): Fault | null {
	let sum = 0;
	return rates.find(([, rate]) => chance < (sum += rate))?.[0] ?? null;
}

function checkRates(rates: Rates): [Fault, number][] {
	const entries = Object.entries(rates) as [Fault, number][];
	for (const [fault, rate] of entries) {
		known(fault);
		if (!(rate >= 0 && rate <= 1)) throw new RangeError(`The rate of ${fault} must be a number from 0 to 1`);
	}
	const sum = entries.reduce((total, [, rate]) => total + rate, 0);
	// Ten times 0.1 is a little more than 1.
	if (sum > 1 + 1e-9) throw new RangeError(`The rates of all faults add up to ${sum}: at most 1 is possible`);
	return entries;
}

function known(fault: Fault | null): Fault | null {
	if (fault === null || FAULTS.includes(fault)) return fault;
	throw new RangeError(`There is no fault ${String(fault)}: use ${FAULTS.join(', ')}`);
}
