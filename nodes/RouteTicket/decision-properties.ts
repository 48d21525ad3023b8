import type { INodeProperties } from 'n8n-workflow';
import { emptyForAgent, filledByAgent } from '../shared/agent';

/** What was decided about a ticket; the defaults are where Ticket Triage leaves its results. */
export const decisionProperties: INodeProperties[] = [
	...filledByAgent(
		{
			displayName: 'Department',
			name: 'department',
			type: 'string',
			default: "={{ $json.triage?.department ?? '' }}",
			placeholder: 'e.g. IT',
			description: 'Whose ticket it is. Without a department the ticket waits for a person.',
		},
		'Whose ticket it is, such as Facilities, Finance, General, HR, IT, Legal or Security. Empty where a person must decide.',
	),
	...filledByAgent(
		{
			displayName: 'Priority',
			name: 'priority',
			type: 'string',
			default: "={{ $json.triage?.effective_priority ?? '' }}",
			placeholder: 'e.g. high',
			description:
				'Chooses among the mappings of the department: low, medium, high or critical. If empty, the one of the ticket.',
		},
		'How urgent the ticket is: low, medium, high or critical',
	),
	...emptyForAgent({
		displayName: 'Needs Review',
		name: 'needsReview',
		type: 'string',
		default: "={{ $json.triage?.needs_review ?? '' }}",
		placeholder: 'e.g. false',
		description:
			'Whether, true or false, a person must look at the ticket first. No mapping is used for such a ticket.',
	}),
	...emptyForAgent({
		displayName: 'Ticket ID',
		name: 'ticketId',
		type: 'string',
		default: "={{ $json.ticket_id ?? '' }}",
		placeholder: 'e.g. TKT-4F2A90C3D1B84E67A5F0',
		description:
			'Under which ID the ticket is known, and found again when the workflow runs again. If empty, a new one is made.',
	}),
];
