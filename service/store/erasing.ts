import type { Knex } from 'knex';
import { isRecord } from '../../core/json';
import { isPostgres } from '../in-turn';
import { dropDeliveries } from './event-deliveries';
import { caseVariants, lockTickets, readColumn, saveTickets, toIso } from './tickets';
import type { Status, TicketRecord } from './records';
import { TEXT_COLUMNS, withoutQuotes, withoutText } from './without-text';

/** A ticket with text, as it stood when it was looked for. */
export interface WithText {
	id: number;
	ticket_id: string;
	status: Status;
	updated_at: string;
}

/** Where the next page begins. */
export type After = Pick<WithText, 'id' | 'updated_at'>;

const COLUMNS = ['id', 'ticket_id', 'status', 'updated_at'];
/** Word for word as the index has it, which is taken for nothing else. */
const ENDED = "status || '' IN ('routed', 'failed')";

/** Tickets that came to their end before `before` (ISO 8601) and still have their text, the oldest first. */
export function endedBefore(knex: Knex, before: string, after?: After): Knex.QueryBuilder {
	const query = withText(knex).whereRaw(ENDED).where('updated_at', '<', before).orderBy(['updated_at', 'id']);
	return after ? query.whereRaw('(updated_at, id) > (?, ?)', [after.updated_at, after.id]) : query;
}

/** All tickets of a reporter that still have their text, whatever the case of the address. */
export function reportedBy(knex: Knex, email: string, after?: After): Knex.QueryBuilder {
	const names = caseVariants(email);
	const same = `lower(email) IN (${names.map(() => '?').join(', ')})`;
	const query = withText(knex).whereRaw(same, names).orderBy('id');
	return after ? query.where('id', '>', after.id) : query;
}

function withText(knex: Knex): Knex.QueryBuilder {
	return knex('ticket_logs').select(COLUMNS).whereNull('erased_at');
}

export async function readPage(query: Knex.QueryBuilder, limit: number): Promise<WithText[]> {
	const rows = (await query.limit(limit)) as Record<string, unknown>[];
	return rows.map((row) => ({ ...(row as unknown as WithText), updated_at: toIso(row.updated_at) }));
}

/** How many tickets have waited for a person since before `before`, ISO 8601. */
export async function countWaiting(knex: Knex, before: string): Promise<number> {
	const waiting = knex('ticket_logs').where('status', 'needs_review').where('updated_at', '<', before);
	const [{ count }] = (await waiting.count({ count: '*' })) as { count: number | string }[];
	return Number(count);
}

/**
 * Those of the tickets that stand as they were found, for nobody else to change before the transaction is through.
 * Who put one to work meanwhile changed its `updated_at`.
 */
export async function lockUnchanged(trx: Knex, found: WithText[]): Promise<TicketRecord[]> {
	const seen = new Map(found.map((one) => [one.ticket_id, one.updated_at]));
	const records = await lockTickets(trx, [...seen.keys()]);
	return records.filter(
		({ ticket_id, updated_at, erased_at }) => erased_at === null && updated_at === seen.get(ticket_id),
	);
}

/** Takes the text from tickets, from their histories, and from what was still to be told of them. */
export async function eraseTexts(trx: Knex, records: TicketRecord[], at: string): Promise<void> {
	const erased = records.map((record) => withoutText(record, at));
	await saveTickets(trx, erased, TEXT_COLUMNS);
	const ids = records.map(({ ticket_id }) => ticket_id);
	await eraseQuotes(trx, ids);
	await dropDeliveries(trx, ids);
}

const ROWS_A_STATEMENT = 200;

async function eraseQuotes(trx: Knex, ticketIds: string[]): Promise<void> {
	const rows = (await trx('ticket_events').whereIn('ticket_id', ticketIds)) as Record<string, unknown>[];
	const changed = rows.flatMap((row) => {
		const given = readColumn(row.detail);
		const detail = JSON.stringify(withoutQuotes(isRecord(given) ? given : {}));
		return detail === row.detail ? [] : [{ ...row, detail }];
	});
	for (let i = 0; i < changed.length; i += ROWS_A_STATEMENT) {
		const some = changed.slice(i, i + ROWS_A_STATEMENT);
		await trx('ticket_events').insert(some).onConflict('id').merge(['detail']);
	}
}

/** SQLite's log keeps pages as they were until it is emptied. PostgreSQL cleans up by itself, by its vacuum. */
export async function emptyLog(knex: Knex): Promise<void> {
	if (!isPostgres(knex)) await knex.raw('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** When a ticket was last erased, ISO 8601; null if none ever was. */
export async function lastErasure(knex: Knex): Promise<string | null> {
	const query = knex('ticket_logs').select('erased_at').whereNotNull('erased_at').orderBy('erased_at', 'desc');
	const row = (await query.first()) as { erased_at: unknown } | undefined;
	return row ? toIso(row.erased_at) : null;
}

/** How large SQLite's file is, in bytes. */
export async function fileSize(knex: Knex): Promise<number> {
	const [row] = (await knex.raw('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')) as {
		size: number;
	}[];
	return row.size;
}

/**
 * Writes SQLite's file anew, without what stands between the rows: a row that grew was moved, and its text stays where it
 * was, even where what is deleted is overwritten. Who writes has to wait meanwhile: some 0.7 s for each 100 MB.
 */
export async function rewriteFile(knex: Knex): Promise<void> {
	await knex.raw('VACUUM');
	await emptyLog(knex);
}
