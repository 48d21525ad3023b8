import { cleanLine, shorten } from '../../text';
import type { Delivery } from '../connector';

/** What a person in the receiving team sees beside the ticket's own text, in this order. */
export function factsOf({ ticketId, ticket, classification, decision, mapping }: Delivery): [string, string][] {
	const facts: [string, string | null][] = [
		['Ticket', ticketId],
		['Department', decision.department],
		['Team', mapping.teamName],
		['Priority', priorityText(ticket.priority, decision.effectivePriority)],
		['Reporter', ticket.email],
		['Source', ticket.source],
		['Sureness', classification && `${Math.round(classification.confidence * 100)} % (${classification.classifier})`],
		['Needs review', decision.needsReview ? 'yes' : null],
	];
	return facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '');
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
export function plainText(delivery: Delivery): string {
	const facts = factsOf(delivery).map(([name, value]) => `${name}: ${value}`);
	return [delivery.ticket.description, '', '--', ...facts].join('\n');
}

/** A label or tag by which the ticket can be found again: no spaces, lower case. */
export function markerOf({ ticketId }: Delivery): string {
	return `triage-${ticketId.toLowerCase().replace(/[^a-z0-9_-]/gu, '-')}`;
}

/** `https://` of a stranger becomes `hxxps://`: readable, and no program makes a link of it. Other schemes get `[:]`. */
export function withoutLinks(text: string): string {
	return text
		.replace(/h(?=ttps?:\/\/)tt/giu, (start) => `${start[0]}xx`)
		.replace(/(?<=[a-z0-9])(?<!hxxps?):(?=\/\/)/giu, '[:]')
		.replace(/(?<![a-z])((?:mailto|tel|sms|javascript|data|vbscript)):/giu, '$1[:]')
		.replace(/(?<![\p{L}\p{N}])(www)\./giu, '$1[.]');
}
