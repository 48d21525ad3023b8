import type { Knex } from 'knex';
import type { Ticket } from '../../core/ticket';
import { inTime } from '../in-time';
import type { Job, Queue } from '../queue/queue';
import { createWorker, logEnd, type Slot, type Worker } from '../queue/worker';
import type { ItemKey } from '../store/idempotency-keys';
import { isSettled, newRecord, type TicketRecord } from '../store/records';
import { isRowError } from '../store/row-errors';
import { contextOf, originHere, within } from '../tracing/context';
import { findTicket, findTickets } from '../store/tickets';
import type { WriteWatch } from '../write-watch';
import { createGroupCommit, type GroupCommit } from './group-commit';
import { keepTrying } from './keep-trying';
import { processTicket, type ProcessDeps } from './process';
import { createSettlements, type Looking, type Settlements } from './settlements';
import { eventOf } from './steps';
import { applyWrites, type Write } from './writes';

export interface PipelineDeps extends Omit<ProcessDeps, 'save'> {
	knex: Knex;
	queue: Queue;
	newTicketId: () => string;
	/** Tickets worked on at once. */
	concurrency: number;
	pollMs: number;
	/** How often to look at tickets that are waited for, in milliseconds. */
	lookMs: number;
	writes: WriteWatch;
}

export interface Pipeline {
	/**
	 * Resolves once the ticket is on disk; from then on it will be settled, whatever happens to the process.
	 * @throws a row error where its id or key is taken
	 */
	accept(ticket: Ticket, ticketId?: string, key?: ItemKey): Promise<TicketRecord>;
	/** The ticket once it is settled, or as it is known to stand after `waitMs`. */
	settled(record: TicketRecord, waitMs: number): Promise<TicketRecord>;
	start(): void;
	/** Says that tickets were put back to work. */
	wake(): void;
	/** Callers who wait get their tickets as they stand. */
	releaseWaiters(): void;
	/** Begins nothing more, at once, and resolves when what is under way has ended. Tickets are still accepted, for the next start. */
	stop(): Promise<void>;
}

interface Parts {
	deps: PipelineDeps;
	worker: Worker;
	commits: GroupCommit<Write>;
	settlements: Settlements;
	/** Tickets on their way to the worker, from `accept` or read for many jobs at once. */
	fresh: Map<string, TicketRecord>;
}

/** How long a caller who has waited long enough waits for the last look. */
const LAST_LOOK_MS = 2000;

/** accept → classify → decide → route → settle, over a durable queue. */
export function createPipeline(deps: PipelineDeps): Pipeline {
	const parts: Parts = {
		deps,
		worker: createWorker({
			...deps,
			prepare: (jobs) => prepare(jobs, parts),
			work: (job, slot) => work(job, slot, parts),
		}),
		commits: createGroupCommit<Write>((writes) => commit(writes, parts)),
		settlements: createSettlements(lookingIn(deps)),
		fresh: new Map(),
	};
	return {
		accept: (ticket, ticketId = deps.newTicketId(), key) => accept(ticket, { ticketId, key }, parts),
		async settled(record, waitMs) {
			if (isSettled(record)) return record;
			const settled = await parts.settlements.wait(record.ticket_id, waitMs);
			if (settled) return settled;
			// It is on disk: whatever the database does now, the caller need not send it again, nor wait for long.
			const last = inTime(findTicket(deps.knex, record.ticket_id), LAST_LOOK_MS);
			return (await last.catch(() => undefined)) ?? record;
		},
		start: () => parts.worker.start(),
		wake: () => parts.worker.wake(),
		releaseWaiters: () => parts.settlements.end(),
		stop: () => stop(parts),
	};
}

function lookingIn({ knex, lookMs }: PipelineDeps): Looking {
	const look = async (ids: string[]): Promise<TicketRecord[]> => (await findTickets(knex, ids)).filter(isSettled);
	return { look, everyMs: lookMs };
}

/** One query for many jobs. */
async function prepare(jobs: Job[], { deps, fresh }: Parts): Promise<void> {
	const ids = jobs.map(({ ticketId }) => ticketId);
	for (const record of await findTickets(deps.knex, ids)) fresh.set(record.ticket_id, record);
}

async function stop({ worker, commits, settlements }: Parts): Promise<void> {
	worker.pause();
	// A commit under way may have promised jobs to the worker.
	await commits.idle();
	await worker.stop();
	settlements.end();
	await commits.idle();
}

async function accept(
	ticket: Ticket,
	{ ticketId, key }: { ticketId: string; key?: ItemKey },
	{ deps, commits }: Parts,
): Promise<TicketRecord> {
	const { now, metrics, log } = deps;
	const started = now();
	const at = new Date(started).toISOString();
	const record = newRecord(ticketId, ticket, at, originHere());
	const received = eventOf(record, 'received', { priority: ticket.priority, source: ticket.source }, at);
	await commits.write({ kind: 'accept', record, events: [received], key });
	metrics.tickets.inc({ status: 'received' });
	metrics.seconds.observe({ stage: 'accept' }, (now() - started) / 1000);
	log.info({ ticket_id: ticketId, priority: ticket.priority }, 'ticket received');
	return record;
}

/** One transaction for many writes; what it accepted and the worker has room for starts at once, already claimed. */
async function commit(writes: Write[], { deps, worker, fresh }: Parts): Promise<void> {
	const accepted = writes.filter((write) => write.kind === 'accept').map(({ record }) => record);
	const reserved = worker.reserve(accepted.length);
	let mine: Job[];
	try {
		mine = await deps.knex.transaction((trx) => applyWrites(trx, deps.queue, writes, reserved));
		deps.writes.record(true);
	} catch (error) {
		worker.release(reserved);
		// A row that is refused says nothing of the disk.
		if (!isRowError(error)) deps.writes.record(false, error);
		throw error;
	}
	const started = new Set(mine.map(({ ticketId }) => ticketId));
	for (const record of accepted.filter(({ ticket_id: id }) => started.has(id))) fresh.set(record.ticket_id, record);
	mine.forEach((job) => worker.run(job));
	worker.release(reserved - mine.length);
	if (mine.length < accepted.length) worker.wake();
}

async function work(job: Job, slot: Slot, { deps, commits, settlements, fresh }: Parts): Promise<void> {
	const record = fresh.get(job.ticketId) ?? (await findTicket(deps.knex, job.ticketId));
	fresh.delete(job.ticketId);
	if (!record) return deps.queue.complete(deps.knex, [job]);
	const save: ProcessDeps['save'] = async (stepped, fate) => {
		await keepTrying(() => commits.write({ kind: 'step', ...stepped, job, fate }));
		if (isSettled(stepped.record)) settlements.announce(stepped.record);
	};
	await within(contextOf(record), () =>
		processTicket(record, { job, slot }, { ...deps, save }).catch((error: unknown) => logEnd(error, job, deps.log)),
	);
}
