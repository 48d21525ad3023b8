import type { Knex } from 'knex';
import type { Ticket } from '../../core/ticket';
import type { Pipeline } from '../pipeline/pipeline';
import { findKeys, type ItemKey, type RequestKey } from '../store/idempotency-keys';
import type { TicketRecord } from '../store/records';
import { isRowError } from '../store/row-errors';
import { findTickets } from '../store/tickets';
import { HttpProblem } from './problems';

export interface Accepted {
	record: TicketRecord;
	/** Whether an earlier request under the same key made it. */
	isRepeat: boolean;
}

export interface OnceDeps {
	knex: Knex;
	pipeline: Pick<Pipeline, 'accept'>;
	/** What callers are told where the database fails. */
	unavailable: (error: unknown) => HttpProblem;
}

/**
 * What a request's tickets were made into, once for its key: a ticket, or the problem it met, for each of them.
 * @throws HttpProblem 409 where the first such request is still being stored, 422 where that was another request
 */
export type Once = (tickets: Ticket[], key: RequestKey) => Promise<(Accepted | HttpProblem)[]>;

export function createOnce(deps: OnceDeps): Once {
	const inProgress = new Set<string>();
	return async (tickets, key) => {
		const known = await repeatsOf(key, deps);
		if (known.size === tickets.length) return repeated(known);
		const name = JSON.stringify([key.caller, key.key]);
		if (inProgress.has(name)) throw stillInProgress();
		inProgress.add(name);
		try {
			return await acceptMissing(tickets, { key, known }, deps);
		} finally {
			inProgress.delete(name);
		}
	};
}

/** By their places in the request, from the first on. */
type Known = Map<number, TicketRecord>;

async function repeatsOf(key: RequestKey, { knex, unavailable }: OnceDeps): Promise<Known> {
	try {
		const rows = await findKeys(knex, key);
		if (rows.some(({ fingerprint }) => fingerprint !== key.fingerprint)) throw usedBefore();
		const ids = rows.map((row) => row.ticket_id);
		const records = ids.length === 0 ? [] : await findTickets(knex, ids);
		const items = new Map(rows.map((row) => [row.ticket_id, row.item]));
		const known = records.map((record) => [items.get(record.ticket_id) ?? 0, record] as const);
		return new Map(known.sort(([a], [b]) => a - b));
	} catch (error) {
		throw error instanceof HttpProblem ? error : unavailable(error);
	}
}

function repeated(known: Known): Accepted[] {
	return [...known.values()].map((record) => ({ record, isRepeat: true }));
}

async function acceptMissing(
	tickets: Ticket[],
	{ key, known }: { key: RequestKey; known: Known },
	deps: OnceDeps,
): Promise<(Accepted | HttpProblem)[]> {
	const first = tickets.findIndex((_, item) => !known.has(item));
	// Alone: it takes the key for all of them, against other processes too.
	const begun = await take(tickets[first], { ...key, item: first }, deps);
	if (begun instanceof HttpProblem) throw begun;
	if (begun === 'taken') return takenMeanwhile(tickets.length, key, deps);
	const made = await Promise.all(
		tickets.map((ticket, item) => {
			const record = known.get(item);
			if (record) return { record, isRepeat: true };
			return item === first ? begun : take(ticket, { ...key, item }, deps);
		}),
	);
	return withTaken(made, key, deps);
}

async function take(
	ticket: Ticket,
	key: ItemKey,
	{ pipeline, unavailable }: OnceDeps,
): Promise<Accepted | HttpProblem | 'taken'> {
	try {
		return { record: await pipeline.accept(ticket, undefined, key), isRepeat: false };
	} catch (error) {
		return isRowError(error) ? 'taken' : unavailable(error);
	}
}

/** Another process that came in the midst of it stores the rest as well: of each ticket one of the two is refused, when the other is stored. */
async function withTaken(
	made: (Accepted | HttpProblem | 'taken')[],
	key: RequestKey,
	deps: OnceDeps,
): Promise<(Accepted | HttpProblem)[]> {
	const byOthers = made.includes('taken') ? await repeatsOf(key, deps) : new Map<number, TicketRecord>();
	return made.map((one, item) => {
		if (one !== 'taken') return one;
		const record = byOthers.get(item);
		return record ? { record, isRepeat: true } : stillInProgress();
	});
}

/** By another process, of which nothing is seen before it is done. */
async function takenMeanwhile(wanted: number, key: RequestKey, deps: OnceDeps): Promise<Accepted[]> {
	const known = await repeatsOf(key, deps);
	if (known.size === wanted) return repeated(known);
	throw known.size > 0 ? stillInProgress() : deps.unavailable(new Error('a ticket with a key was refused'));
}

function stillInProgress(): HttpProblem {
	return new HttpProblem(409, 'The first request with this key is still being stored: send it again in a moment', {
		headers: { 'Retry-After': '1' },
	});
}

function usedBefore(): HttpProblem {
	return new HttpProblem(422, 'This key came with another request before: send what is new under a new key');
}
