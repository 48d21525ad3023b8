import { FORGED, isForged } from './atlassian/answers';
import { serverAuthorization } from './atlassian/authorization';
import type { Edition } from './atlassian/fields';
import { createIssues, type Issue, type IssuesOptions } from './atlassian/issues';
import { createPlatform } from './atlassian/platform';
import { searchServer } from './atlassian/search';
import type { FakeTarget } from './target';

export const SERVER_LOGIN = { username: 'bot', password: 'fake-password', token: 'fake-token' };

export interface ServerOptions extends IssuesOptions {
	/** SERVER_LOGIN by default; the token is a personal access token. */
	login?: typeof SERVER_LOGIN;
}

const WORDS: Edition['words'] = {
	project: 'valid project is required',
	issueType: 'valid issue type is required',
	summaryTooLong: 'Summary must be less than 255 characters.',
};

/** Jira Data Center with the projects HELP, OPS and SEC: version 2 of the API, where texts are wiki markup. */
export function createJiraServer(options: ServerOptions = {}): FakeTarget & { tickets: readonly Issue[] } {
	const { login = SERVER_LOGIN } = options;
	const authorize = serverAuthorization(login);
	const issues = createIssues(options);
	const platform = createPlatform({
		edition: { person: { key: 'name', value: login.username }, words: WORDS },
		account: { key: 'JIRAUSER10100', emailAddress: `${login.username}@example.com`, deleted: false },
		versions: { 2: 'text', latest: 'text' },
		searches: { '/search': searchServer },
		issues,
	});
	return {
		system: 'jira_server',
		tickets: issues.all,
		answer: (request) => authorize(request) ?? (isForged(request) ? FORGED : platform(request)),
	};
}
