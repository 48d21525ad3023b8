import type { Knex } from 'knex';
import { isRecord, readJson } from '../../core/json';
import type { Classification } from '../../core/classification';
import type { MovedFrom, Status, TicketRecord } from './records';

type Row = Record<string, unknown>;

/** A multi-row insert binds every value; this keeps one within SQLite's limits of terms and variables. */
const ROWS_A_STATEMENT = 100;

/** Columns a ticket may change in after it was received. */
const CHANGING: (keyof TicketRecord)[] = [
	'effective_priority',
	'department',
	'assigned_to',
	'status',
	'confidence_score',
	'needs_review',
	'classification',
	'external_ticket_id',
	'external_url',
	'routed_to_system',
	'error_message',
	'updated_at',
	'delivery_number',
	'delivery_state',
	'delivery_target',
	'delivery_mapping',
	'delivery_at',
	'moved_from',
];

export async function insertTickets(trx: Knex, records: TicketRecord[]): Promise<void> {
	for (let i = 0; i < records.length; i += ROWS_A_STATEMENT) {
		await trx('ticket_logs').insert(records.slice(i, i + ROWS_A_STATEMENT).map(toRow));
	}
}

/** Writes the changing columns of tickets that exist, in one statement for many. */
export async function saveTickets(trx: Knex, records: TicketRecord[]): Promise<void> {
	for (let i = 0; i < records.length; i += ROWS_A_STATEMENT) {
		const rows = records.slice(i, i + ROWS_A_STATEMENT).map(toRow);
		await trx('ticket_logs').insert(rows).onConflict('ticket_id').merge(CHANGING);
	}
}

/** What a person decided, which saveTickets never touches. */
export async function saveCorrection(trx: Knex, record: TicketRecord): Promise<void> {
	const { corrected_department, corrected_team, corrected_note, corrected_at } = record;
	await trx('ticket_logs')
		.where({ ticket_id: record.ticket_id })
		.update({ corrected_department, corrected_team, corrected_note, corrected_at });
}

export async function findTicket(knex: Knex, ticketId: string): Promise<TicketRecord | undefined> {
	const row = (await knex('ticket_logs').where({ ticket_id: ticketId }).first()) as Row | undefined;
	return row && fromRow(row);
}

export async function findTickets(knex: Knex, ticketIds: string[]): Promise<TicketRecord[]> {
	const rows = (await knex('ticket_logs').whereIn('ticket_id', ticketIds)) as Row[];
	return rows.map(fromRow);
}

export interface TicketFilter {
	status?: Status;
	department?: string;
	/** In title or description, whatever its case. */
	text?: string;
	/** ISO 8601, inclusive. */
	from?: string;
	/** ISO 8601, exclusive. */
	to?: string;
}

export interface Page {
	/** Rows before this id; newest first. */
	before?: number;
	limit: number;
}

/** A page of tickets, newest first, and the `before` of the next one, if there is any. */
export async function listTickets(
	knex: Knex,
	filter: TicketFilter,
	{ before, limit }: Page,
): Promise<{ tickets: TicketRecord[]; next: number | null }> {
	const query = knex('ticket_logs')
		.orderBy('id', 'desc')
		.limit(limit + 1);
	if (before !== undefined) void query.where('id', '<', before);
	if (filter.status) void query.where('status', filter.status);
	if (filter.department) {
		const names = caseVariants(filter.department);
		void query.whereRaw(`lower(department) IN (${names.map(() => '?').join(', ')})`, names);
	}
	if (filter.from) void query.where('created_at', '>=', filter.from);
	if (filter.to) void query.where('created_at', '<', filter.to);
	if (filter.text) {
		const patterns = caseVariants(filter.text).map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`);
		const like = "lower(title) LIKE ? ESCAPE '\\' OR lower(description) LIKE ? ESCAPE '\\'";
		const condition = patterns.map(() => like).join(' OR ');
		void query.whereRaw(
			`(${condition})`,
			patterns.flatMap((pattern) => [pattern, pattern]),
		);
	}
	const rows = (await query) as Row[];
	const shown = rows.slice(0, limit);
	return { tickets: shown.map(fromRow), next: rows.length > limit ? Number(shown[limit - 1].id) : null };
}

/** SQLite's lower() changes A to Z alone, PostgreSQL's every letter: what either could have made of the text. */
function caseVariants(text: string): string[] {
	const variants = [text, text.toLowerCase(), text.toUpperCase()].map((variant) =>
		variant.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
	);
	return [...new Set(variants)];
}

function toRow(record: TicketRecord): Row {
	return {
		...record,
		classification: record.classification && JSON.stringify(record.classification),
		ticket_metadata: JSON.stringify(record.ticket_metadata),
		moved_from: record.moved_from && JSON.stringify(record.moved_from),
	};
}

function fromRow(row: Row): TicketRecord {
	const { id: _id, ...columns } = row;
	const metadata = readColumn(row.ticket_metadata);
	const classification = readColumn(row.classification);
	const movedFrom = readColumn(row.moved_from);
	return {
		...(columns as unknown as TicketRecord),
		needs_review: Boolean(row.needs_review),
		confidence_score: confidenceOf(row.confidence_score),
		classification: isRecord(classification) ? (classification as unknown as Classification) : null,
		ticket_metadata: isRecord(metadata) ? metadata : {},
		moved_from: isRecord(movedFrom) ? (movedFrom as unknown as MovedFrom) : null,
		created_at: toIso(row.created_at),
		updated_at: toIso(row.updated_at),
	};
}

/** The agent kept it as text. */
function confidenceOf(value: unknown): number | null {
	const confidence = value === null || value === '' ? NaN : Number(value);
	return Number.isFinite(confidence) ? confidence : null;
}

/** A JSON column: text where we made it, already parsed where PostgreSQL's own type was taken over. */
export function readColumn(value: unknown): unknown {
	return typeof value === 'string' ? readJson(value) : value;
}

/** PostgreSQL gives dates, SQLite the text that was stored. */
export function toIso(value: unknown): string {
	return value instanceof Date ? value.toISOString() : String(value);
}
