import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { priorityOptions, ticketProperties } from '../shared/ticket-fields';

/** Their defaults are where Ticket Triage leaves its results. */
const decisionProperties: INodeProperties[] = [
	{
		displayName: 'Department',
		name: 'department',
		type: 'string',
		default: '={{ $json.triage.department }}',
		placeholder: 'e.g. IT',
		description: 'Whose ticket it is. Without a department the ticket waits for a person.',
	},
	{
		displayName: 'Priority',
		name: 'priority',
		type: 'string',
		default: '={{ $json.triage.effective_priority }}',
		placeholder: 'e.g. high',
		description: 'Chooses among the mappings of the department: low, medium, high or critical. If empty, medium.',
	},
	{
		displayName: 'Needs Review',
		name: 'needsReview',
		type: 'string',
		default: '={{ $json.triage.needs_review }}',
		placeholder: 'e.g. false',
		description: 'Whether, true or false, a person must look at the ticket first. Nothing is sent for such a ticket.',
	},
	{
		displayName: 'Ticket ID',
		name: 'ticketId',
		type: 'string',
		default: '={{ $json.ticket_id }}',
		placeholder: 'e.g. TKT-4F2A90C3D1B84E67A5F0',
		description: 'Under which number the ticket is known. If empty, a new one is made.',
	},
];

const headerProperties: INodeProperties = {
	displayName: 'Headers',
	name: 'headers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	displayOptions: { show: { system: ['http'] } },
	placeholder: 'Add Header',
	default: {},
	options: [
		{
			displayName: 'Header',
			name: 'header',
			values: [
				{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. Authorization' },
				{ displayName: 'Value', name: 'value', type: 'string', typeOptions: { password: true }, default: '' },
			],
		},
	],
};

const mappingProperties: INodeProperties[] = [
	{
		displayName: 'Department',
		name: 'department',
		type: 'options',
		options: DEFAULT_DEPARTMENTS.map(({ name }) => ({ name, value: name })),
		default: 'IT',
	},
	{
		displayName: 'Minimum Priority',
		name: 'minimumPriority',
		type: 'options',
		options: priorityOptions,
		default: 'low',
		description: 'Least priority this mapping takes. The highest one that a ticket reaches wins.',
	},
	{
		displayName: 'Team',
		name: 'team',
		type: 'string',
		default: '',
		placeholder: 'e.g. IT Support',
		description: 'To whom the ticket is assigned. If empty, the first team of the department.',
	},
	{
		displayName: 'System',
		name: 'system',
		type: 'options',
		options: [
			{ name: 'HTTP', value: 'http', description: 'Sends the ticket as JSON to a URL' },
			{ name: 'Inbox', value: 'inbox', description: 'Sends nothing: the workflow goes on with the item' },
		],
		default: 'inbox',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		displayOptions: { show: { system: ['http'] } },
		default: '',
		placeholder: 'e.g. https://tickets.example.com/api/issues',
		description: 'Where the ticket is sent. Redirects are not followed.',
	},
	{
		displayName: 'Method',
		name: 'method',
		type: 'options',
		displayOptions: { show: { system: ['http'] } },
		options: ['PATCH', 'POST', 'PUT'].map((method) => ({ name: method, value: method })),
		default: 'POST',
	},
	headerProperties,
];

export const properties: INodeProperties[] = [
	...decisionProperties,
	...ticketProperties,
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '={{ $json.email }}',
		placeholder: 'e.g. ana@example.com',
		description: 'Address of the reporter, if known',
	},
	{
		displayName: 'Mappings',
		name: 'mappings',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Mapping',
		default: {},
		description: 'Which system takes the tickets of a department. Departments without one use the mapping of General.',
		options: [{ displayName: 'Mapping', name: 'mapping', values: mappingProperties }],
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to show the request, with its header values masked, instead of sending it',
	},
];
