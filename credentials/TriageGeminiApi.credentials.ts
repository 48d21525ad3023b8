import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
	Icon,
} from 'n8n-workflow';
import { onStatus, rulesOf } from './common/rules';

const REFUSED = 'Gemini refused the API key: copy it whole from Google AI Studio, or make a new one there';

export class TriageGeminiApi implements ICredentialType {
	name = 'triageGeminiApi';

	displayName = 'Gemini (Ticket Triage) API';

	icon: Icon = { light: 'file:triageGemini.svg', dark: 'file:triageGemini.dark.svg' };

	documentationUrl = 'https://ai.google.dev/gemini-api/docs/api-key';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://generativelanguage.googleapis.com',
			required: true,
			description: 'Where Gemini answers. Change it only for a proxy or gateway of your own.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From Google AI Studio, API Keys',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'x-goog-api-key': '={{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '/v1beta/models?pageSize=1',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf(
			{
				system: 'Gemini',
				key: 'models',
				wrong: REFUSED,
				forbidden:
					'Gemini knows the API key but does not let it in: the key may be restricted to other APIs, networks or regions',
			},
			[onStatus(400, REFUSED)],
		),
	};
}
