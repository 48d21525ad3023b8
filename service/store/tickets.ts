import type { Knex } from 'knex';
import { isRecord, readJson } from '../../core/json';
import type { Classification } from '../../core/classification';
import type { MovedFrom, TicketRecord } from './records';

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
export async function saveTickets(trx: Knex, records: TicketRecord[], columns = CHANGING): Promise<void> {
	for (let i = 0; i < records.length; i += ROWS_A_STATEMENT) {
		const rows = records.slice(i, i + ROWS_A_STATEMENT).map(toRow);
		await trx('ticket_logs').insert(rows).onConflict('ticket_id').merge(columns);
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
	// Of none the database would look through all.
	if (ticketIds.length === 0) return [];
	const rows = (await knex('ticket_logs').whereIn('ticket_id', ticketIds)) as Row[];
	return rows.map(fromRow);
}

/** As findTickets, and until the transaction is through nobody else changes them. */
export async function lockTickets(trx: Knex, ticketIds: string[]): Promise<TicketRecord[]> {
	const rows = (await trx('ticket_logs').whereIn('ticket_id', ticketIds).orderBy('id').forUpdate()) as Row[];
	return rows.map(fromRow);
}

/** SQLite's lower() changes A to Z alone, PostgreSQL's every letter: what either could have made of the text. */
export function caseVariants(text: string): string[] {
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

export function fromRow(row: Row): TicketRecord {
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
		delivery_at: timeOf(row.delivery_at),
		corrected_at: timeOf(row.corrected_at),
		erased_at: timeOf(row.erased_at),
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

function timeOf(value: unknown): string | null {
	return value === null ? null : toIso(value);
}

/** PostgreSQL gives dates, SQLite the text that was stored. */
export function toIso(value: unknown): string {
	return value instanceof Date ? value.toISOString() : String(value);
}
