import { TriageError } from '../../core/errors';
import type { Changed, Limits } from '../store/limits';
import { minuteOf } from '../times';
import type { GeminiLimits } from './settings';

/** What a request took out of the budget. */
export interface Spent {
	/** Puts what it was in the place of what was estimated. */
	correct(tokens: number): Promise<void>;
	/** Gives all of it back: nothing was sent. */
	undo(): Promise<void>;
}

export interface Budget {
	/** Room for a request of about so many tokens. @throws TriageError rate_limited where there is none */
	take(tokens: number): Promise<Spent>;
	/** How far each limit is used up in its present minute or day. @throws what the database says */
	uses(): Promise<BudgetUse[]>;
}

export interface BudgetUse {
	/** Which limit, as `tokens_per_day`. */
	name: string;
	/** 0–1 */
	ratio: number;
}

const WINDOWS = [
	{ name: 'requestsPerMinute', unit: 'requests', per: 'minute', variable: 'GEMINI_REQUESTS_PER_MINUTE' },
	{ name: 'requestsPerDay', unit: 'requests', per: 'day', variable: 'GEMINI_REQUESTS_PER_DAY' },
	{ name: 'tokensPerMinute', unit: 'tokens', per: 'minute', variable: 'GEMINI_TOKENS_PER_MINUTE' },
	{ name: 'tokensPerDay', unit: 'tokens', per: 'day', variable: 'GEMINI_TOKENS_PER_DAY' },
] as const;
const SECONDS = { minute: 60, day: 86_400 };

type BudgetLimits = Pick<GeminiLimits, (typeof WINDOWS)[number]['name']>;
type Limit = (typeof WINDOWS)[number] & { most: number };
interface Share {
	limit: Limit;
	/** Number of the minute or day since 1970. */
	window: number;
	points: number;
}
/** By the name of the limit: what was spent in its last window. */
type Counts = Partial<Record<string, { window: number; points: number }>>;

const KEY = 'gemini budget';

/** One's own limits by the clock's minute and day (UTC), common to all who share the counts. */
export function createBudget(limits: BudgetLimits, counts: Limits): Budget {
	const all = WINDOWS.flatMap((window): Limit[] => {
		const most = limits[window.name];
		return most === undefined ? [] : [{ ...window, most }];
	});
	/** Counts what is known only now, as far as its window lasts. What cannot be written is logged, and the estimate stands. */
	const count = (shares: readonly Share[]): Promise<void> =>
		shares.length === 0
			? Promise.resolve()
			: counts
					.change(KEY, (known, now) => ({ known: countedLate(known, shares, now), result: undefined }))
					.catch(ignore);

	return {
		async take(tokens) {
			if (all.length === 0) return { correct: () => count([]), undo: () => count([]) };
			const taken = await counts.change(KEY, (known, now) => takenFrom(known, { all, tokens }, now));
			if (taken instanceof TriageError) throw taken;
			const ofTokens = taken.filter(({ limit }) => limit.unit === 'tokens');
			return {
				correct: (actual) => count(ofTokens.map((share) => ({ ...share, points: actual - tokens }))),
				undo: () => count(taken.map((share) => ({ ...share, points: -share.points }))),
			};
		},
		async uses() {
			if (all.length === 0) return [];
			return counts.change(KEY, (known, now) => ({ known, result: all.map((limit) => useOf(limit, known, now)) }));
		},
	};
}

/** All shares of a request, or why one of them does not fit: then none is counted. */
function takenFrom(
	known: unknown,
	{ all, tokens }: { all: readonly Limit[]; tokens: number },
	now: number,
): Changed<Share[] | TriageError> {
	const shares = all.map((limit) => shareOf(limit, limit.unit === 'tokens' ? tokens : 1, now));
	const over = shares.find((share) => spentIn(known, share) + share.points > share.limit.most);
	if (over) return { known, result: overBudget(over) };
	return { known: counted(known, shares), result: shares };
}

function shareOf(limit: Limit, points: number, now: number): Share {
	return { limit, window: Math.floor(now / 1000 / SECONDS[limit.per]), points };
}

function spentIn(known: unknown, { limit, window }: Share): number {
	const last = (known as Counts | undefined)?.[limit.name];
	return last?.window === window ? last.points : 0;
}

function useOf(limit: Limit, known: unknown, now: number): BudgetUse {
	const spent = spentIn(known, shareOf(limit, 0, now));
	return { name: `${limit.unit}_per_${limit.per}`, ratio: Math.max(0, spent) / limit.most };
}

function counted(known: unknown, shares: readonly Share[]): Counts {
	const counts = shares.map((share): [string, Counts[string]] => {
		return [share.limit.name, { window: share.window, points: spentIn(known, share) + share.points }];
	});
	return { ...(known as Counts | undefined), ...Object.fromEntries(counts) };
}

function countedLate(known: unknown, shares: readonly Share[], now: number): Counts {
	return counted(
		known,
		shares.filter(({ limit, window }) => window === shareOf(limit, 0, now).window),
	);
}

function ignore(): void {}

function overBudget({ limit, window, points }: Share): TriageError {
	const { most, unit, per, variable } = limit;
	const budget = `budget of ${thousands(most)} ${unit} a ${per} (${variable})`;
	if (points > most) {
		const text = `A request of about ${thousands(points)} ${unit} is more than the whole ${budget}`;
		return new TriageError('rate_limited', `${text}: raise it, or lower GEMINI_BATCH_SIZE`);
	}
	const until = minuteOf((window + 1) * SECONDS[per] * 1000);
	return new TriageError('rate_limited', `The ${budget} is used up until ${until}`);
}

function thousands(count: number): string {
	return count.toLocaleString('en-US');
}
