import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class TriageSlackWebhookApi implements ICredentialType {
	name = 'triageSlackWebhookApi';

	displayName = 'Slack Webhook (Ticket Triage) API';

	icon: Icon = { light: 'file:triageSlackWebhook.svg', dark: 'file:triageSlackWebhook.dark.svg' };

	documentationUrl = 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks';

	properties: INodeProperties[] = [
		{
			displayName: 'Webhook URL',
			name: 'webhookSecretUrl',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. https://hooks.slack.com/services/…',
			description:
				'From Incoming Webhooks of your app at api.slack.com/apps. Whoever knows it can post, so it is kept as a secret. It has its own channel.',
		},
		{
			displayName: 'Own Gateway',
			name: 'anyHost',
			type: 'boolean',
			default: false,
			description:
				'Whether the address is that of a gateway of your own, with /services/ in its path, and not one of Slack',
		},
		{
			displayName: 'Only the form of the address is tested: a webhook cannot be asked without posting a message.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
	];
}
