import type { Knex } from 'knex';
import { priorityRank } from '../../core/ticket';
import { publishEvents } from '../events/publish';
import type { Job, NewJob, Postponement, Queue } from '../queue/queue';
import { insertEvents } from '../store/events';
import { insertKeys, type ItemKey, type KeptKey } from '../store/idempotency-keys';
import type { TicketEvent, TicketRecord } from '../store/records';
import { insertTickets, saveTickets } from '../store/tickets';

/** A new ticket, or a step of one that exists, with its job and what becomes of that. */
export type Write =
	| { kind: 'accept'; record: TicketRecord; events: TicketEvent[]; key?: ItemKey }
	| { kind: 'step'; record: TicketRecord; events: TicketEvent[]; job: Job; fate: JobFate };

export type JobFate = 'kept' | 'done' | 'dead' | Postponement;

/**
 * Everything of a batch in the transaction at hand. Resolves with the jobs, `wanted` at most, that are now the worker's of
 * this process. @throws LostClaim where another has the job of a step by now
 */
export async function applyWrites(trx: Knex, queue: Queue, writes: Write[], wanted: number): Promise<Job[]> {
	const accepted = writes.filter((write) => write.kind === 'accept').map(({ record }) => record);
	const steps = writes.filter((write) => write.kind === 'step');
	await settleJobs(trx, queue, steps);
	await insertKeys(trx, writes.flatMap(keyOf));
	if (accepted.length > 0) await insertTickets(trx, accepted);
	if (steps.length > 0) {
		await saveTickets(
			trx,
			steps.map(({ record }) => record),
		);
	}
	await insertEvents(
		trx,
		writes.flatMap(({ events }) => events),
	);
	await publishEvents(trx, steps);
	return accepted.length === 0 ? [] : await queue.enqueue(trx, accepted.map(newJob), wanted);
}

/** First of all: who has lost a job must not touch its ticket. */
async function settleJobs(trx: Knex, queue: Queue, steps: Extract<Write, { kind: 'step' }>[]): Promise<void> {
	const jobsOf = (fate: JobFate): Job[] => steps.filter((step) => step.fate === fate).map(({ job }) => job);
	await queue.hold(trx, jobsOf('kept'));
	await queue.complete(trx, jobsOf('done'));
	for (const { job, fate } of steps) {
		if (fate === 'dead') await queue.bury(trx, job);
		else if (typeof fate === 'object') await queue.postpone(trx, job, fate);
	}
}

function keyOf(write: Write): KeptKey[] {
	if (write.kind !== 'accept' || !write.key) return [];
	const { ticket_id, created_at } = write.record;
	return [{ ...write.key, ticket_id, created_at: Date.parse(created_at) }];
}

function newJob(record: TicketRecord): NewJob {
	return {
		ticketId: record.ticket_id,
		priority: priorityRank(record.priority),
		createdAt: Date.parse(record.created_at),
	};
}
