import type { Classifiers } from '../../core/classify';
import type { Policy } from '../../core/decide';
import { TriageError } from '../../core/errors';
import { systemLabel } from '../metrics/labels';
import type { Job } from '../queue/queue';
import type { Slot } from '../queue/worker';
import { isSettled, type TicketRecord } from '../store/records';
import { outageOf } from '../store/outages';
import type { CallDeps } from './calls';
import { deliver, type Outcome } from './deliver';
import { movedStep } from './delivery-steps';
import { linkStep } from './link';
import { logDoubts, logHeld } from './ticket-log';
import { classifyStep, decideStep, failedStep, heldStep, postponedStep } from './steps';
import type { ReviewDelivery, RoutingMapping, Stepped } from './steps';
import type { JobFate } from './writes';

export interface ProcessDeps extends CallDeps {
	classifiers: Classifiers;
	policy: Policy;
	reviewDelivery: ReviewDelivery;
	mappings: () => Promise<readonly RoutingMapping[]>;
	retry: { maxAttempts: number; backoffFactor: number; firstMs: number };
	/** 1; less where a search finds sooner what was created. */
	lagScale: number;
	save: (stepped: Stepped, fate: JobFate) => Promise<void>;
	/** 0 ≤ x < 1 */
	random: () => number;
}

/** A job in hand: which try it is, and its place among those worked on. */
export interface Attempt {
	job: Job;
	slot: Slot;
}

const LONGEST_WAIT_MS = 3_600_000;
/** Whom nobody takes for so long, a person has to see. */
const LONGEST_HELD_MS = 3 * 86_400_000;

/** Takes a ticket from where it stands to where it belongs. Every way out of it is saved. */
export async function processTicket(record: TicketRecord, attempt: Attempt, deps: ProcessDeps): Promise<void> {
	if (isSettled(record)) return link(record, attempt, deps);
	if (attempt.job.attempt > deps.retry.maxAttempts) return abandon(record, attempt.job, deps);
	const outcome = await workOn(record, attempt.slot, deps);
	if (outcome.end === 'delivered') return settle(outcome.stepped, attempt, deps);
	if (outcome.end === 'held') return hold(outcome, attempt.job, deps);
	return giveUpOrPostpone(outcome, attempt.job, deps);
}

/** classify → decide → deliver, as far as it goes. */
async function workOn(record: TicketRecord, slot: Slot, deps: ProcessDeps): Promise<Outcome> {
	const options = { reviewDelivery: deps.reviewDelivery, now: () => isoTime(deps) };
	let reached: Stepped = { record, events: [] };
	try {
		if (!record.classification) reached = await timed('classify', deps, () => classifyTicket(record, deps));
		const decided = decideStep(reached, deps.policy, await deps.mappings(), options);
		const moved = movedStep(decided, isoTime(deps));
		reached = moved;
		return await timed('route', deps, () => deliver(moved, slot, deliverDeps(deps)));
	} catch (error) {
		return { end: 'failed', stepped: reached, system: 'none', error: explain(error, deps), canRepeat: false };
	}
}

function deliverDeps(deps: ProcessDeps) {
	return {
		...deps,
		keep: (stepped: Stepped) => deps.save(stepped, 'kept'),
		explain: (error: unknown) => explain(error, deps),
	};
}

/** Every try is accounted for but none came to an end: what they did outside is not known, so it is not done again. */
async function abandon(record: TicketRecord, job: Job, deps: ProcessDeps): Promise<void> {
	const begun = job.attempt - 1;
	const reason = `This ticket was begun ${begun} ${begun === 1 ? 'time' : 'times'} and never finished`;
	deps.log.error({ ticket_id: record.ticket_id, attempt: job.attempt }, 'ticket abandoned');
	return bury({ record, events: [] }, new TriageError('unavailable', reason), job, deps);
}

async function classifyTicket(record: TicketRecord, deps: ProcessDeps): Promise<Stepped> {
	const { skipped, ...stepped } = await classifyStep(record, deps.classifiers, () => isoTime(deps));
	const { classification } = stepped.record;
	logDoubts({ classification, skipped }, deps.policy.threshold, deps.log);
	if (classification)
		deps.metrics.confidence.observe({ classifier: classification.classifier }, classification.confidence);
	return stepped;
}

/** Anything but a TriageError is a bug, or the database: logged, and tried again. */
function explain(error: unknown, { log }: ProcessDeps): TriageError {
	if (error instanceof TriageError) return error;
	const outage = outageOf(error);
	if (outage === null) log.error({ error }, 'processing hit a bug');
	else log.warn({ error }, 'the database failed while a ticket was worked on; it is tried again');
	const text =
		outage === null
			? 'An unexpected error in the service stopped this ticket; its log says more'
			: `The database failed while this ticket was worked on: ${outage}`;
	return new TriageError('unavailable', text, { retryable: true, inDoubt: true });
}

type Failure = Extract<Outcome, { end: 'failed' }>;

async function giveUpOrPostpone(failure: Failure, job: Job, deps: ProcessDeps): Promise<void> {
	const { stepped, system, error, canRepeat } = failure;
	const { code, status } = error;
	const about = { ticket_id: stepped.record.ticket_id, system, code, status, attempt: job.attempt };
	// What came of a request in doubt can be asked, or the target knows a repetition: that is worth a try whatever it said.
	const isWorthIt = error.retryable || canRepeat;
	// Too many requests are the target's affair: that costs no try, and no ticket dies of it before its time.
	const isFree = error.code === 'rate_limited';
	const isLast = isFree ? isHeldTooLong(job, deps) : job.attempt >= deps.retry.maxAttempts;
	if (!isWorthIt || isLast) {
		deps.log.error(about, 'ticket failed');
		return bury(stepped, isWorthIt && isFree ? heldTooLong(error.message) : error, job, deps);
	}
	const runAfter = Math.round(deps.now() + waitBefore(job.attempt, error, deps));
	deps.log.warn(about, 'delivery postponed');
	await deps.save(postponedStep(stepped, error, runAfter, isoTime(deps)), {
		runAfter,
		attempts: job.attempt - (isFree ? 1 : 0),
	});
	deps.metrics.retries.inc({ system: systemLabel(system) });
}

/** The target takes nothing now: that costs the ticket no try. */
async function hold(outcome: Extract<Outcome, { end: 'held' }>, job: Job, deps: ProcessDeps): Promise<void> {
	const { stepped, held, system } = outcome;
	logHeld(stepped.record, { until: held.until, isTooLong: isHeldTooLong(job, deps) }, deps.log);
	if (isHeldTooLong(job, deps)) return bury(stepped, heldTooLong(held.reason), job, deps);
	// Whole milliseconds: the column is a bigint.
	await deps.save(heldStep(stepped, held, isoTime(deps)), {
		runAfter: Math.ceil(held.until),
		attempts: job.attempt - 1,
	});
	deps.metrics.held.inc({ system: systemLabel(system) });
}

function isHeldTooLong({ createdAt }: Job, { now }: ProcessDeps): boolean {
	return now() - createdAt > LONGEST_HELD_MS;
}

function heldTooLong(reason: string): TriageError {
	return new TriageError('unavailable', `For three days nothing took the ticket: ${reason}`);
}

/** Milliseconds: what the other side asked for, else exponential with jitter from half to full. */
function waitBefore(attempt: number, error: TriageError, { retry, random }: ProcessDeps): number {
	const backoff = retry.firstMs * retry.backoffFactor ** (attempt - 1) * (0.5 + random() / 2);
	return Math.min(LONGEST_WAIT_MS, Math.max(backoff, (error.retryAfter ?? 0) * 1000));
}

async function bury(stepped: Stepped, error: TriageError, job: Job, deps: ProcessDeps): Promise<void> {
	const failed = failedStep(stepped, error, isoTime(deps));
	await deps.save(failed, 'dead');
	countSettled(failed.record, job, deps);
}

async function settle(stepped: Stepped, attempt: Attempt, deps: ProcessDeps): Promise<void> {
	const hasMoved = stepped.record.moved_from !== null;
	await deps.save(stepped, hasMoved ? 'kept' : 'done');
	countSettled(stepped.record, attempt.job, deps);
	if (hasMoved) await link(stepped.record, attempt, deps);
}

/** Of what a person put back to work, the time since then. */
function countSettled(record: TicketRecord, job: Job, deps: ProcessDeps): void {
	const { ticket_id, status, department, classification } = record;
	deps.metrics.tickets.inc({ status });
	deps.metrics.settled(department);
	deps.metrics.seconds.observe({ stage: 'total' }, (deps.now() - job.createdAt) / 1000);
	const { confidence, classifier } = classification ?? {};
	deps.log.info({ ticket_id, status, department, confidence, classifier }, 'ticket settled');
}

/** Has the place where a moved ticket stood say where it went; what became of the ticket does not hang on that. */
async function link(record: TicketRecord, { job, slot }: Attempt, deps: ProcessDeps): Promise<void> {
	if (record.moved_from === null) return deps.save({ record, events: [] }, 'done');
	const isLast = job.attempt >= deps.retry.maxAttempts;
	const linked = await linkStep(record, slot, { ...deps, isLast, explain: (error) => explain(error, deps) });
	if ('stepped' in linked) return deps.save(linked.stepped, 'done');
	const until = linked.error ? deps.now() + waitBefore(job.attempt, linked.error, deps) : linked.until;
	await deps.save({ record, events: [] }, { runAfter: Math.ceil(until), attempts: job.attempt });
}

async function timed<T>(stage: 'classify' | 'route', deps: ProcessDeps, run: () => Promise<T>): Promise<T> {
	const started = deps.now();
	try {
		return await run();
	} finally {
		deps.metrics.seconds.observe({ stage }, (deps.now() - started) / 1000);
	}
}

function isoTime({ now }: ProcessDeps): string {
	return new Date(now()).toISOString();
}
