import type { INodeProperties } from 'n8n-workflow';

/** Chats, and anything that takes HTTP; read like systemProperties where they are settings. */
export const slackProperties: INodeProperties[] = [
	{
		displayName: 'Send With',
		name: 'sendWith',
		type: 'options',
		displayOptions: { show: { system: ['slack'] } },
		options: [
			{ name: 'Bot', value: 'bot', description: 'Posts to any channel it was invited to, and says where' },
			{ name: 'Webhook', value: 'webhook', description: 'Posts to the one channel of its address' },
		],
		default: 'webhook',
		description: 'Which of the credentials for Slack is used',
	},
	{
		displayName: 'Channel',
		name: 'channel',
		type: 'string',
		required: true,
		displayOptions: { show: { system: ['slack'], sendWith: ['bot'] } },
		default: '',
		placeholder: 'e.g. #it-support',
		description: 'Its ID, such as C0123456789, or its name with #',
	},
];

export const httpSettings: INodeProperties[] = [
	{
		displayName: 'Body',
		name: 'body',
		type: 'string',
		typeOptions: { rows: 4 },
		displayOptions: { show: { system: ['http'] } },
		default: '',
		placeholder: 'e.g. {"summary": "{{department}}: {{title}}"}',
		description:
			'JSON with placeholders, to be left a fixed value: ticket_id, title, description, email, department, assigned_to, priority, effective_priority, needs_review, confidence_score, reasoning, source or metadata in double braces. If empty, the ticket is one flat object.',
	},
];

export const httpRequestProperties: INodeProperties[] = [
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		required: true,
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
	{
		displayName: 'Headers',
		name: 'headers',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		displayOptions: { show: { system: ['http'] } },
		placeholder: 'Add Header',
		default: {},
		description: 'Sent besides those of the credential',
		options: [
			{
				displayName: 'Header',
				name: 'header',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. X-Queue' },
					{ displayName: 'Value', name: 'value', type: 'string', typeOptions: { password: true }, default: '' },
				],
			},
		],
	},
];
