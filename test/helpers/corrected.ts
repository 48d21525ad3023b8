import type { Knex } from 'knex';
import { migrate } from '../../service/database';
import { newRecord } from '../../service/store/records';
import { insertTickets } from '../../service/store/tickets';
import { buildTicket } from './tickets';

export interface Corrected {
	title?: string;
	description?: string;
	/** Null where nobody corrected it. */
	department: string | null;
	/** ISO 8601; one a second from the first on without it. */
	at?: string;
}

/** Migrates and stores tickets that persons corrected; they are called TKT-0, TKT-1 and so on. */
export async function storeCorrected(knex: Knex, corrected: readonly Corrected[]): Promise<void> {
	await migrate(knex);
	const records = corrected.map(({ title, description, department, at }, i) => ({
		...newRecord(`TKT-${i}`, buildTicket({ ...(title && { title }), ...(description && { description }) }), timeOf(0)),
		corrected_department: department,
		corrected_at: department === null ? null : (at ?? timeOf(i)),
	}));
	await insertTickets(knex, records);
}

function timeOf(seconds: number): string {
	return new Date(Date.parse('2026-11-22T12:00:00Z') + 1000 * seconds).toISOString();
}
