import { RateLimiterMemory } from 'rate-limiter-flexible';
import { TriageError } from '../../core/errors';
import type { GeminiLimits } from './settings';
import { minuteOf } from '../times';

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
	/** Ends its timers. */
	close(): void;
}

const WINDOWS = [
	{ name: 'requestsPerMinute', unit: 'requests', per: 'minute', variable: 'GEMINI_REQUESTS_PER_MINUTE' },
	{ name: 'requestsPerDay', unit: 'requests', per: 'day', variable: 'GEMINI_REQUESTS_PER_DAY' },
	{ name: 'tokensPerMinute', unit: 'tokens', per: 'minute', variable: 'GEMINI_TOKENS_PER_MINUTE' },
	{ name: 'tokensPerDay', unit: 'tokens', per: 'day', variable: 'GEMINI_TOKENS_PER_DAY' },
] as const;
const SECONDS = { minute: 60, day: 86_400 };

type BudgetLimits = Pick<GeminiLimits, (typeof WINDOWS)[number]['name']>;
type Limit = (typeof WINDOWS)[number] & { most: number; limiter: RateLimiterMemory };
interface Share {
	limit: Limit;
	/** Number of the minute or day since 1970: each is counted under its own key, so that none is mistaken for another. */
	window: number;
	points: number;
}

/** One's own limits by the clock's minute and day (UTC), in memory; `now` in milliseconds since 1970. */
export function createBudget(limits: BudgetLimits, now: () => number): Budget {
	const all = WINDOWS.flatMap((window): Limit[] => {
		const most = limits[window.name];
		if (most === undefined) return [];
		return [{ ...window, most, limiter: new RateLimiterMemory({ points: most, duration: SECONDS[window.per] }) }];
	});
	const windowNow = ({ per }: Limit): number => Math.floor(now() / 1000 / SECONDS[per]);
	const isCurrent = ({ limit, window }: Share): boolean => window === windowNow(limit);

	async function takeNow(tokens: number): Promise<Spent> {
		const shares: Share[] = [];
		for (const limit of all) {
			const share = { limit, window: windowNow(limit), points: limit.unit === 'tokens' ? tokens : 1 };
			shares.push(share);
			if (await hasRoom(share)) continue;
			await giveBack(shares);
			throw overBudget(share);
		}
		return {
			async correct(actual) {
				const counted = shares.filter((share) => share.limit.unit === 'tokens' && isCurrent(share));
				await giveBack(counted.map((share) => ({ ...share, points: tokens - actual })));
			},
			undo: () => giveBack(shares.filter(isCurrent)),
		};
	}

	// One after the other: what is refused counts until it is given back.
	let last: Promise<unknown> = Promise.resolve();
	return {
		take(tokens) {
			const taken = last.then(() => takeNow(tokens));
			last = taken.catch(() => undefined);
			return taken;
		},
		close() {
			for (const limit of all) [0, 1].forEach((back) => void limit.limiter.delete(windowNow(limit) - back));
		},
	};
}

/** Whether it fits; it is counted either way. */
async function hasRoom({ limit, window, points }: Share): Promise<boolean> {
	const { consumedPoints } = await limit.limiter.penalty(window, points);
	return consumedPoints <= limit.most;
}

async function giveBack(shares: readonly Share[]): Promise<void> {
	for (const { limit, window, points } of shares) await limit.limiter.reward(window, points);
}

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
