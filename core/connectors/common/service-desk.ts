import { TriageError } from '../../errors';
import type { HttpResponse } from '../../http';
import { isRecord, readJson, type JsonRecord } from '../../json';
import type { Mapping } from '../../mapping';
import { plainLine, isVisible } from '../../text';
import type { Delivery, Receipt, Remark } from '../connector';
import { markerOf } from './message';
import { addressOf, endpointProblems, siteOf } from './settings';

/** What Freshservice and Zendesk have in common: an API below this path, and tickets that are known by their numbers. */
const API = /\/api\/v2(?:\/tickets(?:\.json)?)?$/iu;

/** Within the whole numbers that JSON keeps exact. */
export const WHOLE_NUMBER = /^[1-9]\d{0,14}$/u;

export function deskProblems(mapping: Mapping, example: string): string[] {
	const within = /\/api(?:\/|$)/iu.test(siteOf(mapping.endpoint, API));
	return [
		...endpointProblems(mapping, example),
		...(within ? [`the endpoint must end before /api, as in ${example}`] : []),
	];
}

/** The address of a path below the site. @throws TriageError misconfigured */
export function deskAddress(mapping: Mapping, path: string): string {
	return addressOf(mapping, path, API);
}

/** The marker, or where it is longer than `most` UTF-16 units its end, which is what tells deliveries apart. */
export function markerWithin(delivery: Delivery, most: number): string {
	const marker = markerOf(delivery);
	if (marker.length <= most) return marker;
	const prefix = 'triage-';
	return prefix + marker.slice(prefix.length - most).replace(/^[-_]+/u, '');
}

/** A ticket as it stands in an answer, its page at `pages` and its number; null where it has none. */
export function ticketReceipt(ticket: unknown, mapping: Mapping, pages: string): Receipt | null {
	const id = isRecord(ticket) && (typeof ticket.id === 'number' || typeof ticket.id === 'string') ? `${ticket.id}` : '';
	return WHOLE_NUMBER.test(id) ? { externalId: id, externalUrl: deskAddress(mapping, `${pages}${id}`) } : null;
}

/** The tickets of a list. @throws TriageError unreadable where it is none */
export function ticketsIn(system: string, { status, body }: HttpResponse): JsonRecord[] {
	const answer = readJson(body);
	if (isRecord(answer) && Array.isArray(answer.tickets)) return answer.tickets.filter(isRecord);
	const message = `${system} answered ${status} without a list of tickets: check the endpoint`;
	throw new TriageError('unreadable', message, { status, retryable: true });
}

/** The number of the ticket that a remark is made on. @throws TriageError misconfigured where it has none */
export function ticketNumber(system: string, { receipt }: Remark): string {
	if (receipt.externalId !== null && WHOLE_NUMBER.test(receipt.externalId)) return receipt.externalId;
	const advice = 'its number is not known, so add the note there by hand';
	throw new TriageError('misconfigured', `The ticket in ${system} cannot be named: ${advice}`);
}

/** A value of an answer as one line; empty where it is no text that anybody would see. */
export function visibleLine(value: unknown): string {
	return typeof value === 'string' && isVisible(value) ? plainLine(value) : '';
}
