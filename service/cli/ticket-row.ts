import { createHash } from 'node:crypto';
import { isRecord } from '../../core/json';
import { cleanLine } from '../../core/text';
import type { Ticket } from '../../core/ticket';
import { fieldProblems, type FieldProblem } from '../http/problems';
import { ticketBody, toTicket } from '../http/schemas';
import type { Row } from './rows';

export type TicketRow = { line: number } & ({ ticket: Ticket; ticketId: string } | { problems: FieldProblem[] });

/** The ticket of a row by the API's own rules, or all that is wrong with it. `email` fills in for a missing address. */
export function readTicketRow(row: Row, email: string | null): TicketRow {
	const { line } = row;
	if ('problems' in row) return { line, problems: row.problems };
	const fillsIn = email !== null && isRecord(row.value) && isBlank(row.value.email);
	const parsed = ticketBody.safeParse(fillsIn ? { ...(row.value as object), email } : row.value);
	if (!parsed.success) return { line, problems: fieldProblems(parsed.error) };
	const ticket = toTicket(parsed.data);
	return { line, ticket, ticketId: deriveTicketId(line, fillsIn ? { ...ticket, email: '' } : ticket) };
}

function isBlank(email: unknown): boolean {
	return email === undefined || email === null || (typeof email === 'string' && cleanLine(email) === '');
}

/**
 * The id of a row's ticket: the same row gives the same ticket however often it is run. What was filled in from
 * outside the file is no part of it.
 */
export function deriveTicketId(line: number, ticket: Ticket): string {
	const hash = createHash('sha256').update(`ticket-triage row 1\n${line}\n${canonicalJson(ticket)}`);
	return `TKT-${hash.digest('hex').slice(0, 24).toUpperCase()}`;
}

function canonicalJson(value: unknown): string {
	return JSON.stringify(value, (_, item: unknown) =>
		isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
	);
}
