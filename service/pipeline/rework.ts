import type { Knex } from 'knex';
import { priorityRank } from '../../core/ticket';
import { publishEvents } from '../events/publish';
import type { Metrics } from '../metrics';
import type { NewJob, Queue } from '../queue/queue';
import { insertEvents } from '../store/events';
import type { TicketRecord } from '../store/records';
import { listTickets, type TicketFilter } from '../store/ticket-pages';
import { findTicket, lockTickets, saveCorrection, saveTickets } from '../store/tickets';
import { eventOf, type Stepped } from './steps';

/** What a person decided of a ticket. */
export interface Correction {
	/** A configured department's name. */
	department: string;
	/** The team or person, in place of the mapping's team. */
	assignedTo: string | null;
	/** For the team that gets it. */
	note: string | null;
	/** Whose key it was. */
	by: string | null;
}

export interface RetryOptions {
	/** Whether the target is asked first where an earlier request ended in doubt. */
	ask: boolean;
	by: string | null;
}

/** The ticket back at work, or why it is not. */
export type Reworked = TicketRecord | 'unknown' | 'busy' | 'not_failed' | 'erased';

export interface Rework {
	/** A person's decision: no automatic step overrides it. */
	correct(ticketId: string, correction: Correction): Promise<Reworked>;
	retry(ticketId: string, options: RetryOptions): Promise<Reworked>;
	/** Failed tickets, newest first, at most `limit`. Resolves with how many went back to work, and whether there are more. */
	retryAll(filter: TicketFilter, limit: number, by: string | null): Promise<{ retried: number; more: boolean }>;
}

export interface ReworkDeps {
	knex: Knex;
	queue: Queue;
	now: () => number;
	metrics: Pick<Metrics, 'corrected'>;
	/** Says that there is work. */
	wake: () => void;
}

const PAGE = 200;

/** Tickets that a person puts back to work. */
export function createRework(deps: ReworkDeps): Rework {
	return {
		async correct(ticketId, correction) {
			const reworked = await reworkOne(ticketId, deps, async (trx, record, at) => {
				const stepped = correctedStep(record, correction, at);
				await saveCorrection(trx, stepped.record);
				return stepped;
			});
			if (typeof reworked !== 'string') deps.metrics.corrected(reworked.department);
			return reworked;
		},
		async retry(ticketId, options) {
			return reworkOne(ticketId, deps, (_trx, record, at) =>
				Promise.resolve(record.status === 'failed' ? retriedStep(record, options, at) : null),
			);
		},
		retryAll: (filter, limit, by) => retryAll(filter, { limit, by }, deps),
	};
}

async function reworkOne(
	ticketId: string,
	{ knex, queue, now, wake }: ReworkDeps,
	step: (trx: Knex, record: TicketRecord, at: string) => Promise<Stepped | null>,
): Promise<Reworked> {
	const known = await findTicket(knex, ticketId);
	if (!known) return 'unknown';
	if (known.erased_at !== null) return 'erased';
	const outcome = await knex
		.transaction(async (trx) => {
			// Taking the job comes first: from here on no worker has the ticket.
			const taken = await queue.requeue(trx, [jobFor(known, now())]);
			if (taken.length === 0) return 'busy';
			const [record = known] = await lockTickets(trx, [ticketId]);
			if (record.erased_at !== null) throw new Refused('erased');
			const stepped = await step(trx, record, new Date(now()).toISOString());
			if (stepped === null) throw new Refused('not_failed');
			await saveTickets(trx, [stepped.record]);
			await insertEvents(trx, stepped.events);
			await publishEvents(trx, [stepped]);
			return stepped.record;
		})
		.catch((error: unknown) => {
			if (error instanceof Refused) return error.why;
			throw error;
		});
	wake();
	return outcome;
}

/** Rolls the transaction back. */
class Refused extends Error {
	constructor(readonly why: 'not_failed' | 'erased') {
		super(why);
	}
}

async function retryAll(
	filter: TicketFilter,
	{ limit, by }: { limit: number; by: string | null },
	deps: ReworkDeps,
): Promise<{ retried: number; more: boolean }> {
	let retried = 0;
	let before: number | undefined;
	do {
		const wanted = { ...filter, status: 'failed', withText: true } as const;
		const page = await listTickets(deps.knex, wanted, { before, limit: Math.min(PAGE, limit - retried) });
		retried += await retryPage(page.tickets, by, deps);
		before = page.next ?? undefined;
	} while (before !== undefined && retried < limit);
	deps.wake();
	return { retried, more: before !== undefined };
}

/** Resolves with how many of them went back to work. */
async function retryPage(tickets: TicketRecord[], by: string | null, deps: ReworkDeps): Promise<number> {
	const { knex, queue, now } = deps;
	const jobs = tickets.map((record) => jobFor(record, now()));
	return knex.transaction(async (trx) => {
		const taken = await queue.requeue(trx, jobs);
		// As they stand now: somebody may have put one of them back to work since the page was read.
		const known = await lockTickets(trx, taken);
		const failed = known.filter(({ status, erased_at }) => status === 'failed' && erased_at === null);
		const at = new Date(now()).toISOString();
		const steps = failed.map((record) => retriedStep(record, { ask: true, by }, at));
		const records = steps.map(({ record }) => record);
		const events = steps.flatMap((step) => step.events);
		await saveTickets(trx, records);
		await insertEvents(trx, events);
		return steps.length;
	});
}

function jobFor({ ticket_id, effective_priority }: TicketRecord, now: number): NewJob {
	return { ticketId: ticket_id, priority: priorityRank(effective_priority), createdAt: now };
}

function correctedStep(record: TicketRecord, { department, assignedTo, note, by }: Correction, at: string): Stepped {
	const detail = { from: record.department, to: department, assigned_to: assignedTo, note, by };
	return {
		record: {
			...backAtWork(record, at),
			department,
			assigned_to: assignedTo ?? record.assigned_to,
			needs_review: false,
			corrected_department: department,
			corrected_team: assignedTo,
			corrected_note: note,
			corrected_at: at,
		},
		events: [eventOf(record, 'corrected', detail, at)],
	};
}

function retriedStep(record: TicketRecord, { ask, by }: RetryOptions, at: string): Stepped {
	const working = backAtWork(record, at);
	const detail = { by, ...(record.delivery_state !== null && { asking_first: ask }) };
	return {
		record: ask ? working : { ...working, delivery_state: null },
		events: [eventOf(record, 'retried', detail, at)],
	};
}

function backAtWork(record: TicketRecord, at: string): TicketRecord {
	const status = record.classification ? 'classified' : 'received';
	return { ...record, status, error_message: null, updated_at: at };
}
