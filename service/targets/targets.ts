import type { Pace } from '../../core/connectors/connector';
import type { BreakerState } from '../breaker';
import { closing } from './held';
import { createLine, type Answer, type Line } from './line';
import type { Turnstile } from './turnstile';

export type { Held } from './held';

export interface Target {
	/** System and origin: what shares limits. */
	key: string;
	system: string;
	pace: Pace;
}

export interface TargetState {
	system: string;
	breaker: BreakerState;
	/** Calls that wait for room. */
	waiting: number;
	/** Calls under way. */
	running: number;
}

export interface Targets {
	/**
	 * Runs `call` as soon as the target has room: highest priority first, then first come. Where that is not within the
	 * patience, `held` says when to come again. @throws what `call` throws
	 */
	run<T>(target: Target, priority: number, call: () => Promise<T>): Promise<Answer<T>>;
	/** One for each target that was lately called. */
	state(): TargetState[];
	/** Whoever waits is held until now; nothing new begins, what is under way goes on. */
	close(): void;
}

export interface TargetsOptions {
	/** Milliseconds since 1970. */
	now: () => number;
	/** 0 to below 1. */
	random: () => number;
	/** Longer than this no call waits, in milliseconds. */
	patienceMs?: number;
	/** Where other processes call the same targets. */
	turnstile?: Turnstile | null;
}

const MOST_TARGETS = 500;
const PATIENCE_MS = 5000;

/** Sees that no target gets more than it takes, and leaves it alone where it asks for that or is out of order. */
export function createTargets(options: TargetsOptions): Targets {
	const { now, random, patienceMs = PATIENCE_MS, turnstile = null } = options;
	/** The one used last stands last. */
	const known = new Map<string, { system: string; line: Line }>();
	let closed = false;

	function lineOf({ key, system }: Target): Line {
		const found = known.get(key) ?? { system, line: createLine({ key, system, now, random, patienceMs, turnstile }) };
		known.delete(key);
		while (known.size >= MOST_TARGETS && forgetOne());
		known.set(key, found);
		return found.line;
	}

	/** The one unused for longest, rather one with nothing to remember. False where all are in use. */
	function forgetOne(): boolean {
		const unused = [...known].filter(([, { line }]) => line.state().waiting + line.state().running === 0);
		const chosen = unused.find(([, { line }]) => !line.remembers()) ?? unused.at(0);
		if (!chosen) return false;
		chosen[1].line.close();
		return known.delete(chosen[0]);
	}

	return {
		run(target, priority, call) {
			if (closed) return Promise.resolve({ held: closing(target.system, { now, random }) });
			return lineOf(target).run(target.pace, priority, call);
		},
		state: () => [...known.values()].map(({ system, line }) => ({ system, ...line.state() })),
		close() {
			closed = true;
			for (const { line } of known.values()) line.close();
		},
	};
}
