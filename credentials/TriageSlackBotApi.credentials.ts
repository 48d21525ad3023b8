import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { onBody, rulesOf } from './common/rules';
import { siteOf } from './common/site';

const REFUSED =
	'Slack refused the bot token: copy it whole, xoxb- included, or install the app in your workspace again';

export class TriageSlackBotApi implements ICredentialType {
	name = 'triageSlackBotApi';

	displayName = 'Slack Bot (Ticket Triage) API';

	icon: Icon = { light: 'file:triageSlackBot.svg', dark: 'file:triageSlackBot.dark.svg' };

	documentationUrl = 'https://docs.slack.dev/authentication/tokens';

	properties: INodeProperties[] = [
		{
			displayName: 'Bot Token',
			name: 'botToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. xoxb-…',
			description:
				'From OAuth and Permissions of your app at api.slack.com/apps, with the scope chat:write. Invite the bot to the channel.',
		},
		{
			displayName: 'Base URL',
			name: 'url',
			type: 'string',
			default: 'https://slack.com/api',
			required: true,
			description: 'Where Slack answers. Change it only for GovSlack or for a gateway of your own.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { authorization: '=Bearer {{$credentials.botToken}}' } },
	};

	test: ICredentialTestRequest = {
		request: { baseURL: siteOf(''), url: '/auth.test', disableFollowRedirect: true },
		rules: rulesOf(
			{
				system: 'Slack',
				key: 'ok',
				wrong: REFUSED,
				forbidden: 'Slack does not let this request in: your workspace may allow only certain networks',
			},
			[
				...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired'].map((error) =>
					onBody('error', error, REFUSED),
				),
				onBody(
					'error',
					'account_inactive',
					'The bot of this token was removed: install the app in your workspace again',
				),
				onBody('error', 'unknown_method', 'There is no Slack at this URL: compare it with https://slack.com/api'),
				onBody(
					'ok',
					false,
					'Slack does not take this token here: check the app, and the networks that your workspace allows',
				),
			],
		),
	};
}
