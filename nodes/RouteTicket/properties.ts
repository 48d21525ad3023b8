import type { INodeProperties } from 'n8n-workflow';
import { ticketProperties } from '../shared/ticket-fields';
import { mappingProperties } from './mapping-properties';
import { optionsProperty } from './options';
import { accessOptions } from './systems';

/** Their defaults are where Ticket Triage leaves its results. */
const decisionProperties: INodeProperties[] = [
	{
		displayName: 'Department',
		name: 'department',
		type: 'string',
		default: '={{ $json.triage?.department }}',
		placeholder: 'e.g. IT',
		description: 'Whose ticket it is. Without a department the ticket waits for a person.',
	},
	{
		displayName: 'Priority',
		name: 'priority',
		type: 'string',
		default: '={{ $json.triage?.effective_priority }}',
		placeholder: 'e.g. high',
		description:
			'Chooses among the mappings of the department: low, medium, high or critical. If empty, the one of the ticket.',
	},
	{
		displayName: 'Needs Review',
		name: 'needsReview',
		type: 'string',
		default: '={{ $json.triage?.needs_review }}',
		placeholder: 'e.g. false',
		description:
			'Whether, true or false, a person must look at the ticket first. No mapping is used for such a ticket.',
	},
	{
		displayName: 'Ticket ID',
		name: 'ticketId',
		type: 'string',
		default: '={{ $json.ticket_id }}',
		placeholder: 'e.g. TKT-4F2A90C3D1B84E67A5F0',
		description:
			'Under which ID the ticket is known, and found again when the workflow runs again. If empty, a new one is made.',
	},
];

const byTable: INodeProperties['displayOptions'] = { show: { mappingSource: ['table'] } };

const mappingSourceProperties: INodeProperties[] = [
	{
		displayName: 'Mappings From',
		name: 'mappingSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Define Below', value: 'table', description: 'Delivers by the mappings of this node' },
			{
				name: 'Triage Service',
				value: 'service',
				description: 'Hands the ticket to the service of this project, which delivers it by its own mappings',
			},
		],
		default: 'table',
	},
	{
		displayName:
			'The service keeps the ticket and classifies it by itself. Where it comes to another department than the one above, the ticket is moved there at once.',
		name: 'serviceNotice',
		type: 'notice',
		displayOptions: { show: { mappingSource: ['service'] } },
		default: '',
	},
	{
		displayName: 'Credentials For',
		name: 'systems',
		type: 'multiOptions',
		noDataExpression: true,
		displayOptions: byTable,
		options: accessOptions,
		default: [],
		description:
			'Systems that the mappings below use: each one selected asks for its credential above. HTTP needs one only to sign in or to sign; Inbox needs none.',
	},
	{
		displayName: 'Mappings',
		name: 'mappings',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		displayOptions: byTable,
		placeholder: 'Add Mapping',
		default: {},
		description: 'Which system takes the tickets of a department. Departments without one use the mapping of General.',
		options: [{ displayName: 'Mapping', name: 'mapping', values: mappingProperties }],
	},
];

export const properties: INodeProperties[] = [
	...decisionProperties,
	...ticketProperties,
	...mappingSourceProperties,
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to show the request, with what is secret masked, instead of sending it',
	},
	optionsProperty,
];
