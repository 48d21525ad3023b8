import { cleanLine, shorten } from '../../text';
import type { Delivery } from '../connector';

/** Who may read what is delivered: the team alone, or the person who asked as well. */
export type Readers = 'team' | 'reporter';

/** What is said beside the ticket's own text, in this order. How it was judged is for the team. */
export function factsOf(delivery: Delivery, readers: Readers = 'team'): [string, string][] {
	const { ticket, classification, decision, mapping } = delivery;
	const judged: [string, string | null][] = [
		['Team', mapping.teamName],
		['Priority', priorityText(ticket.priority, decision.effectivePriority)],
		['Reporter', ticket.email],
		['Source', ticket.source],
		['Sureness', classification && `${Math.round(classification.confidence * 100)} % (${classification.classifier})`],
		['Needs review', decision.needsReview ? 'yes' : null],
		['Moved from', movedFrom(delivery)],
		['Note', delivery.note ?? null],
	];
	const facts: [string, string | null][] = [
		['Ticket', keyOf(delivery)],
		['Department', decision.department],
		...(readers === 'team' ? judged : []),
	];
	return facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '');
}

/** Where the ticket stood before it was moved, or null. */
export function movedFrom({ moved }: Delivery): string | null {
	if (!moved) return null;
	return moved.externalId === null ? moved.system : `${moved.system} ${moved.externalId}`;
}

function priorityText(given: string, effective: string): string {
	return given === effective ? effective : `${effective} (${given} was given)`;
}

/** The title on one line of at most so many UTF-16 units. */
export function summaryOf({ ticket }: Delivery, most: number): string {
	const line = cleanLine(ticket.title);
	return line.length <= most ? line : `${shorten(line, most - 1)}…`;
}

/** For systems that take plain text: the description, and the facts below it. */
export function plainText(delivery: Delivery, readers?: Readers): string {
	const facts = factsOf(delivery, readers).map(([name, value]) => `${name}: ${value}`);
	return [delivery.ticket.description, '', '--', ...facts].join('\n');
}

/** What this delivery is known by: the ticket's id, and from the second delivery on its number. */
export function keyOf({ ticketId, number }: Delivery): string {
	return number === 1 ? ticketId : `${ticketId}-${number}`;
}

/** A label or tag by which the delivery can be found again: no spaces, lower case. */
export function markerOf(delivery: Delivery): string {
	return `triage-${keyOf(delivery)
		.toLowerCase()
		.replace(/^tkt-/u, '')
		.replace(/[^a-z0-9_-]/gu, '-')}`;
}

/** `https://` of a stranger becomes `hxxps://`: readable, and no program makes a link of it. Other schemes get `[:]`. */
export function withoutLinks(text: string): string {
	return text
		.replace(/h(?=ttps?:\/\/)tt/giu, (start) => `${start[0]}xx`)
		.replace(/(?<=[a-z0-9])(?<!hxxps?):(?=\/\/)/giu, '[:]')
		.replace(/(?<![a-z])((?:mailto|tel|sms|javascript|data|vbscript)):/giu, '$1[:]')
		.replace(/(?<![\p{L}\p{N}])(www)\./giu, '$1[.]');
}
