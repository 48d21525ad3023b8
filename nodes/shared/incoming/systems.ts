import { isRecord } from '../../../core/json';
import { decodeEntities } from './entities';
import type { Reader } from './found';
import { htmlToText } from './html';
import { labelsOf, readByLabel } from './labels';
import { freshPriority } from './priority';
import { addressOf, firstText, idIn, own, textOf } from './values';

const LONGEST_MESSAGE = 40_000;

/**
 * Jira Trigger (`issue` within the event) and Jira (the issue itself): packages/nodes-base/nodes/Jira. The description
 * is wiki text or rich text, by the version of the API. With Simplify Output the names of the fields are the keys
 * (GenericFunctions.ts, simplifyIssueOutput).
 */
export const readJira: Reader = (item) => {
	const { key: itemKey, self } = item;
	if (typeof itemKey === 'string' && typeof self === 'string' && !isRecord(own(item, 'fields'))) {
		if (!self.includes('/rest/api/')) return undefined;
		return { ...readByLabel(labelsOf(item)).found, source: 'jira', ticketId: idIn('jira', itemKey) };
	}
	const issue = isRecord(own(item, 'issue')) ? own(item, 'issue') : item;
	const fields = own(issue, 'fields');
	const key = own(issue, 'key');
	if (!isRecord(fields) || (typeof key !== 'string' && own(fields, 'summary') === undefined)) return undefined;
	return {
		title: own(fields, 'summary'),
		description: own(fields, 'description'),
		email: addressOf(own(fields, 'reporter')) ?? addressOf(own(fields, 'creator')),
		priority: own(fields, 'priority'),
		source: 'jira',
		ticketId: idIn('jira', key),
	};
};

/** Slack Trigger: the event of a message (packages/nodes-base/nodes/Slack/SlackTrigger.node.ts hands on `body.event`). */
export const readSlack: Reader = (item) => {
	const event = isRecord(own(item, 'event')) ? own(item, 'event') : item;
	const kind = own(event, 'type');
	const [text, channel, ts] = ['text', 'channel', 'ts'].map((name) => own(event, name));
	if ((kind !== 'message' && kind !== 'app_mention') || typeof text !== 'string') return undefined;
	if (typeof channel !== 'string' || typeof ts !== 'string') return undefined;
	return {
		description: slackText(text),
		source: 'slack',
		ticketId: idIn('slack', `${channel}-${ts}`),
	};
};

/**
 * Zendesk Trigger, whose keys are the placeholders that were chosen (packages/nodes-base/nodes/Zendesk/
 * TriggerPlaceholders.ts), and tickets as Zendesk's API gives them.
 */
export const readZendesk: Reader = (item) => {
	const flat = (name: string): unknown => own(item, `ticket.${name}`);
	if (flat('id') !== undefined || flat('title') !== undefined || flat('description') !== undefined) {
		return {
			title: flat('title'),
			description: flat('description'),
			email: addressOf(flat('requester.email')),
			priority: flat('priority'),
			source: 'zendesk',
			ticketId: idIn('zendesk', flat('id')),
		};
	}
	const ticket = isRecord(own(item, 'ticket')) ? own(item, 'ticket') : item;
	const isTicket = own(ticket, 'requester_id') !== undefined || own(ticket, 'submitter_id') !== undefined;
	if (!isTicket || !isRecord(own(ticket, 'via'))) return undefined;
	return {
		title: firstText(own(ticket, 'subject'), own(ticket, 'raw_subject')),
		description: own(ticket, 'description'),
		email: addressOf(own(ticket, 'requester')) ?? addressOf(own(ticket, 'via', 'source', 'from')),
		priority: own(ticket, 'priority'),
		source: 'zendesk',
		ticketId: idIn('zendesk', own(ticket, 'id')),
	};
};

/** Freshservice's tickets, alone or within `ticket`: packages/nodes-base/nodes/Freshservice/__schema__/v1.0.0/ticket. */
export const readFreshservice: Reader = (item) => {
	const ticket = isRecord(own(item, 'ticket')) ? own(item, 'ticket') : item;
	const isTicket = own(ticket, 'description_text') !== undefined || own(ticket, 'fr_due_by') !== undefined;
	if (!isTicket || own(ticket, 'subject') === undefined) return undefined;
	const page = own(ticket, 'description');
	return {
		title: own(ticket, 'subject'),
		description:
			firstText(own(ticket, 'description_text')) ?? (typeof page === 'string' ? htmlToText(page) : undefined),
		email: addressOf(own(ticket, 'email')) ?? addressOf(own(ticket, 'requester')),
		priority: freshPriority(textOf(own(ticket, 'priority'))) ?? own(ticket, 'priority'),
		source: 'freshservice',
		ticketId: idIn('freshservice', own(ticket, 'id')),
	};
};

/** Mentions of people go, links and channels are called by their names, https://docs.slack.dev/messaging/formatting-message-text. */
function slackText(text: string): string {
	const shown = text
		.slice(0, LONGEST_MESSAGE)
		.replace(/<([^<>|]{1,2000})(?:\|([^<>]{0,500}))?>/gu, (_, target: string, label: string | undefined) => {
			if (/^[@!]/u.test(target)) return '';
			return label || (target.startsWith('#') ? '' : target);
		});
	return decodeEntities(shown).trim();
}
