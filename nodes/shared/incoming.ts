import { isRecord, type JsonRecord } from '../../core/json';
import { EMAIL } from '../../core/parse';
import { cleanLine, cleanText, isVisible, shorten } from '../../core/text';
import { LIMITS, type Priority } from '../../core/ticket';
import { readEntries, readForm } from './incoming/entries';
import type { Found, Reader } from './incoming/found';
import { htmlToText, isHtml } from './incoming/html';
import { readOutlook, readParsedMail, readSimpleMail, readSimplifiedGmail } from './incoming/mail';
import { priorityNamed } from './incoming/priority';
import { readFreshservice, readJira, readSlack, readZendesk } from './incoming/systems';
import { own, textOf } from './incoming/values';

/** What an item says about its ticket, within the limits of one; a field that it does not say is missing. */
export interface Incoming {
	title?: string;
	description?: string;
	email?: string;
	priority?: Priority;
	source?: string;
	ticketId?: string;
}

const READERS: Reader[] = [
	readSimpleMail,
	readParsedMail,
	readSimplifiedGmail,
	readOutlook,
	readJira,
	readFreshservice,
	readZendesk,
	readSlack,
	readForm,
];

/** Under which key webhooks of help desks put the ticket itself. */
const WRAPPERS = ['ticket', 'freshdesk_webhook'];

/**
 * The ticket in an item that another node handed over, as far as it can be recognised: the items of n8n's own mail,
 * form, webhook and help desk nodes, and anything whose keys say what they are. Never throws; texts that are too long
 * are cut.
 */
export function readIncoming(json: unknown): Incoming {
	if (!isRecord(json)) return {};
	const request = requestIn(json);
	if (request === undefined) return checked(readItem(json));
	const found = readRequest(request);
	return checked({ ...found, source: found.source ?? 'webhook' });
}

/**
 * What a request to n8n's Webhook says: its body, or its query where it has none (packages/nodes-base/nodes/Webhook).
 */
function requestIn(json: JsonRecord): unknown {
	if (!isRecord(own(json, 'headers')) || !isRecord(own(json, 'query')) || !isRecord(own(json, 'params'))) {
		return undefined;
	}
	const body = own(json, 'body');
	const empty = body === undefined || body === '' || (isRecord(body) && Object.keys(body).length === 0);
	return empty ? own(json, 'query') : (body ?? '');
}

/** A body that is a list is several tickets, of which none may be taken for all. */
function readRequest(request: unknown): Found {
	if (isRecord(request)) return readItem(request);
	if (typeof request !== 'string') return {};
	return { description: isHtml(request) ? htmlToText(request) : request };
}

function readItem(item: JsonRecord): Found {
	for (const read of READERS) {
		const found = read(item);
		if (found) return found;
	}
	const inner = WRAPPERS.map((name) => own(item, name)).find(isRecord);
	return readEntries(inner ?? item);
}

function checked(found: Found): Incoming {
	const incoming: Incoming = {
		title: fit(found.title, LIMITS.title, cleanLine),
		description: fit(found.description, LIMITS.description, cleanText),
		email: addressIn(found.email),
		priority: priorityNamed(textOf(found.priority) ?? ''),
		source: fit(found.source, LIMITS.source, cleanLine),
		ticketId: fit(found.ticketId, LIMITS.source, cleanLine),
	};
	return Object.fromEntries(Object.entries(incoming).filter(([, value]) => value !== undefined));
}

/** Cleaned before and after it is cut, and before that cut to what cannot fit whatever its characters are. */
function fit(value: unknown, most: number, clean: (text: string) => string): string | undefined {
	const text = textOf(value);
	if (text === undefined) return undefined;
	const start = clean(shorten(text.trimStart(), most * 2));
	const fitting = clean([...start].slice(0, most).join(''));
	return isVisible(fitting) ? fitting : undefined;
}

function addressIn(value: unknown): string | undefined {
	return typeof value === 'string' && value.length <= LIMITS.email && EMAIL.test(value) ? value : undefined;
}
