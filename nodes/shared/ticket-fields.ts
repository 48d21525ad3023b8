import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { parseTicket } from '../../core/parse';
import { cleanLine, isVisible } from '../../core/text';
import { LIMITS, PRIORITIES, type Priority, type Ticket } from '../../core/ticket';
import { emptyForAgent, filledByAgent } from './agent';
import { readIncoming, type Incoming } from './incoming';
import { labelOf } from './labels';

const AUTOMATIC = 'automatic';
const DEFINED = 'defined';
const DEFINED_ONLY: INodeProperties['displayOptions'] = { show: { ticketFields: [DEFINED] } };

const choice: INodeProperties = {
	displayName: 'Ticket Fields',
	name: 'ticketFields',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Defined Below',
			value: DEFINED,
			description: 'Takes them from the fields below, which may hold expressions',
		},
		{
			name: 'Mapped Automatically',
			value: AUTOMATIC,
			description:
				'Recognizes the items of Email, Gmail, Outlook, Form, Webhook, Jira, Freshservice, Zendesk and Slack nodes, and rows of spreadsheets',
		},
	],
	default: AUTOMATIC,
	description: 'Where title, description, email and priority of the ticket come from',
};

/** Both nodes' way to a ticket. An agent that uses the node as a tool fills in the fields itself. */
export const ticketProperties: INodeProperties[] = [
	{ ...choice, displayOptions: { hide: { '@tool': [true] } } },
	{ ...choice, displayOptions: { show: { '@tool': [true] } }, default: DEFINED },
	...filledByAgent(
		{
			displayName: 'Title',
			name: 'title',
			type: 'string',
			displayOptions: DEFINED_ONLY,
			default: '={{ $json.title ?? $json.subject }}',
			placeholder: 'e.g. VPN does not connect',
			description:
				'What the ticket is about, up to 200 characters. If empty, the first line of the description is taken.',
		},
		'What the ticket is about, up to 200 characters',
	),
	...filledByAgent(
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			typeOptions: { rows: 4 },
			displayOptions: DEFINED_ONLY,
			default: '={{ $json.description ?? $json.text ?? $json.body }}',
			placeholder: 'e.g. Since this morning it stops at 98 % with a timeout',
			description: 'What the reporter wrote, up to 5000 characters. If empty, the title is taken.',
		},
		'What the reporter wrote, up to 5000 characters',
	),
	...emptyForAgent({
		displayName: 'Email',
		name: 'email',
		type: 'string',
		displayOptions: DEFINED_ONLY,
		default: '={{ $json.email }}',
		placeholder: 'e.g. ana@example.com',
		description: 'Address of the reporter, if known',
	}),
];

export const priorityOptions: NonNullable<INodeProperties['options']> = [
	{ name: 'Critical', value: 'critical' },
	{ name: 'High', value: 'high' },
	{ name: 'Low', value: 'low' },
	{ name: 'Medium', value: 'medium' },
];

/** How urgent the reporter says it is; for the node whose priority is not that of a decision. */
export const ticketPriorityProperty: INodeProperties = {
	displayName: 'Priority',
	name: 'priority',
	type: 'options',
	displayOptions: DEFINED_ONLY,
	options: priorityOptions,
	default: 'medium',
	description: 'How urgent the reporter says it is. Safety rules may raise it, nothing lowers it.',
};

/** What the parameters gave, before anything is known about it. */
export interface TicketFields {
	title: unknown;
	description: unknown;
	priority: unknown;
	email?: unknown;
	source?: unknown;
}

/** What an item's ticket is made of, by the parameter Ticket Fields. `ticketId` only where the item tells its own. */
export function readTicketFields(context: IExecuteFunctions, index: number): TicketFields & Pick<Incoming, 'ticketId'> {
	if (!areDefined(context, index)) {
		const { title = '', description = '', priority = '', ...rest } = readIncoming(context.getInputData()[index].json);
		return { title, description, priority, ...rest };
	}
	const read = (name: string): unknown => context.getNodeParameter(name, index, '');
	return { title: read('title'), description: read('description'), email: read('email'), priority: read('priority') };
}

function areDefined(context: IExecuteFunctions, index: number): boolean {
	return context.getNodeParameter('ticketFields', index, AUTOMATIC) === DEFINED;
}

/**
 * The ticket of an item, by the parameter Ticket Fields; what `extra` gives goes before what the item gives.
 * @throws TriageError invalid_ticket with every problem
 */
export function ticketOf(context: IExecuteFunctions, index: number, extra: Partial<TicketFields> = {}): Ticket {
	const said = Object.entries(extra).filter(([, value]) => value !== undefined);
	const fields = { ...readTicketFields(context, index), ...Object.fromEntries(said) };
	return readTicket(fields, areDefined(context, index) ? nameInForm : undefined);
}

function nameInForm(field: string): string {
	return labelOf([...ticketProperties, ticketPriorityProperty], field);
}

/** `nameOf`: what whoever reads the problems calls a field. @throws TriageError invalid_ticket with every problem */
export function readTicket(fields: TicketFields, nameOf = (field: string): string => field): Ticket {
	const title = toText(fields.title);
	const description = toText(fields.description);
	const priority = inLowerCase(toText(fields.priority));
	const parsed = parseTicket(
		{
			title: isBlank(title) ? firstLine(description) : title,
			description: isBlank(description) ? title : description,
			email: toText(fields.email),
			priority: isBlank(priority) ? 'medium' : priority,
			source: fields.source,
		},
		{ email: 'optional' },
	);
	if ('ticket' in parsed) return parsed.ticket;
	const problems = parsed.problems.map(({ field, message }) => `${nameOf(field)} ${message}`);
	throw new TriageError('invalid_ticket', `This item is no ticket: ${problems.join('; ')}`);
}

/** A priority in any case, or undefined for nothing; `name` is that of its parameter. @throws TriageError misconfigured */
export function readPriority(value: unknown, name: string): Priority | undefined {
	const text = inLowerCase(toText(value));
	if (isBlank(text)) return undefined;
	const priority = PRIORITIES.find((known) => known === text);
	if (priority) return priority;
	throw new TriageError('misconfigured', `${name} must be one of ${PRIORITIES.join(', ')}`);
}

/** Nothing becomes empty and a number its digits; what is no text at all stays, to be refused. */
export function toText(value: unknown): unknown {
	if (value === undefined || value === null) return '';
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function inLowerCase(text: unknown): unknown {
	return typeof text === 'string' ? text.trim().toLowerCase() : text;
}

function isBlank(text: unknown): boolean {
	return typeof text === 'string' && !isVisible(text);
}

function firstLine(text: unknown): unknown {
	if (typeof text !== 'string') return '';
	const line = text.split(/[\r\n]+/u).find(isVisible) ?? '';
	return [...cleanLine(line)].slice(0, LIMITS.title).join('');
}
