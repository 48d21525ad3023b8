import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { onBody, rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageZendeskApi implements ICredentialType {
	name = 'triageZendeskApi';

	displayName = 'Zendesk (Ticket Triage) API';

	icon: Icon = { light: 'file:triageZendesk.svg', dark: 'file:triageZendesk.dark.svg' };

	documentationUrl = 'https://support.zendesk.com/hc/en-us/articles/226022787-Generating-a-new-API-token-';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://acme.zendesk.com',
			description: 'Where your account is',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. agent@example.com',
			description: 'Of the agent in whose name tickets are created, without /token behind it',
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'From Admin Center, Apps and Integrations, APIs, API Tokens. Token access has to be turned on under API Configuration.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { auth: { username: '={{$credentials.email}}/token', password: '={{$credentials.apiToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/api\\/v2(?:\\/tickets(?:\\.json)?)?'),
			url: '/api/v2/users/me.json',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf(
			{
				system: 'Zendesk',
				key: 'user',
				wrong:
					'Zendesk refused the email or the API token: check both, and that token access is turned on in Admin Center',
				forbidden: 'Zendesk knows the account but does not let it in: it must be an active agent',
			},
			[
				onBody('user.id', null, 'Zendesk takes this for a visitor: check email and API token'),
				onBody('user.role', 'end-user', 'This is the account of an end user: enter the email of an agent'),
			],
		),
	};
}
