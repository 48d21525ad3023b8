import type { Knex } from 'knex';
import { isPostgres } from '../in-turn';
import type { Status, TicketRecord } from './records';
import { caseVariants, fromRow } from './tickets';

export interface TicketFilter {
	status?: Status;
	department?: string;
	/** In title or description, whatever its case. */
	text?: string;
	/** ISO 8601, inclusive. */
	from?: string;
	/** ISO 8601, exclusive. */
	to?: string;
	/** Only tickets that still have their text. */
	withText?: boolean;
}

export interface Page {
	/** The id of the last row of the page before. */
	before?: number;
	limit: number;
	/** How many rows a search for a text may look at where no index finds it. */
	looked?: number;
}

const LOOKED = 50_000;

/**
 * A page of tickets, newest first, and the `before` of the next one, if there is any. Where a text has to be searched for
 * row by row, a page may be short and yet have a next one.
 */
export async function listTickets(
	knex: Knex,
	filter: TicketFilter,
	{ before, limit, looked = LOOKED }: Page,
): Promise<{ tickets: TicketRecord[]; next: number | null }> {
	const departments = filter.department ? await storedAs(knex, filter.department) : undefined;
	const indexed = filter.text === undefined || (await isIndexed(knex, filter.text));
	const wanted = { ...filter, departments, before };
	const last = indexed ? undefined : await lastLooked(knex, wanted, looked);
	const query = ticketsBefore(knex, wanted).limit(limit + 1);
	if (filter.withText) void query.whereNull('erased_at');
	if (filter.text !== undefined) void whereText(query, filter.text, indexed && knex('ticket_search'));
	if (last !== undefined) void query.whereRaw(`(created_at, id) >= (${CREATED}, ?)`, [last, last]);
	const rows = (await query) as Record<string, unknown>[];
	const shown = rows.slice(0, limit);
	return { tickets: shown.map(fromRow), next: rows.length > limit ? Number(shown[limit - 1].id) : (last ?? null) };
}

/** When the ticket of an id came. */
const CREATED = '(SELECT created_at FROM ticket_logs WHERE id = ?)';

type Wanted = Pick<TicketFilter, 'status' | 'from' | 'to'> & { departments?: string[]; before?: number };

/** Tickets in the order of the list, whatever their texts. */
function ticketsBefore(knex: Knex, { status, departments, from, to, before }: Wanted): Knex.QueryBuilder {
	const query = knex('ticket_logs').orderBy([
		{ column: 'created_at', order: 'desc' },
		{ column: 'id', order: 'desc' },
	]);
	if (before !== undefined) void query.whereRaw(`(created_at, id) < (${CREATED}, ?)`, [before, before]);
	if (status) void query.where('status', status);
	if (departments) void query.whereRaw(`lower(department) IN (${departments.map(() => '?').join(', ')})`, departments);
	if (from) void query.where('created_at', '>=', from);
	if (to) void query.where('created_at', '<', to);
	return query;
}

function whereText(query: Knex.QueryBuilder, text: string, search: Knex.QueryBuilder | false): Knex.QueryBuilder {
	if (search) return query.whereIn('id', whereLike(search.select('id'), ['words'], text));
	return whereLike(query, ['lower(title)', 'lower(description)'], text);
}

function whereLike(query: Knex.QueryBuilder, places: string[], text: string): Knex.QueryBuilder {
	const patterns = caseVariants(text).map((variant) => `%${variant.replace(/[\\%_]/g, '\\$&')}%`);
	const one = places.map((place) => `${place} LIKE ? ESCAPE '\\'`).join(' OR ');
	return query.whereRaw(
		`(${patterns.map(() => one).join(' OR ')})`,
		patterns.flatMap((pattern) => places.map(() => pattern)),
	);
}

/** Trigrams are of letters and digits; and without the extension for them there is no such table. */
async function isIndexed(knex: Knex, text: string): Promise<boolean> {
	if (!isPostgres(knex) || !/[\p{L}\p{N}]{3}/u.test(text)) return false;
	const { rows } = (await knex.raw("SELECT to_regclass('ticket_search') IS NOT NULL AS there")) as {
		rows: { there: boolean }[];
	};
	return rows[0].there;
}

/** The id of the last row to look at, if there are so many. */
async function lastLooked(knex: Knex, wanted: Wanted, looked: number): Promise<number | undefined> {
	const query = ticketsBefore(knex, wanted).offset(looked - 1);
	const row = (await query.first('id')) as { id: number } | undefined;
	return row?.id;
}

/** The variants of a name that tickets have: of one alone the index gives them in their order. */
async function storedAs(knex: Knex, department: string): Promise<string[]> {
	const variants = caseVariants(department);
	if (variants.length === 1) return variants;
	// With an order it is the index that is asked, whatever share of the tickets has the name.
	const one = 'SELECT 1 FROM ticket_logs WHERE lower(department) = ? ORDER BY created_at DESC, id DESC LIMIT 1';
	const columns = variants.map((variant, i) => knex.raw(`(${one}) AS ??`, [variant, String(i)]));
	const [found] = (await knex.select(columns)) as Record<string, unknown>[];
	const stored = variants.filter((_, i) => Boolean(found[String(i)]));
	return stored.length > 0 ? stored : variants.slice(0, 1);
}
