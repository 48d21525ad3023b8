import type { INodeProperties } from 'n8n-workflow';
import { ONE_OUTPUT, OUTPUT_PER_DEPARTMENT } from '../shared/outputs';
import { GEMINI_ENGINES } from './settings';

const JSON_EXAMPLE = JSON.stringify(
	[{ name: 'Marketing', description: 'Campaigns, website, events', examples: ['The newsletter has a typo'] }],
	null,
	2,
);

/** A row of the table of departments. */
export const departmentRowProperties: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. Marketing',
		description: 'Up to 60 characters, and not that of another department. It is also the name of the output.',
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. Campaigns, website, events, printed matter',
		description: 'What the department takes care of, in words a newcomer understands',
	},
	{
		displayName: 'Examples',
		name: 'examples',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. The newsletter has a typo',
		description: 'A few typical tickets, one on each line. The model is shown them.',
	},
];

/** Which departments there are. */
export const departmentProperties: INodeProperties[] = [
	{
		displayName: 'Departments From',
		name: 'departmentSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Default Seven', value: 'default', description: 'IT, HR, Finance, Facilities, Legal, Security, General' },
			{ name: 'Define Below', value: 'define', description: 'A table in this node' },
			{ name: 'From JSON', value: 'json', description: 'A list that an expression may give for each item' },
		],
		default: 'default',
		description: 'Among which departments the ticket finds its own. General is added where it is missing.',
	},
	{
		displayName: 'Departments',
		name: 'departments',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		displayOptions: { show: { departmentSource: ['define'] } },
		placeholder: 'Add Department',
		default: {},
		description: 'Up to 50. Tickets that fit none go to General.',
		options: [{ displayName: 'Department', name: 'department', values: departmentRowProperties }],
	},
	{
		displayName: 'Departments (JSON)',
		name: 'departmentsJson',
		type: 'json',
		displayOptions: { show: { departmentSource: ['json'] } },
		default: JSON_EXAMPLE,
		description: 'An array of 1 to 50 names, or of objects with name, description and examples',
	},
	{
		displayName:
			'The local model knows the default seven by their names and no others. Use Gemini or Cascade for departments of your own.',
		name: 'localNotice',
		type: 'notice',
		displayOptions: { show: { engine: ['local'], departmentSource: ['define', 'json'] } },
		default: '',
	},
	{
		displayName:
			'The local model knows the default seven by their names. With any other department in the list, Gemini reads every ticket and the local model none.',
		name: 'cascadeNotice',
		type: 'notice',
		displayOptions: { show: { engine: ['cascade'], departmentSource: ['define', 'json'] } },
		default: '',
	},
	{
		displayName:
			'The service decides among its own departments. Those given here only name the outputs: what has none leaves by Needs Review.',
		name: 'serviceNotice',
		type: 'notice',
		displayOptions: {
			show: { engine: ['service'], departmentSource: ['define', 'json'] },
			hide: { '@tool': [true] },
		},
		default: '',
	},
	{
		displayName: 'The service decides among its own departments. Those given here change nothing.',
		name: 'serviceToolNotice',
		type: 'notice',
		displayOptions: {
			show: { engine: ['service'], departmentSource: ['define', 'json'], '@tool': [true] },
		},
		default: '',
	},
];

/** By which way the items leave. */
export const outputProperties: INodeProperties[] = [
	{
		displayName: 'Outputs',
		name: 'outputs',
		type: 'options',
		noDataExpression: true,
		displayOptions: { hide: { '@tool': [true], departmentSource: ['json'] } },
		options: [
			{ name: 'One', value: ONE_OUTPUT, description: 'All items leave by the same output' },
			{
				name: 'One per Department',
				value: OUTPUT_PER_DEPARTMENT,
				description: 'Each department has its output; what a person must see leaves by the last one',
			},
		],
		default: ONE_OUTPUT,
		description: 'By which way the items leave this node',
	},
	{
		displayName: 'All items leave by one output, as the departments may differ from item to item.',
		name: 'outputNotice',
		type: 'notice',
		displayOptions: { show: { departmentSource: ['json'] }, hide: { '@tool': [true] } },
		default: '',
	},
];

/** Where personal data goes, said where it is decided. */
export const privacyNotice: INodeProperties = {
	displayName:
		'Title and description go to Google, with personal data replaced by placeholders unless the option Redact Personal Data is off. Address and priority stay here.',
	name: 'privacyNotice',
	type: 'notice',
	displayOptions: { show: { engine: GEMINI_ENGINES } },
	default: '',
};
