import { createFreshservice } from './freshservice';
import { createJira } from './jira';
import { createJiraServer } from './jira-server';
import { createJiraServiceManagement } from './jira-service-management';
import { createServicenow } from './servicenow';
import { createSlack } from './slack';
import type { FakeTarget } from './target';
import { createTeams } from './teams';
import { createWebhook } from './webhook';
import { createZendesk } from './zendesk';

const CREATORS: Record<string, (options: { indexLagMs?: number }) => FakeTarget> = {
	...{ jira: createJira, jira_server: createJiraServer, jira_service_management: createJiraServiceManagement },
	...{ freshservice: createFreshservice, zendesk: () => createZendesk(), servicenow: () => createServicenow() },
	...{ slack: () => createSlack(), teams: () => createTeams(), http: () => createWebhook() },
};

/** Every system there is a stand-in for, by the name of its connector. */
export const SYSTEMS: readonly string[] = Object.keys(CREATORS);

/** A stand-in with its defaults; `indexLagMs` where its search is an index. @throws RangeError */
export function createTarget(system: string, options: { indexLagMs?: number } = {}): FakeTarget {
	if (Object.hasOwn(CREATORS, system)) return CREATORS[system](options);
	throw new RangeError(`There is no stand-in for ${system}: use ${SYSTEMS.join(', ')}`);
}
