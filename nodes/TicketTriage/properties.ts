import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_GEMINI_MODEL } from '../../core/gemini/models';
import { ONE_OUTPUT, OUTPUT_PER_DEPARTMENT } from '../shared/outputs';
import { priorityOptions, ticketProperties } from '../shared/ticket-fields';

export const properties: INodeProperties[] = [
	...ticketProperties,
	{
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		options: priorityOptions,
		default: 'medium',
		description: 'How urgent the reporter says it is. Safety rules may raise it, nothing lowers it.',
	},
	{
		displayName: 'Engine',
		name: 'engine',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Gemini', value: 'gemini', description: 'Asks Google Gemini; the ticket leaves this machine' },
			{ name: 'Local', value: 'local', description: 'Uses the text model in this package: no key, no network' },
		],
		default: 'local',
		description: 'What reads the ticket',
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'string',
		displayOptions: { show: { engine: ['gemini'] } },
		default: DEFAULT_GEMINI_MODEL,
		placeholder: `e.g. ${DEFAULT_GEMINI_MODEL}`,
		description: 'Name of the Gemini model',
	},
	{
		displayName: 'Confidence Threshold',
		name: 'threshold',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
		default: 0.6,
		description:
			'Least confidence, from 0 to 1, at which a ticket goes to its department without a person looking at it',
	},
	{
		displayName: 'Outputs',
		name: 'outputs',
		type: 'options',
		noDataExpression: true,
		displayOptions: { hide: { '@tool': [true] } },
		options: [
			{ name: 'One', value: ONE_OUTPUT, description: 'All items leave by the same output' },
			{
				name: 'One per Department Plus Needs Review',
				value: OUTPUT_PER_DEPARTMENT,
				description: 'Each department has its output; what a person must see leaves by the last one',
			},
		],
		default: ONE_OUTPUT,
		description: 'By which way the items leave this node',
	},
];
