import type { INodeProperties } from 'n8n-workflow';
import { ticketProperties } from '../shared/ticket-fields';
import { decisionProperties } from './decision-properties';
import { mappingProperties } from './mapping-properties';
import { optionsProperty } from './options';
import { accessOptions } from './systems';

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
