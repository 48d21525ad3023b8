import type { HttpRequest } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import type { Ticket } from '../../core/ticket';
import { isShownSetting } from '../shown-settings';

const MASK = '•••';
/** Shorter values are found in any sentence. */
const SHORTEST_VALUE = 4;
/** So many characters in a row that also stand in the ticket were taken from it. */
const SHORTEST_QUOTE = 12;

/** What a system's own words must not carry into the history: what it was sent. */
export interface Sent {
	/** With its references resolved. */
	mapping: Mapping;
	/** What the references stood for. */
	secrets: Iterable<string>;
	ticket: Ticket;
}

/** The message with every secret of the mapping and every piece of the ticket replaced. */
export function redact(message: string, { mapping, secrets, ticket }: Sent): string {
	const hidden = [...secrets, ...secretsOf(mapping)];
	const values = [...hidden, ...hidden.flatMap(codesOf), ticket.email, ticket.title, ...linesOf(ticket.description)]
		.map((value) => value.trim())
		.filter((value) => value.length >= SHORTEST_VALUE)
		.sort((a, b) => b.length - a.length);
	const masked = values.reduce((text, value) => text.replaceAll(value, MASK), message);
	return withoutQuotes(masked, [ticket.title, onOneLine(ticket.description), ...values].join('\n'));
}

/** The mapping with what its connector signs in by, which a target may quote as well as any header of the mapping's own. */
export function asSent(mapping: Mapping, { headers }: HttpRequest): Mapping {
	const authorization = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'authorization');
	return { ...mapping, headers: { ...mapping.headers, ...Object.fromEntries(authorization) } };
}

/** As an address or a header writes it. */
function codesOf(value: string): string[] {
	return [encodeURIComponent(value.toWellFormed()), Buffer.from(value).toString('base64')];
}

/** Header values whole and by their words, settings that are not shown to anybody, and what an endpoint says after its host. */
function secretsOf({ headers, settings, endpoint }: Mapping): string[] {
	const hidden = Object.entries(settings).filter(([key, value]) => !isShownSetting(key, value));
	const fromHeaders = textsIn(headers).flatMap((value) => [value, ...value.split(/\s+/), ...basicPair(value)]);
	return [...fromHeaders, ...textsIn(hidden.map(([, value]) => value)), ...addressParts(endpoint)].filter(
		(value) => !/^(Bearer|Basic|Token)$/i.test(value),
	);
}

function basicPair(value: string): string[] {
	const encoded = /^Basic\s+(\S+)$/i.exec(value)?.[1];
	return encoded === undefined ? [] : Buffer.from(encoded, 'base64').toString('utf8').split(':');
}

function addressParts(endpoint: string): string[] {
	if (!URL.canParse(endpoint)) return [];
	const { pathname, search, searchParams } = new URL(endpoint);
	return [`${pathname}${search}`, pathname, search.slice(1), ...searchParams.values()];
}

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function linesOf(text: string): string[] {
	return [text, onOneLine(text), ...text.split(/[\r\n]+/)];
}

function onOneLine(text: string): string {
	return text.replace(/\s+/gu, ' ');
}

/** An answer is cut to a length, and a target may quote from the middle: whatever long piece ticket or secrets have too goes. */
function withoutQuotes(message: string, source: string): string {
	let kept = '';
	for (let at = 0; at < message.length;) {
		let end = at + SHORTEST_QUOTE;
		if (end > message.length || !source.includes(message.slice(at, end))) {
			kept += message[at];
			at += 1;
			continue;
		}
		while (end < message.length && source.includes(message.slice(at, end + 1))) end += 1;
		kept += MASK;
		at = end;
	}
	return kept;
}
