import { FRESHSERVICE_KEY } from './freshservice';
import { CLOUD_EMAIL, CLOUD_TOKEN } from './jira';
import { SERVER_LOGIN } from './jira-server';
import { REQUEST_TYPE_ID, SERVICE_DESK_ID } from './jira-service-management';
import { SERVICENOW_ACCOUNT } from './servicenow';
import { SLACK_WORKSPACE } from './slack';
import { TEAMS_WORKFLOW } from './teams';
import { WEBHOOK_PATH, WEBHOOK_SECRET } from './webhook';
import { ZENDESK_ACCOUNT } from './zendesk';

/** A mapping as `POST /mappings` takes it. */
export interface SampleMapping {
	department: string;
	system: string;
	api_endpoint: string;
	settings: Record<string, unknown>;
	priority_threshold: 'low' | 'medium' | 'high' | 'critical';
}

/** Who reports what comes without a usable address. */
export const REQUESTER = 'service.desk@example.com';

const CLOUD = { email: CLOUD_EMAIL, api_token: CLOUD_TOKEN };

type Sample = Pick<SampleMapping, 'department' | 'settings'> & Partial<SampleMapping> & { path?: string };

const SAMPLES: Record<string, Sample> = {
	jira: { department: 'IT', settings: { ...CLOUD, project_key: 'HELP' } },
	jira_server: {
		department: 'Security',
		settings: { username: SERVER_LOGIN.username, password: SERVER_LOGIN.password, project_key: 'SEC' },
	},
	jira_service_management: {
		department: 'Facilities',
		settings: { ...CLOUD, service_desk_id: SERVICE_DESK_ID, request_type_id: REQUEST_TYPE_ID },
	},
	freshservice: {
		department: 'HR',
		settings: { api_key: FRESHSERVICE_KEY, requester_email: REQUESTER },
	},
	zendesk: {
		department: 'Finance',
		settings: { email: ZENDESK_ACCOUNT.email, api_token: ZENDESK_ACCOUNT.apiToken },
	},
	servicenow: {
		department: 'Legal',
		settings: { username: SERVICENOW_ACCOUNT.username, password: SERVICENOW_ACCOUNT.password },
	},
	slack: { department: 'General', path: SLACK_WORKSPACE.webhookPath, settings: { any_host: true } },
	teams: { department: 'General', priority_threshold: 'high', path: TEAMS_WORKFLOW, settings: { any_host: true } },
	http: {
		department: 'General',
		priority_threshold: 'critical',
		path: WEBHOOK_PATH,
		settings: { signing_secret: WEBHOOK_SECRET },
	},
};

/** How the triage service reaches the stand-in for a system that listens on `url`. */
export function sampleMapping(system: string, url: string): SampleMapping {
	const { department, settings, path = '', priority_threshold = 'low' } = SAMPLES[system];
	return { department, system, api_endpoint: `${url}${path}`, settings, priority_threshold };
}
