import { TriageError, type ErrorCode } from '../../../core/errors';
import { createTargets, type Held, type Target, type Targets } from '../../../service/targets/targets';

/** A moment of the fake clock; a minute begins with it. */
export const START = Date.parse('2026-11-22T12:00:00Z');

export interface Call {
	answer: (value?: string) => void;
	fail: (code: ErrorCode, retryAfter?: number) => void;
}

export interface Calling {
	targets: Targets;
	/** Names of calls in the order in which they began. */
	began: string[];
	/** Those under way, by name. */
	calls: Record<string, Call>;
	/** What became of a call: its value, what held it, or what it threw. */
	ended: Record<string, string | Held | TriageError>;
	/** Begins a call by that name; it ends when the test says so. */
	call(name: string, options?: CallOptions): void;
	/** A call that ends so at once; says what became of it. */
	once(
		name: string,
		code?: ErrorCode,
		options?: CallOptions & { retryAfter?: number },
	): Promise<string | Held | TriageError>;
}

export interface CallOptions {
	target?: Target;
	priority?: number;
}

/** Of errors that are answers. */
const STATUS: Partial<Record<ErrorCode, number>> = { rejected: 400, auth: 401, not_found: 404, rate_limited: 429 };

/** Targets whose calls end when the test says so, on a fake clock. */
export function startTargets(pace: Target['pace'] = { atOnce: 1 }, options: { random?: () => number } = {}): Calling {
	const targets = createTargets({ now: Date.now, random: () => 0, ...options });
	const calling: Calling = {
		targets,
		began: [],
		calls: {},
		ended: {},
		call(name, { target = targetOf('jira', pace), priority = 0 } = {}) {
			const run = (): Promise<string> =>
				new Promise((resolve, reject) => {
					calling.began.push(name);
					calling.calls[name] = {
						answer: (value = 'answer') => resolve(value),
						fail: (code, retryAfter) =>
							reject(new TriageError(code, `As ${name} says`, { retryAfter, status: STATUS[code] })),
					};
				});
			void targets.run(target, priority, run).then(
				(answer) => (calling.ended[name] = 'value' in answer ? answer.value : answer.held),
				(error: TriageError) => (calling.ended[name] = error),
			);
		},
		async once(name, code, { retryAfter, ...where } = {}) {
			calling.call(name, where);
			if (code === undefined) calling.calls[name]?.answer();
			else calling.calls[name]?.fail(code, retryAfter);
			await turn();
			return calling.ended[name];
		},
	};
	return calling;
}

export function targetOf(key: string, pace: Target['pace'] = { atOnce: 1 }): Target {
	return { key, system: 'jira', pace };
}

/** Until everything that is settled has been heard. */
export async function turn(): Promise<void> {
	await jest.advanceTimersByTimeAsync(0);
}

/** Milliseconds later, everything that was due has happened. */
export async function later(ms: number): Promise<void> {
	await jest.advanceTimersByTimeAsync(ms);
}
