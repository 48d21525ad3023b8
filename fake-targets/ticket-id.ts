/**
 * The id in the line `Ticket: TKT-…` that a delivery adds to its text, empty where there is none. The last one counts:
 * what the service says stands below what people wrote.
 */
export function ticketIdIn(text: string): string {
	const [last] = Array.from(text.matchAll(/\bTicket: (TKT-[\w-]*\w)/gu)).slice(-1);
	return last?.[1] ?? '';
}

/** A text that is such an id, or empty. */
export function asTicketId(value: unknown): string {
	return typeof value === 'string' && /^TKT-[\w-]*\w$/u.test(value) ? value : '';
}

/** The id of which a label or tag such as `triage-0123abcd` was made; empty for any other. */
export function ticketIdOfLabel(label: string): string {
	const [, rest] = /^triage-([a-z\d_-]+)$/u.exec(label) ?? [];
	return rest === undefined ? '' : `TKT-${rest.toUpperCase()}`;
}
