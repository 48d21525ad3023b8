import type { INodePropertyOptions } from 'n8n-workflow';
import type { Mapping } from '../../core/mapping';

/** What opens the way to a system: a type of credential, and the entry of the parameter Credentials For that shows it. */
export interface Access {
	entry: string;
	name: string;
	credential: string;
	/** Which of its fields holds the address. */
	address?: string;
	/** Whether that address is itself the secret, and nothing else signs in. */
	isAddressSecret?: boolean;
	/** Whether that address may be a gateway without the credential saying so. */
	takesAnyHost?: boolean;
}

const jira: Access = { entry: 'jira', name: 'Jira Cloud', credential: 'triageJiraCloudApi', address: 'url' };
const jiraServer: Access = {
	entry: 'jira_server',
	name: 'Jira Data Center',
	credential: 'triageJiraServerApi',
	address: 'url',
};
const freshservice: Access = {
	entry: 'freshservice',
	name: 'Freshservice',
	credential: 'triageFreshserviceApi',
	address: 'url',
};
const zendesk: Access = { entry: 'zendesk', name: 'Zendesk', credential: 'triageZendeskApi', address: 'url' };
const servicenow: Access = {
	entry: 'servicenow',
	name: 'ServiceNow',
	credential: 'triageServiceNowApi',
	address: 'url',
};
const slackBot: Access = {
	entry: 'slack_bot',
	name: 'Slack Bot',
	credential: 'triageSlackBotApi',
	address: 'url',
	takesAnyHost: true,
};
const slackWebhook: Access = {
	entry: 'slack_webhook',
	name: 'Slack Webhook',
	credential: 'triageSlackWebhookApi',
	address: 'webhookSecretUrl',
	isAddressSecret: true,
};
const teams: Access = {
	entry: 'teams',
	name: 'Microsoft Teams',
	credential: 'triageTeamsWebhookApi',
	address: 'workflowSecretUrl',
	isAddressSecret: true,
};
/** The one that can do without: the address is in the mapping. */
const http: Access = { entry: 'http', name: 'HTTP', credential: 'triageHttpApi' };

/** What the credentials' forms call those of the core's settings that they hold. */
export const CREDENTIAL_LABELS: Record<string, string> = {
	any_host: 'Own Gateway',
	bot_token: 'Bot Token',
	signing_secret: 'Signing Secret',
};

const ALL = [freshservice, http, jira, jiraServer, teams, servicenow, slackBot, slackWebhook, zendesk];

export const accessOptions: INodePropertyOptions[] = ALL.map(({ entry, name }) => ({
	name: entry === 'jira' ? `${name} and Service Management` : name,
	value: entry,
}));

const BY_SYSTEM: Record<string, Access> = {
	...{ jira, jira_service_management: jira, jira_server: jiraServer, freshservice, zendesk, servicenow, teams, http },
};

/** What the mapping's system is reached by; null where nothing is sent. */
export function accessOf({ system, settings }: Mapping): Access | null {
	if (system === 'slack') return settings.send_with === 'bot' ? slackBot : slackWebhook;
	return Object.hasOwn(BY_SYSTEM, system) ? BY_SYSTEM[system] : null;
}

/** Whether requests may go out without a credential. */
export function isOptional(access: Access): boolean {
	return access === http;
}
