import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageJiraCloudApi implements ICredentialType {
	name = 'triageJiraCloudApi';

	displayName = 'Jira Cloud (Ticket Triage) API';

	icon: Icon = { light: 'file:triageJiraCloud.svg', dark: 'file:triageJiraCloud.dark.svg' };

	documentationUrl =
		'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://acme.atlassian.net',
			description:
				'Where your site is, also for Jira Service Management. A token with scopes goes to https://api.atlassian.com/ex/jira/ with the ID of your cloud behind it.',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. bot@example.com',
			description: 'Of the account that the token belongs to',
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'From id.atlassian.com, Security, API Tokens. It expires after a year at most.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { auth: { username: '={{$credentials.email}}', password: '={{$credentials.apiToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/rest\\/api\\/(?:2|3|latest)(?:\\/issue)?'),
			url: '/rest/api/3/myself',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf({
			system: 'Jira Cloud',
			key: 'accountId',
			wrong:
				'Jira refused the email or the API token: the token must be of this account, not expired, and copied whole',
			forbidden:
				'Jira knows the account but does not let it in: it needs access to Jira, and a token with scopes needs read:jira-user for this test',
		}),
	};
}
