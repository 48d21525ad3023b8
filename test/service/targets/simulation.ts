import { TriageError } from '../../../core/errors';
import { createTargets, type Target, type Targets } from '../../../service/targets/targets';

/** A ticket that is called until it was. */
export interface Errand {
	target: Target;
	priority: number;
	/** When it comes first, in milliseconds from the start. */
	at: number;
	/** How long its call takes, in milliseconds. */
	takes: number;
	/** How its calls end, one after the other; the last stands for all further ones. */
	ends: readonly End[];
}

export type End = 'answer' | 'unavailable' | 'bug' | { retryAfter: number } | 'too many';

export interface Start {
	errand: Errand;
	at: number;
	/** Calls of the target under way with it. */
	running: number;
	/** Others that could have started instead, though they come first. */
	passed: number;
}

export interface Watched {
	targets: Targets;
	starts: Start[];
	/** Pauses that were asked for, from the moment the refusal came. */
	pauses: { key: string; from: number; until: number }[];
	/** Times that errands were held. */
	held: { at: number; until: number }[];
	/** Errands that came to their end: by a value, or an error. */
	ended: { errand: Errand; at: number }[];
	/** The most that ever waited for one target. */
	mostWaiting: number;
}

export interface SimulationOptions {
	errands: readonly Errand[];
	random: () => number;
	/** Whether a call that was refused or failed is made again, after a second. */
	again?: boolean;
	/** How exact its times are. */
	grainMs?: number;
}

/** All errands on a fake clock, the held ones again when they are told to come; resolves when no timer is left. */
export async function simulate({ errands, random, again = false, grainMs = 1 }: SimulationOptions): Promise<Watched> {
	const targets = createTargets({ now: Date.now, random });
	const watched: Watched = { targets, starts: [], pauses: [], held: [], ended: [], mostWaiting: 0 };
	/** By target: who waits there, and as the how-manieth they came. */
	const lines = new Map<string, Map<Errand, number>>();
	const running = new Map<string, number>();
	const agenda = createAgenda(grainMs);
	let arrivals = 0;

	function come(errand: Errand, tries: number): void {
		const { key } = errand.target;
		const waiting = lines.get(key) ?? new Map<Errand, number>();
		lines.set(key, waiting.set(errand, (arrivals += 1)));
		const call = async (): Promise<string> => {
			const mine = waiting.get(errand) ?? 0;
			waiting.delete(errand);
			running.set(key, (running.get(key) ?? 0) + 1);
			const passed = [...waiting].filter(([other, theirs]) => comesFirst(other, theirs, errand, mine)).length;
			watched.starts.push({ errand, at: Date.now(), running: running.get(key) ?? 0, passed });
			await new Promise<void>((resolve) => agenda(Date.now() + errand.takes, resolve));
			running.set(key, (running.get(key) ?? 0) - 1);
			return endOf(errand, tries, watched);
		};
		void targets.run(errand.target, errand.priority, call).then(
			(answer) => {
				if ('value' in answer) return watched.ended.push({ errand, at: Date.now() });
				waiting.delete(errand);
				watched.held.push({ at: Date.now(), until: answer.held.until });
				return agenda(answer.held.until, () => come(errand, tries));
			},
			() => {
				if (again) agenda(Date.now() + 1000, () => come(errand, tries + 1));
				else watched.ended.push({ errand, at: Date.now() });
			},
		);
		watched.mostWaiting = Math.max(watched.mostWaiting, ...targets.state().map((state) => state.waiting));
	}

	errands.forEach((errand) => agenda(Date.now() + errand.at, () => come(errand, 0)));
	await jest.runAllTimersAsync();
	return watched;
}

/** Runs things at a time, or at most `grainMs` later: many timers make the fake clock slow. */
function createAgenda(grainMs: number): (at: number, run: () => void) => void {
	const entries = new Map<number, (() => void)[]>();
	return (at, run) => {
		const slot = Math.ceil(at / grainMs) * grainMs;
		const due = entries.get(slot);
		if (due) return void due.push(run);
		const all = [run];
		entries.set(slot, all);
		setTimeout(() => {
			entries.delete(slot);
			all.forEach((one) => one());
		}, slot - Date.now());
	};
}

function comesFirst(other: Errand, theirs: number, errand: Errand, mine: number): boolean {
	return other.priority > errand.priority || (other.priority === errand.priority && theirs < mine);
}

function endOf({ ends, target }: Errand, tries: number, { pauses }: Watched): string {
	const end = ends[Math.min(tries, ends.length - 1)];
	if (end === 'answer') return 'answer';
	if (end === 'bug') throw new RangeError('a bug');
	if (end === 'unavailable') throw new TriageError('unavailable', 'No answer', { retryable: true });
	const retryAfter = end === 'too many' ? undefined : end.retryAfter;
	const from = Date.now();
	pauses.push({ key: target.key, from, until: from + (retryAfter ?? 1) * 1000 });
	throw new TriageError('rate_limited', 'Too many', { retryable: true, retryAfter });
}
