import { FORGED, isForged } from './atlassian/answers';
import { cloudAuthorization } from './atlassian/authorization';
import { cloudPlatform } from './atlassian/cloud';
import { createIssues, type Issue, type IssuesOptions } from './atlassian/issues';
import type { FakeTarget } from './target';

export const CLOUD_EMAIL = 'bot@example.com';
export const CLOUD_TOKEN = 'fake-token';

export interface CloudOptions extends IssuesOptions {
	/** CLOUD_EMAIL and CLOUD_TOKEN by default. */
	email?: string;
	apiToken?: string;
}

/** Jira Cloud with the projects HELP, OPS and SEC: issues by versions 2 and 3 of its API, and the search by JQL. */
export function createJira(options: CloudOptions = {}): FakeTarget & { tickets: readonly Issue[] } {
	const { email = CLOUD_EMAIL, apiToken = CLOUD_TOKEN } = options;
	const authorize = cloudAuthorization(email, apiToken);
	const issues = createIssues(options);
	const platform = cloudPlatform(issues, email);
	return {
		system: 'jira',
		tickets: issues.all,
		answer: (request) => authorize(request) ?? (isForged(request) ? FORGED : platform(request)),
	};
}
