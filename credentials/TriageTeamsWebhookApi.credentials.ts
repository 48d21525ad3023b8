import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class TriageTeamsWebhookApi implements ICredentialType {
	name = 'triageTeamsWebhookApi';

	displayName = 'Microsoft Teams Workflow (Ticket Triage) API';

	icon: Icon = { light: 'file:triageTeamsWebhook.svg', dark: 'file:triageTeamsWebhook.dark.svg' };

	documentationUrl =
		'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook';

	properties: INodeProperties[] = [
		{
			displayName: 'Workflow URL',
			name: 'workflowSecretUrl',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. https://example.westus.logic.azure.com/workflows/…',
			description:
				'The whole address of a workflow that begins when a Teams webhook request is received: in Teams the menu of the channel, Workflows. Whoever knows it can post, so it is kept as a secret.',
		},
		{
			displayName: 'Own Gateway',
			name: 'anyHost',
			type: 'boolean',
			default: false,
			description: 'Whether the address is that of a gateway of your own, and not one of Microsoft',
		},
		{
			displayName: 'Only the form of the address is tested: a workflow cannot be asked without posting a message.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
	];
}
