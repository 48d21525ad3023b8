import type { Classifiers } from '../../core/classify';
import type { Receipt } from '../../core/connectors/connector';
import type { Policy } from '../../core/decide';
import { TriageError } from '../../core/errors';
import type { Send } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import { resolveReferences } from '../../core/references';
import { route } from '../../core/route';
import type { Logger } from '../logger';
import { systemLabel, type Metrics } from '../metrics';
import type { Job } from '../queue/queue';
import { isSettled, type TicketRecord } from '../store/records';
import { redact, type Sent } from './redact';
import { classifyStep, decideStep, deliveryOf, failedStep, postponedStep, settledStep } from './steps';
import type { DecidedStep, ReviewDelivery, Stepped } from './steps';
import type { JobFate } from './writes';

export interface ProcessDeps {
	classifiers: Classifiers;
	policy: Policy;
	reviewDelivery: ReviewDelivery;
	mappings: () => Promise<readonly Mapping[]>;
	send: Send;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
	retry: { maxAttempts: number; backoffFactor: number };
	save: (stepped: Stepped, job: JobFate) => Promise<void>;
	now: () => number;
	/** 0 ≤ x < 1 */
	random: () => number;
	metrics: Metrics;
	log: Logger;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_WAIT_MS = 3_600_000;

/** Takes a ticket from where it stands to where it belongs. Every way out of it is saved. */
export async function processTicket(record: TicketRecord, job: Job, deps: ProcessDeps): Promise<void> {
	if (isSettled(record)) return deps.save({ record, events: [] }, 'done');
	if (job.attempt > deps.retry.maxAttempts) return abandon(record, job, deps);
	let reached: Stepped & { mapping?: Mapping } = { record, events: [] };
	try {
		const classified = record.classification
			? reached
			: await timed('classify', deps, () => classifyTicket(record, deps));
		reached = classified;
		const decided = await decideAndKeep(classified, deps);
		reached = decided;
		const receipt = await timed('route', deps, () => deliver(decided, deps));
		reached = settledStep(decided, receipt, isoTime(deps));
	} catch (error) {
		return giveUpOrPostpone(reached, { error, job, system: reached.mapping?.system ?? 'none' }, deps);
	}
	await settle(reached, 'done', deps);
}

/** Every try is accounted for but none came to an end: what they did outside is not known, so it is not done again. */
async function abandon(record: TicketRecord, job: Job, deps: ProcessDeps): Promise<void> {
	const begun = job.attempt - 1;
	const reason =
		`This ticket was begun ${begun} ${begun === 1 ? 'time' : 'times'} and never finished; it may have been delivered: ` +
		'look there before it is sent again';
	deps.log.error({ ticket_id: record.ticket_id, attempt: job.attempt }, 'ticket abandoned');
	const stepped = failedStep({ record, events: [] }, new TriageError('unavailable', reason), isoTime(deps));
	return settle(stepped, 'dead', deps);
}

async function classifyTicket(record: TicketRecord, deps: ProcessDeps): Promise<Stepped> {
	const stepped = await classifyStep(record, deps.classifiers, () => isoTime(deps));
	const { classification } = stepped.record;
	if (classification)
		deps.metrics.confidence.observe({ classifier: classification.classifier }, classification.confidence);
	return stepped;
}

/** Before anything leaves the house, what is about to leave is on disk, so that a restart does not classify again. */
async function decideAndKeep(classified: Stepped, deps: ProcessDeps): Promise<DecidedStep> {
	const options = { reviewDelivery: deps.reviewDelivery, now: () => isoTime(deps) };
	const decided = decideStep(classified, deps.policy, await deps.mappings(), options);
	if (decided.mapping.system === 'inbox') return decided;
	await deps.save(decided, 'kept');
	return { ...decided, events: [] };
}

async function deliver(decided: DecidedStep, deps: ProcessDeps): Promise<Receipt> {
	const secrets = new Set<string>();
	const mapping = resolveReferences(decided.mapping, (name) => {
		const value = deps.lookup(name);
		if (value !== undefined) secrets.add(value);
		return value;
	});
	const system = systemLabel(mapping.system);
	const delivery = deliveryOf({ ...decided, mapping });
	try {
		const receipt = await route(delivery, deps.send, deps.now);
		if (system !== 'inbox') deps.metrics.externalCalls.inc({ system, outcome: 'success' });
		return receipt;
	} catch (error) {
		deps.metrics.externalCalls.inc({ system, outcome: error instanceof TriageError ? error.code : 'bug' });
		throw error instanceof TriageError ? withoutSecrets(error, { mapping, secrets, ticket: delivery.ticket }) : error;
	}
}

/** The other side's explanation is kept with the ticket, and may repeat what it was sent. */
function withoutSecrets(error: TriageError, sent: Sent): TriageError {
	const { code, retryable, status, retryAfter } = error;
	return new TriageError(code, redact(error.message, sent), { retryable, status, retryAfter });
}

async function giveUpOrPostpone(
	stepped: Stepped,
	{ error, job, system }: { error: unknown; job: Job; system: string },
	deps: ProcessDeps,
): Promise<void> {
	const ticket_id = stepped.record.ticket_id;
	if (!(error instanceof TriageError)) deps.log.error({ ticket_id, error }, 'processing hit a bug');
	const cause = error instanceof TriageError ? error : bug();
	if (!cause.retryable || job.attempt >= deps.retry.maxAttempts) {
		deps.log.error(
			{ ticket_id, system, code: cause.code, status: cause.status, attempt: job.attempt },
			'ticket failed',
		);
		return settle(failedStep(stepped, cause, isoTime(deps)), 'dead', deps);
	}
	const runAfter = deps.now() + waitBefore(job.attempt, cause, deps);
	deps.metrics.retries.inc({ system: systemLabel(system) });
	deps.log.warn(
		{ ticket_id, system, code: cause.code, status: cause.status, attempt: job.attempt },
		'delivery postponed',
	);
	await deps.save(postponedStep(stepped, cause, runAfter, isoTime(deps)), { runAfter });
}

function bug(): TriageError {
	return new TriageError('unavailable', 'An unexpected error in the service stopped this ticket; its log says more', {
		retryable: true,
	});
}

/** Milliseconds: what the other side asked for, else exponential with jitter from half to full. */
function waitBefore(attempt: number, error: TriageError, { retry, random }: ProcessDeps): number {
	const backoff = FIRST_RETRY_MS * retry.backoffFactor ** (attempt - 1) * (0.5 + random() / 2);
	// Whole milliseconds: the column is a bigint.
	return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(backoff, (error.retryAfter ?? 0) * 1000)));
}

async function settle(stepped: Stepped, job: JobFate, deps: ProcessDeps): Promise<void> {
	await deps.save(stepped, job);
	const { ticket_id, status, department, classification, created_at } = stepped.record;
	deps.metrics.tickets.inc({ status });
	deps.metrics.departments.inc({ department: department ?? 'none' });
	deps.metrics.seconds.observe({ stage: 'total' }, (deps.now() - Date.parse(created_at)) / 1000);
	const { confidence, classifier } = classification ?? {};
	deps.log.info({ ticket_id, status, department, confidence, classifier }, 'ticket settled');
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
