import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageFreshserviceApi implements ICredentialType {
	name = 'triageFreshserviceApi';

	displayName = 'Freshservice (Ticket Triage) API';

	icon: Icon = { light: 'file:triageFreshservice.svg', dark: 'file:triageFreshservice.dark.svg' };

	documentationUrl = 'https://api.freshservice.com/#authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://acme.freshservice.com',
			description: 'Where your service desk is',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Of an agent, from Profile Settings at the right. Where it is missing, an account admin allows it with the agent, Permissions.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { auth: { username: '={{$credentials.apiKey}}', password: 'X' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/api\\/v2(?:\\/tickets(?:\\.json)?)?'),
			url: '/api/v2/tickets?per_page=1',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf({
			system: 'Freshservice',
			key: 'tickets',
			wrong: 'Freshservice refused the API key: copy it whole from the profile settings of an agent',
			forbidden: 'Freshservice knows the key, but its agent may not see tickets: give the agent a role that may',
		}),
	};
}
