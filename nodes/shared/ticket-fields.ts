import type { INodeProperties } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { parseTicket } from '../../core/parse';
import { cleanLine, isVisible } from '../../core/text';
import { LIMITS, PRIORITIES, type Priority, type Ticket } from '../../core/ticket';

export const ticketProperties: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '={{ $json.title ?? $json.subject }}',
		placeholder: 'e.g. VPN does not connect',
		description:
			'What the ticket is about, up to 200 characters. If empty, the first line of the description is taken.',
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '={{ $json.description ?? $json.text ?? $json.body }}',
		placeholder: 'e.g. Since this morning it stops at 98 % with a timeout',
		description: 'What the reporter wrote, up to 5000 characters. If empty, the title is taken.',
	},
];

export const priorityOptions: NonNullable<INodeProperties['options']> = [
	{ name: 'Critical', value: 'critical' },
	{ name: 'High', value: 'high' },
	{ name: 'Low', value: 'low' },
	{ name: 'Medium', value: 'medium' },
];

/** What the parameters gave, before anything is known about it. */
export interface TicketFields {
	title: unknown;
	description: unknown;
	priority: unknown;
	email?: unknown;
}

/** @throws TriageError invalid_ticket with every problem */
export function readTicket(fields: TicketFields): Ticket {
	const title = toText(fields.title);
	const description = toText(fields.description);
	const parsed = parseTicket(
		{
			title: isBlank(title) ? firstLine(description) : title,
			description: isBlank(description) ? title : description,
			email: fields.email,
			priority: readPriority(fields.priority) ?? 'medium',
		},
		{ email: 'optional' },
	);
	if ('ticket' in parsed) return parsed.ticket;
	const problems = parsed.problems.map(({ field, message }) => `${field} ${message}`);
	throw new TriageError('invalid_ticket', `This item is no ticket: ${problems.join('; ')}`);
}

/** A priority in any case, or undefined for nothing. @throws TriageError invalid_ticket */
export function readPriority(value: unknown): Priority | undefined {
	const text = toText(value);
	if (isBlank(text)) return undefined;
	const priority = PRIORITIES.find((known) => typeof text === 'string' && known === text.trim().toLowerCase());
	if (priority) return priority;
	throw new TriageError('invalid_ticket', `This item is no ticket: priority must be one of ${PRIORITIES.join(', ')}`);
}

/** Nothing becomes empty and a number its digits; what is no text at all stays, to be refused. */
export function toText(value: unknown): unknown {
	if (value === undefined || value === null) return '';
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function isBlank(text: unknown): boolean {
	return typeof text === 'string' && !isVisible(text);
}

function firstLine(text: unknown): unknown {
	if (typeof text !== 'string') return '';
	const line = text.split(/[\r\n]+/u).find(isVisible) ?? '';
	return [...cleanLine(line)].slice(0, LIMITS.title).join('');
}
