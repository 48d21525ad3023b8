import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Department } from '../../core/departments';
import type { Verdict } from '../../core/gemini/ask';
import type { Question } from '../../core/gemini/request';

export type Ask = (question: Question) => Promise<Verdict>;

export interface CacheOptions {
	/** 0: nothing is kept; the same question asked at the same time is still asked once. */
	entries: number;
	ttlMs: number;
	/** What a verdict depends on besides the question. */
	model: string;
	departments: readonly Department[];
	/** Milliseconds since 1970. */
	now: () => number;
	onHit: () => void;
}

/** Asks what was not asked lately. Verdicts are kept under a hash, without the question; errors are not kept. */
export function cached(ask: Ask, { entries, ttlMs, model, departments, now, onHit }: CacheOptions): Ask {
	const keyOf = keyFor(model, departments);
	const pending = new Map<string, Promise<Verdict>>();
	// Without a resolution it starts no timers; `max` must not be 0.
	const kept = new LRUCache<string, Verdict>({
		max: Math.max(entries, 1),
		ttl: ttlMs,
		ttlResolution: 0,
		perf: { now },
	});

	function askOnce(key: string, question: Question): Promise<Verdict> {
		const asked = ask(question)
			.then((verdict) => {
				if (entries > 0) kept.set(key, verdict);
				return verdict;
			})
			.finally(() => pending.delete(key));
		pending.set(key, asked);
		return asked;
	}

	return async (question) => {
		const key = keyOf(question);
		const known = kept.get(key) ?? pending.get(key);
		if (!known) return askOnce(key, question);
		const verdict = await known;
		onHit();
		return free(verdict);
	};
}

function keyFor(model: string, departments: readonly Department[]): (question: Question) => string {
	const list = departments.map(({ name, description, examples }) => [name, description, examples]);
	const settings = JSON.stringify([model, list]);
	return ({ title, description }) =>
		createHash('sha256')
			.update(settings)
			.update(JSON.stringify([title, description]))
			.digest('base64');
}

/** What it took was counted where it was asked. */
function free({ usage, ...verdict }: Verdict): Verdict {
	const nothing = { input_tokens: 0, output_tokens: 0 };
	return { ...verdict, usage: usage.cost_usd === undefined ? nothing : { ...nothing, cost_usd: 0 } };
}
