import type { Knex } from 'knex';
import { priorityRank } from '../../core/ticket';
import type { Postponement, Queue } from '../queue/queue';
import { insertEvents } from '../store/events';
import type { TicketEvent, TicketRecord } from '../store/records';
import { insertTickets, saveTickets } from '../store/tickets';

/** A new ticket, or a step of one that exists, with what becomes of its job. */
export type Write =
	| { kind: 'accept'; record: TicketRecord; events: TicketEvent[] }
	| { kind: 'step'; record: TicketRecord; events: TicketEvent[]; job: JobFate };

export type JobFate = 'kept' | 'done' | 'dead' | Postponement;

/** Everything of a batch in the transaction at hand; the first `claimed` new tickets go to the worker of this process. */
export async function applyWrites(trx: Knex, queue: Queue, writes: Write[], claimed: number): Promise<void> {
	const accepts = writes.filter((write) => write.kind === 'accept');
	const steps = writes.filter((write) => write.kind === 'step');
	if (accepts.length > 0) {
		await insertTickets(
			trx,
			accepts.map(({ record }) => record),
		);
		await queue.enqueue(
			trx,
			accepts.map(({ record }, i) => newJob(record, i < claimed)),
		);
	}
	if (steps.length > 0)
		await saveTickets(
			trx,
			steps.map(({ record }) => record),
		);
	await insertEvents(
		trx,
		writes.flatMap(({ events }) => events),
	);
	await queue.complete(
		trx,
		steps.filter(({ job }) => job === 'done').map(({ record }) => record.ticket_id),
	);
	for (const { record, job } of steps) {
		if (job === 'dead') await queue.bury(trx, record.ticket_id);
		else if (typeof job === 'object') await queue.postpone(trx, record.ticket_id, job);
	}
}

function newJob(record: TicketRecord, claimed: boolean) {
	return {
		ticketId: record.ticket_id,
		priority: priorityRank(record.priority),
		createdAt: Date.parse(record.created_at),
		claimed,
	};
}
