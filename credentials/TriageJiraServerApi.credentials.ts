import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageJiraServerApi implements ICredentialType {
	name = 'triageJiraServerApi';

	displayName = 'Jira Data Center (Ticket Triage) API';

	icon: Icon = { light: 'file:triageJiraServer.svg', dark: 'file:triageJiraServer.dark.svg' };

	documentationUrl = 'https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://jira.example.com',
			description: 'Where your Jira Data Center or Server is, with its context path if it has one',
		},
		{
			displayName: 'Personal Access Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From your profile in Jira 8.14 and newer, Personal Access Tokens',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { authorization: '=Bearer {{$credentials.token}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/rest\\/api\\/(?:2|3|latest)(?:\\/issue)?'),
			url: '/rest/api/2/myself',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf({
			system: 'Jira Data Center',
			key: 'name',
			wrong: 'Jira refused the personal access token: make a new one in the profile of the account, and copy it whole',
			forbidden:
				'Jira does not let this account in: it may have to solve a CAPTCHA in a browser first, or lacks access to Jira',
		}),
	};
}
