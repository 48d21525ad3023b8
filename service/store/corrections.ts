import type { Knex } from 'knex';

/** A ticket as it came, and the department that a person decided on last. */
export interface CorrectedTicket {
	ticketId: string;
	title: string;
	description: string;
	department: string;
}

interface Row {
	id: number;
	ticket_id: string;
	title: string;
	description: string;
	corrected_department: string;
	corrected_at: string;
}

const PAGE = 500;
const COLUMNS = ['id', 'ticket_id', 'title', 'description', 'corrected_department', 'corrected_at'];

/**
 * Every ticket that a person corrected and whose text is kept, by the time of the correction, a page at a time. One that is
 * corrected anew meanwhile comes once more.
 */
export async function* readCorrections(knex: Knex, pageSize = PAGE): AsyncGenerator<CorrectedTicket> {
	for (let page = await pageAfter(knex, undefined, pageSize); page.length > 0;) {
		for (const { ticket_id: ticketId, title, description, corrected_department: department } of page) {
			yield { ticketId, title, description, department };
		}
		page = await pageAfter(knex, page.at(-1), pageSize);
	}
}

async function pageAfter(knex: Knex, last: Row | undefined, pageSize: number): Promise<Row[]> {
	return (await correctionsAfter(knex, last).limit(pageSize)) as Row[];
}

/** What the index of corrections answers without looking at any other ticket. */
export function correctionsAfter(knex: Knex, last?: Pick<Row, 'corrected_at' | 'id'>): Knex.QueryBuilder {
	const corrected = knex('ticket_logs').select(COLUMNS).whereNotNull('corrected_at').whereNull('erased_at');
	const query = corrected.orderBy(['corrected_at', 'id']);
	return last ? query.whereRaw('(corrected_at, id) > (?, ?)', [last.corrected_at, last.id]) : query;
}
