import type { INodeProperties } from 'n8n-workflow';
import { priorityOptions } from '../shared/ticket-fields';
import { httpRequestProperties, httpSettings, slackProperties } from './message-properties';
import { systemProperties } from './system-properties';

/** Fields of a row that become settings of the mapping. */
export const settingProperties: INodeProperties[] = [...systemProperties, ...slackProperties, ...httpSettings];

/** A row of the table of mappings. */
export const mappingProperties: INodeProperties[] = [
	{
		displayName: 'Department',
		name: 'department',
		type: 'string',
		default: 'IT',
		placeholder: 'e.g. IT',
		description:
			'Whose tickets take this mapping. The default ones are Facilities, Finance, General, HR, IT, Legal and Security.',
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
			{ name: 'Freshservice', value: 'freshservice', description: 'Makes a ticket' },
			{ name: 'HTTP', value: 'http', description: 'Sends the ticket as JSON to a URL, signed if a credential says so' },
			{ name: 'Inbox', value: 'inbox', description: 'Sends nothing: the workflow goes on with the item' },
			{ name: 'Jira Cloud', value: 'jira', description: 'Makes an issue' },
			{ name: 'Jira Data Center', value: 'jira_server', description: 'Makes an issue, also on Jira Server' },
			{
				name: 'Jira Service Management',
				value: 'jira_service_management',
				description: 'Makes a request of a customer',
			},
			{ name: 'Microsoft Teams', value: 'teams', description: 'Posts a card to a channel' },
			{ name: 'ServiceNow', value: 'servicenow', description: 'Makes an incident, or a record of another table' },
			{ name: 'Slack', value: 'slack', description: 'Posts a message to a channel' },
			{ name: 'Zendesk', value: 'zendesk', description: 'Makes a ticket' },
		],
		default: 'inbox',
		description: 'Which system takes the ticket. Its address and login are in a credential: see Credentials For.',
	},
	...httpRequestProperties,
	...settingProperties,
];
