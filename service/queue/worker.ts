import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../logger';
import { outside } from '../tracing/context';
import { LostClaim, type Job, type Queue } from './queue';

export interface WorkerOptions {
	queue: Queue;
	/** What is to be done once for jobs that are about to begin. */
	prepare: (jobs: Job[]) => Promise<void>;
	/** Does a job to its end: it completes, postpones or buries it. A job whose `work` throws comes back when its lease ends. */
	work: (job: Job, slot: Slot) => Promise<void>;
	/** Jobs at once. */
	concurrency: number;
	/** How often to look for work nobody told of, in milliseconds. */
	pollMs: number;
	log: Logger;
}

/** A job's place among those worked on at once. */
export interface Slot {
	/** Leaves it to another while this one waits for somebody else; its lease is kept. */
	leave(): void;
	enter(): void;
}

export interface Worker {
	/** Promises up to `wanted` slots to jobs that are about to be committed as claimed; says how many. */
	reserve(wanted: number): number;
	/** Gives promised slots back. */
	release(slots: number): void;
	/** Starts a claimed job in a promised slot. */
	run(job: Job): void;
	/** Says that there may be work in the queue. */
	wake(): void;
	start(): void;
	/** Takes and promises nothing from now on; what runs, and what was promised, goes on. */
	pause(): void;
	/** Takes no more work and resolves when what runs has ended. */
	stop(): Promise<void>;
}

interface Run {
	job: Job;
	done: Promise<void>;
	/** The job as it was given out again meanwhile. */
	again?: Job;
}

interface State extends WorkerOptions {
	/** By ticket. */
	running: Map<string, Run>;
	/** Slots promised to jobs that do not run yet. */
	reserved: number;
	/** Jobs that run and have left their slots. */
	aside: number;
	claiming: Promise<void> | undefined;
	claimAgain: boolean;
	stopped: boolean;
}

/** Takes jobs from a queue, so many at a time, and keeps their leases while they run. */
export function createWorker(options: WorkerOptions): Worker {
	const state: State = {
		...options,
		running: new Map(),
		reserved: 0,
		aside: 0,
		claiming: undefined,
		claimAgain: false,
		stopped: true,
	};
	let timers: NodeJS.Timeout[] = [];
	return {
		reserve: (wanted) => reserve(state, wanted),
		release: (slots) => release(state, slots),
		run(job) {
			release(state, 1);
			if (!goesOn(job, state)) void outside(() => begin(state, job));
		},
		wake: () => wake(state),
		start() {
			state.stopped = false;
			timers = [
				setInterval(() => wake(state), state.pollMs),
				setInterval(() => void keepLeases(state), state.queue.leaseMs / 3),
			];
			wake(state);
		},
		pause() {
			state.stopped = true;
		},
		async stop() {
			state.stopped = true;
			await state.claiming;
			await Promise.allSettled([...state.running.values()].map(({ done }) => done));
			timers.forEach(clearInterval);
		},
	};
}

/** Each job that waits aside holds a ticket in memory. */
const MOST_ASIDE = 500;

function free({ concurrency, running, reserved, aside }: State): number {
	return aside >= MOST_ASIDE ? 0 : concurrency - (running.size - aside) - reserved;
}

function reserve(state: State, wanted: number): number {
	const slots = state.stopped ? 0 : Math.max(0, Math.min(wanted, free(state)));
	state.reserved += slots;
	return slots;
}

function release(state: State, slots: number): void {
	state.reserved -= slots;
}

/** Resolves when it has ended, and any of it that was given out again. */
function begin(state: State, job: Job): Promise<void> {
	const { running, work, log } = state;
	const slot = slotIn(state);
	const run: Run = { job, done: Promise.resolve() };
	running.set(job.ticketId, run);
	run.done = work(job, slot)
		.catch((error: unknown) => logEnd(error, job, log))
		.finally(() => {
			slot.enter();
			running.delete(job.ticketId);
			if (state.claimAgain) wake(state);
			// If what has ended did the job under its new claim, that is lost, and nothing is done twice.
			return run.again && begin(state, run.again);
		});
	return run.done;
}

/** Says why a job came to no end of its own. */
export function logEnd(error: unknown, { ticketId }: Job, log: Logger): void {
	if (error instanceof LostClaim) log.warn({ ticket_id: ticketId }, 'the lease of a job ran out: another has it');
	else log.error({ ticket_id: ticketId, error }, 'job ended unexpectedly; it will be given out again');
}

function slotIn(state: State): Slot {
	let left = false;
	return {
		leave() {
			if (!left) state.aside += 1;
			left = true;
			if (state.claimAgain) wake(state);
		},
		enter() {
			if (left) state.aside -= 1;
			left = false;
		},
	};
}

function wake(state: State): void {
	if (state.stopped) return;
	if (state.claiming) {
		state.claimAgain = true;
		return;
	}
	state.claiming = outside(() => claimSoon(state)).finally(() => {
		state.claiming = undefined;
		if (state.claimAgain && free(state) > 0) wake(state);
	});
}

/** After all that end in this turn of the event loop have left their slots: one claim for them together. */
async function claimSoon(state: State): Promise<void> {
	await setImmediate();
	if (!state.stopped) await claim(state);
}

async function claim(state: State): Promise<void> {
	const slots = reserve(state, state.concurrency);
	state.claimAgain = slots === 0;
	if (slots === 0) return;
	try {
		const jobs = await state.queue.claim(slots);
		state.claimAgain ||= jobs.length === slots;
		const next = jobs.filter((job) => !goesOn(job, state));
		if (next.length > 0) await state.prepare(next);
		next.forEach((job) => void begin(state, job));
	} catch (error) {
		state.log.error({ error }, 'the queue could not be read; trying again');
	} finally {
		release(state, slots);
	}
}

/**
 * Whether the job is still worked on: its lease ran out, as in a process that was stopped for a while, and nobody else has
 * taken it, so the work goes on under the new claim. Or it was put off just now, and is due at once: then it begins anew.
 */
function goesOn(job: Job, { running }: State): boolean {
	const run = running.get(job.ticketId);
	if (!run) return false;
	run.job.claim = job.claim;
	run.again = job;
	return true;
}

async function keepLeases({ running, queue, log }: State): Promise<void> {
	if (running.size === 0) return;
	const jobs = [...running.values()].map(({ job }) => job);
	await queue.extend(jobs).catch((error: unknown) => log.error({ error }, 'leases could not be kept'));
}
