import { FORGED, isForged, readObject, siteOf } from './atlassian/answers';
import { cloudAuthorization } from './atlassian/authorization';
import { cloudPlatform } from './atlassian/cloud';
import { PROJECTS } from './atlassian/fields';
import { createIssues, type Issue, type Issues } from './atlassian/issues';
import { NO_REQUEST, deskError, readComment, readNewRequest } from './atlassian/desk-request';
import { showComment, showRequest } from './atlassian/show-request';
import { CLOUD_EMAIL, CLOUD_TOKEN, type CloudOptions } from './jira';
import { findRoute, type Route } from './route';
import type { FakeTarget, TargetAnswer, TargetRequest } from './target';

/** Of the service desk that there is, and of its request type. */
export { REQUEST_TYPE_ID, SERVICE_DESK_ID } from './atlassian/desk-request';

export interface ServiceManagementOptions extends CloudOptions {
	/** Whether the account may raise requests for others; true by default. */
	mayRaiseForOthers?: boolean;
}

/** Jira Service Management on Jira Cloud: customers' requests, which are issues of the project HELP as well. */
export function createJiraServiceManagement(
	options: ServiceManagementOptions = {},
): FakeTarget & { tickets: readonly Issue[] } {
	const { email = CLOUD_EMAIL, apiToken = CLOUD_TOKEN, mayRaiseForOthers = true } = options;
	const authorize = cloudAuthorization(email, apiToken);
	const authorizeAtDesk = cloudAuthorization(email, apiToken, deskError(401, 'You are not logged in.', 'sd.login'));
	const issues = createIssues(options);
	const platform = cloudPlatform(issues, email);
	const desk: Desk = { issues, mayRaiseForOthers };
	return {
		system: 'jira_service_management',
		tickets: issues.all,
		answer(request) {
			const isAtDesk = request.path.startsWith('/rest/servicedeskapi/');
			const refused = isAtDesk ? authorizeAtDesk(request) : authorize(request);
			if (refused) return refused;
			if (isForged(request)) return FORGED;
			return isAtDesk ? answerAtDesk(request, desk) : platform(request);
		},
	};
}

interface Desk {
	issues: Issues;
	mayRaiseForOthers: boolean;
}

type Handle = (request: TargetRequest, desk: Desk, id: string) => TargetAnswer;

const ROUTES: Route<Handle>[] = [
	['POST', /^\/rest\/servicedeskapi\/request$/u, create],
	['GET', /^\/rest\/servicedeskapi\/request\/([\w-]+)$/u, show],
	['POST', /^\/rest\/servicedeskapi\/request\/([\w-]+)\/comment$/u, comment],
];

function answerAtDesk(request: TargetRequest, desk: Desk): TargetAnswer {
	const { handle, id, methods } = findRoute(ROUTES, request);
	if (handle) return handle(request, desk, id);
	if (methods.length > 0) return deskError(405, 'Method Not Allowed', 'sd.method');
	return deskError(404, 'Not Found', 'sd.path');
}

function create(request: TargetRequest, { issues, mayRaiseForOthers }: Desk): TargetAnswer {
	const read = readObject(request);
	if ('refused' in read) return asDeskError(read.refused);
	const asked = readNewRequest(read.body, mayRaiseForOthers);
	if ('refused' in asked) return asked.refused;
	const issue = issues.add(PROJECTS[0], asked.fields, read.body);
	return { status: 201, body: showRequest(issue, siteOf(request)) };
}

function show(request: TargetRequest, { issues }: Desk, id: string): TargetAnswer {
	const issue = issues.find(id);
	return issue ? { status: 200, body: showRequest(issue, siteOf(request)) } : NO_REQUEST;
}

function comment(request: TargetRequest, { issues }: Desk, id: string): TargetAnswer {
	const issue = issues.find(id);
	if (!issue) return NO_REQUEST;
	const read = readObject(request);
	if ('refused' in read) return asDeskError(read.refused);
	const said = readComment(read.body);
	if ('refused' in said) return said.refused;
	const number = issue.comments.push(said.text);
	return { status: 201, body: showComment(issue, { ...said, number }, siteOf(request)) };
}

/** What Jira refuses, in the words of the service desk. */
function asDeskError({ status, body }: TargetAnswer): TargetAnswer {
	const [message] = (body as { errorMessages: string[] }).errorMessages;
	return deskError(status, message, 'sd.payload');
}
