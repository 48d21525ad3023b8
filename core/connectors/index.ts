import { TriageError } from '../errors';
import type { Connector } from './connector';
import { freshservice } from './freshservice';
import { http } from './http';
import { inbox } from './inbox';
import { jira } from './jira';
import { jiraServer } from './jira-server';
import { jiraServiceManagement } from './jira-service-management';
import { servicenow } from './servicenow';
import { slack } from './slack';
import { teams } from './teams';
import { zendesk } from './zendesk';

export const CONNECTORS: Record<string, Connector> = {
	...{ inbox, http, jira, jira_server: jiraServer, jira_service_management: jiraServiceManagement },
	...{ freshservice, zendesk, servicenow, slack, teams },
};

/** @throws TriageError misconfigured, naming the systems there are */
export function findConnector(system: string): Connector {
	const connector = Object.hasOwn(CONNECTORS, system) ? CONNECTORS[system] : undefined;
	if (connector) return connector;
	const known = Object.keys(CONNECTORS).join(', ');
	throw new TriageError('misconfigured', `There is no connector for the system "${system}". Known: ${known}`);
}
