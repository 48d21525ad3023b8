import type { Knex } from 'knex';
import { isRecord } from '../../core/json';
import type { Step, TicketEvent } from './records';
import { readColumn, toIso } from './tickets';

const ROWS_A_STATEMENT = 200;

export async function insertEvents(trx: Knex, events: TicketEvent[]): Promise<void> {
	for (let i = 0; i < events.length; i += ROWS_A_STATEMENT) {
		const rows = events
			.slice(i, i + ROWS_A_STATEMENT)
			.map((event) => ({ ...event, detail: JSON.stringify(event.detail) }));
		await trx('ticket_events').insert(rows);
	}
}

/** A ticket's history, oldest first. */
export async function listEvents(knex: Knex, ticketId: string): Promise<TicketEvent[]> {
	const rows = (await knex('ticket_events').where({ ticket_id: ticketId }).orderBy('id')) as Record<string, unknown>[];
	return rows.map((row) => {
		const detail = readColumn(row.detail);
		return {
			ticket_id: String(row.ticket_id),
			step: String(row.step) as Step,
			detail: isRecord(detail) ? detail : {},
			created_at: toIso(row.created_at),
		};
	});
}
