import { FRESHSERVICE_KEY } from './freshservice';
import { CLOUD_EMAIL, CLOUD_TOKEN } from './jira';
import { SERVER_LOGIN } from './jira-server';
import { REQUEST_TYPE_ID, SERVICE_DESK_ID } from './jira-service-management';
import { REQUESTER } from './sample-mapping';
import { SERVICENOW_ACCOUNT } from './servicenow';
import { SLACK_WORKSPACE } from './slack';
import { TEAMS_WORKFLOW } from './teams';
import { WEBHOOK_PATH, WEBHOOK_SECRET } from './webhook';
import { ZENDESK_ACCOUNT } from './zendesk';

/** What to fill in, by the labels of a form of n8n; true switches on. */
export type Filled = Record<string, string | true>;

export interface SampleCredential {
	/** The kind of credential, as n8n lists it. */
	name: string;
	fields: Filled;
	/** What a mapping of the node Route Ticket needs to know besides. */
	mapping?: Filled;
}

type Samples = (url: string) => SampleCredential[];

const jiraCloud =
	(mapping: Filled): Samples =>
	(url) => [
		{
			name: 'Jira Cloud (Ticket Triage) API',
			fields: { URL: url, Email: CLOUD_EMAIL, 'API Token': CLOUD_TOKEN },
			mapping,
		},
	];

function slack(url: string): SampleCredential[] {
	const { botToken, channels, webhookPath } = SLACK_WORKSPACE;
	return [
		{
			name: 'Slack Webhook (Ticket Triage) API',
			fields: { 'Webhook URL': `${url}${webhookPath}`, 'Own Gateway': true },
			mapping: { 'Send With': 'Webhook' },
		},
		{
			name: 'Slack Bot (Ticket Triage) API',
			fields: { 'Bot Token': botToken, 'Base URL': `${url}/api` },
			mapping: { 'Send With': 'Bot', Channel: Object.keys(channels)[0] },
		},
	];
}

const SAMPLES: Record<string, Samples> = {
	jira: jiraCloud({ 'Project Key': 'HELP' }),
	jira_server: (url) => [
		{
			name: 'Jira Data Center (Ticket Triage) API',
			fields: { URL: url, 'Personal Access Token': SERVER_LOGIN.token },
			mapping: { 'Project Key': 'SEC' },
		},
	],
	jira_service_management: jiraCloud({ 'Service Desk ID': SERVICE_DESK_ID, 'Request Type ID': REQUEST_TYPE_ID }),
	freshservice: (url) => [
		{
			name: 'Freshservice (Ticket Triage) API',
			fields: { URL: url, 'API Key': FRESHSERVICE_KEY },
			mapping: { 'Requester Email': REQUESTER },
		},
	],
	zendesk: (url) => {
		const { email, apiToken } = ZENDESK_ACCOUNT;
		return [{ name: 'Zendesk (Ticket Triage) API', fields: { URL: url, Email: email, 'API Token': apiToken } }];
	},
	servicenow: (url) => {
		const { username, password } = SERVICENOW_ACCOUNT;
		const fields = { URL: url, Username: username, Password: password };
		return [{ name: 'ServiceNow (Ticket Triage) API', fields }];
	},
	slack,
	teams: (url) => [
		{
			name: 'Microsoft Teams Workflow (Ticket Triage) API',
			fields: { 'Workflow URL': `${url}${TEAMS_WORKFLOW}`, 'Own Gateway': true },
		},
	],
	http: (url) => [
		{
			name: 'HTTP (Ticket Triage) API',
			fields: { 'Signing Secret': WEBHOOK_SECRET },
			mapping: { URL: `${url}${WEBHOOK_PATH}` },
		},
	],
};

/** How n8n signs in to the stand-in for a system that listens on `url`, in each way that there is. */
export function sampleCredentials(system: string, url: string): SampleCredential[] {
	return SAMPLES[system](url);
}
