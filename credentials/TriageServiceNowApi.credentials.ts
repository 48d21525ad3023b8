import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { onStatus, rulesOf } from './common/rules';
import { siteOf } from './common/site';

export class TriageServiceNowApi implements ICredentialType {
	name = 'triageServiceNowApi';

	displayName = 'ServiceNow (Ticket Triage) API';

	icon: Icon = { light: 'file:triageServiceNow.svg', dark: 'file:triageServiceNow.dark.svg' };

	documentationUrl =
		'https://www.servicenow.com/docs/bundle/yokohama-api-reference/page/integrate/inbound-rest/concept/c_RESTAPI.html';

	properties: INodeProperties[] = [
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://acme.service-now.com',
			description: 'Where your instance is',
		},
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. triage.bot',
			description: 'Of an account with the role itil, which may read, create and change incidents',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { auth: { username: '={{$credentials.username}}', password: '={{$credentials.password}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: siteOf('\\/api\\/now(?:\\/v\\d+)?(?:\\/table(?:\\/[a-z0-9_]+)?)?'),
			url: '/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id',
			headers: { accept: 'application/json' },
			disableFollowRedirect: true,
		},
		rules: rulesOf(
			{
				system: 'ServiceNow',
				key: 'result',
				wrong: 'ServiceNow refused the username or the password: the account must be active and not locked out',
				forbidden: 'ServiceNow knows the account, but it may not use the Table API: give it the role itil',
			},
			[onStatus(400, 'There is no ServiceNow at this URL: compare it with that of the instance, without a path')],
		),
	};
}
