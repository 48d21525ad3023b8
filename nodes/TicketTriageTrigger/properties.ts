import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: [
			{
				name: 'Ticket Corrected',
				value: 'corrected',
				description: 'A person has moved a ticket to another department',
			},
			{
				name: 'Ticket Failed',
				value: 'failed',
				description: 'A ticket could not be delivered, and waits in the service to be tried again',
			},
			{
				name: 'Ticket Needs Review',
				value: 'needs_review',
				description: 'The service is not sure of a ticket, and a person must look at it',
			},
			{
				name: 'Ticket Settled',
				value: 'settled',
				description: 'A ticket has arrived at its team',
			},
		],
		// Of each ticket one of these comes, whatever becomes of it.
		default: ['failed', 'needs_review', 'settled'],
		description: 'What starts the workflow',
	},
];
