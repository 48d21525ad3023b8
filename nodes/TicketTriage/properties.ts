import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_GEMINI_MODEL } from '../../core/gemini/models';
import { ticketPriorityProperty, ticketProperties } from '../shared/ticket-fields';
import { departmentProperties, outputProperties, privacyNotice } from './department-properties';
import { BOUNDS, GEMINI_ENGINES, REMOTE_ENGINES } from './settings';

const engineProperty: INodeProperties = {
	displayName: 'Engine',
	name: 'engine',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Cascade',
			value: 'cascade',
			description: 'The local model first, and Gemini where it is unsure; without Gemini the local model decides',
		},
		{ name: 'Gemini', value: 'gemini', description: 'Asks Google Gemini; the ticket leaves this machine' },
		{ name: 'Local', value: 'local', description: 'Uses the text model in this package: no key, no network' },
		{
			name: 'Triage Service',
			value: 'service',
			description: 'Hands the ticket to the service of this project, which classifies, keeps and routes it',
		},
	],
	default: 'local',
	description: 'What reads the ticket',
};

const modelProperty: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	displayOptions: { show: { engine: GEMINI_ENGINES } },
	default: { mode: 'list', value: DEFAULT_GEMINI_MODEL, cachedResultName: DEFAULT_GEMINI_MODEL },
	required: true,
	description: 'The Gemini model that is asked',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchModels', searchable: true },
		},
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: `e.g. ${DEFAULT_GEMINI_MODEL}` },
	],
};

const thresholdProperty: INodeProperties = {
	displayName: 'Confidence Threshold',
	name: 'threshold',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	displayOptions: { hide: { engine: ['service'] } },
	default: 0.6,
	description: 'Least confidence, from 0 to 1, at which a ticket goes to its department without a person looking at it',
};

const simplifyProperty: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

const optionProperties: INodeProperties[] = [
	{
		displayName: 'Batch Size',
		name: 'batchSize',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: BOUNDS.batchSize.least, maxValue: BOUNDS.batchSize.most },
		displayOptions: { show: { '/engine': GEMINI_ENGINES } },
		default: 10,
		description: 'How many tickets share a request. What a batch gives no answer for is asked again alone.',
	},
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: BOUNDS.concurrency.least, maxValue: BOUNDS.concurrency.most },
		default: 5,
		description: 'How many requests are under way at the same time',
	},
	{
		displayName: 'Maximum Wait (Seconds)',
		name: 'maximumWait',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: BOUNDS.maximumWait.least, maxValue: BOUNDS.maximumWait.most },
		default: 60,
		description:
			'How long a ticket waits in all when the other side is busy, out of quota or still at work. Cancelling the execution ends it.',
	},
	{
		displayName: 'Redact Personal Data',
		name: 'redact',
		type: 'boolean',
		noDataExpression: true,
		displayOptions: { show: { '/engine': GEMINI_ENGINES } },
		default: true,
		description:
			'Whether addresses, phone, account and card numbers, passwords and keys become placeholders before Gemini is asked',
	},
];

export const properties: INodeProperties[] = [
	engineProperty,
	modelProperty,
	privacyNotice,
	...ticketProperties,
	ticketPriorityProperty,
	...departmentProperties,
	thresholdProperty,
	...outputProperties,
	simplifyProperty,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		displayOptions: { show: { engine: REMOTE_ENGINES } },
		placeholder: 'Add Option',
		default: {},
		options: optionProperties,
	},
];
