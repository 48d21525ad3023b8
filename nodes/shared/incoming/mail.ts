import { isRecord, type JsonRecord } from '../../../core/json';
import { decodeEntities } from './entities';
import type { Found, Reader } from './found';
import { htmlToText } from './html';
import { mailPriority } from './priority';
import { addressOf, firstText, idIn, own, textOf } from './values';

/** Email Trigger (IMAP), format Simple: n8n-io/n8n packages/nodes-base/nodes/EmailReadImap/v2/utils.ts. */
export const readSimpleMail: Reader = (item) => {
	if (own(item, 'textPlain') === undefined && own(item, 'textHtml') === undefined) return undefined;
	const number = own(item, 'metadata', 'message-id');
	return {
		title: own(item, 'subject'),
		description: bodyOf(own(item, 'textPlain'), own(item, 'textHtml')),
		email: addressOf(own(item, 'from')),
		priority: markOf(recordOf(own(item, 'metadata'))),
		source: 'mail',
		ticketId: messageId(number),
	};
};

/**
 * A mail as mailparser takes it apart: Email Trigger (IMAP), format Resolved, and Gmail without Simplify
 * (packages/nodes-base/nodes/Google/Gmail/GenericFunctions.ts, parseRawEmail). `html` is false where there is none.
 */
export const readParsedMail: Reader = (item) => {
	const sender = own(item, 'from');
	if (!Array.isArray(own(sender, 'value'))) return undefined;
	const gmail = typeof own(item, 'threadId') === 'string';
	return {
		title: own(item, 'subject'),
		description: bodyOf(own(item, 'text'), own(item, 'html'), own(item, 'textAsHtml')),
		email: addressOf(sender),
		priority: markOf(recordOf(own(item, 'headers'))),
		source: gmail ? 'gmail' : 'mail',
		ticketId: gmail ? idIn('gmail', own(item, 'id')) : messageId(own(item, 'messageId')),
	};
};

/**
 * Gmail with Simplify: the headers lie beside the rest, under the names that the sender's program gave them, and of the
 * body there is only the beginning (packages/nodes-base/nodes/Google/Gmail/GenericFunctions.ts, simplifyOutput).
 */
export const readSimplifiedGmail: Reader = (item) => {
	if (typeof own(item, 'threadId') !== 'string' || typeof own(item, 'snippet') !== 'string') return undefined;
	const header = (wanted: string): unknown =>
		own(item, Object.keys(item).find((name) => name.toLowerCase() === wanted) ?? wanted);
	return {
		title: header('subject'),
		description: decodeEntities(String(item.snippet)),
		email: addressOf(header('from')),
		priority: mailPriority(textOf(header('importance')) ?? textOf(header('x-priority'))),
		source: 'gmail',
		ticketId: idIn('gmail', own(item, 'id')),
	};
};

/**
 * Microsoft Outlook and its trigger: raw as Microsoft Graph gives it, or simplified, where `from` is the address itself
 * (packages/nodes-base/nodes/Microsoft/Outlook/v2/helpers/utils.ts, simplifyOutputMessages).
 */
export const readOutlook: Reader = (item) => {
	const body = own(item, 'body');
	const sender = own(item, 'from');
	const graph = isRecord(own(sender, 'emailAddress')) || own(body, 'contentType') !== undefined;
	if (typeof own(item, 'bodyPreview') !== 'string' && !graph) return undefined;
	const content = own(body, 'content');
	const isText = textOf(own(body, 'contentType'))?.toLowerCase() === 'text';
	return {
		title: own(item, 'subject'),
		description: bodyOf(isText ? content : undefined, isText ? undefined : content, own(item, 'bodyPreview')),
		email: addressOf(sender) ?? addressOf(own(item, 'sender')),
		priority: mailPriority(textOf(own(item, 'importance'))),
		source: 'outlook',
		ticketId: messageId(own(item, 'internetMessageId')),
	};
};

/** The plain text where there is some, else what the first of the pages shows. */
function bodyOf(plain: unknown, ...pages: unknown[]): Found['description'] {
	const text = firstText(plain);
	if (text !== undefined) return text;
	return firstText(...pages.map((page) => (typeof page === 'string' ? htmlToText(page) : undefined)));
}

function markOf(headers: JsonRecord | undefined): string | undefined {
	return mailPriority(textOf(own(headers, 'importance')) ?? textOf(own(headers, 'x-priority')));
}

function recordOf(value: unknown): JsonRecord | undefined {
	return isRecord(value) ? value : undefined;
}

/** Its own brackets and what an address may hold besides are not needed to tell it from others. */
function messageId(id: unknown): string | undefined {
	return typeof id === 'string'
		? idIn(
				'mail',
				id
					.slice(0, 500)
					.replace(/[<>\s]/gu, '')
					.replace(/[^\w.-]/gu, '-'),
			)
		: undefined;
}
