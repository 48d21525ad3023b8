import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageServiceApi implements ICredentialType {
	name = 'triageServiceApi';

	displayName = 'Triage Service (Ticket Triage) API';

	icon: Icon = { light: 'file:triageService.svg', dark: 'file:triageService.dark.svg' };

	documentationUrl = 'https://github.com/ticket-triage/n8n-nodes-ticket-triage/blob/main/docs/systems.md';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://triage.example.com:8000',
			description: 'Where the triage service of this project runs',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The last part of an entry in TRIAGE_API_KEYS of the service, after the colons. Ticket Triage needs the scopes submit and read, the trigger admin. Leave it empty for a service without keys.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'x-api-key': '={{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/(?:webhook\\/ticket|tickets|docs)'),
			url: '/tickets?limit=1',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf({
			system: 'Triage Service',
			key: 'tickets',
			wrong:
				'The triage service refused the API key: compare it with the last part of an entry in TRIAGE_API_KEYS of the service',
			forbidden:
				'This key may not read tickets, which is how it is tested: the service has to give it the scopes submit and read, for the trigger admin',
		}),
	};
}
