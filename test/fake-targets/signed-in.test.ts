/** The pages that only ask who is signed in. */
import type { HttpRequest } from '../../core/http';
import { CLOUD_ACCOUNT } from '../../fake-targets/atlassian/cloud';
import { createTarget } from '../../fake-targets/index';
import { CLOUD_EMAIL, CLOUD_TOKEN } from '../../fake-targets/jira';
import { createJiraServer, SERVER_LOGIN } from '../../fake-targets/jira-server';
import { isCreation } from '../../fake-targets/read-request';
import { createServicenow, SERVICENOW_ACCOUNT } from '../../fake-targets/servicenow';
import { SLACK_WORKSPACE } from '../../fake-targets/slack';
import { ZENDESK_ACCOUNT } from '../../fake-targets/zendesk';
import { ask, bodyOf } from './ask';

const SITE = 'http://desk.example';
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const get = (path: string, authorization?: string): HttpRequest => ({
	method: 'GET',
	url: `${SITE}${path}`,
	headers: { host: 'desk.example', ...(authorization !== undefined && { authorization }) },
});

const CLOUD_LOGIN = basic(CLOUD_EMAIL, CLOUD_TOKEN);
const ZENDESK_LOGIN = basic(`${ZENDESK_ACCOUNT.email}/token`, ZENDESK_ACCOUNT.apiToken);
const SERVICENOW_LOGIN = basic(SERVICENOW_ACCOUNT.username, SERVICENOW_ACCOUNT.password);
const CLOUD_SELF = { accountId: CLOUD_ACCOUNT, accountType: 'atlassian', emailAddress: CLOUD_EMAIL, active: true };
const SERVER_SELF = { name: SERVER_LOGIN.username, key: 'JIRAUSER10100', deleted: false, active: true };
const BOT = { ok: true, team_id: 'T00000000', user_id: 'U00000000', bot_id: 'B00000000' };
const USERS = '/api/now/table/sys_user';

it.each<[string, string, string, object]>([
	['jira', '/rest/api/3/myself', CLOUD_LOGIN, CLOUD_SELF],
	['jira', '/rest/api/2/myself', CLOUD_LOGIN, CLOUD_SELF],
	['jira_service_management', '/rest/api/3/myself', CLOUD_LOGIN, CLOUD_SELF],
	['jira_server', '/rest/api/2/myself', `Bearer ${SERVER_LOGIN.token}`, SERVER_SELF],
	['jira_server', '/rest/api/latest/myself', basic('bot', SERVER_LOGIN.password), SERVER_SELF],
	['zendesk', '/api/v2/users/me.json', ZENDESK_LOGIN, { user: { id: 100, role: 'agent', email: 'agent@example.com' } }],
	['zendesk', '/api/v2/users/me', ZENDESK_LOGIN, { user: { active: true } }],
	['servicenow', `${USERS}?sysparm_fields=user_name`, SERVICENOW_LOGIN, { result: [{ user_name: 'svc.helpdesk' }] }],
	['slack', '/api/auth.test', `Bearer ${SLACK_WORKSPACE.botToken}`, BOT],
])('%s says at %s who is signed in', (system, path, authorization, self) => {
	const target = createTarget(system);
	const response = ask(target, get(path, authorization));
	expect(response.status).toBe(200);
	expect(bodyOf(response)).toMatchObject(self);
	expect(target.tickets).toEqual([]);
});

const UNKNOWN = { message: 'Client must be authenticated to access this resource.', 'status-code': 401 };
const REALM = 'OAuth realm="http%3A%2F%2Flocalhost"';
const FAILED = { 'www-authenticate': REALM, 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' };

it.each<[string, string, string, number, object, object]>([
	['jira', '/rest/api/3/myself', basic(CLOUD_EMAIL, 'x'), 401, FAILED, UNKNOWN],
	['jira_server', '/rest/api/2/myself', 'Bearer x', 401, FAILED, {}],
	['zendesk', '/api/v2/users/me', basic('x', 'y'), 401, {}, { error: "Couldn't authenticate you" }],
	['servicenow', USERS, basic('svc.helpdesk', 'x'), 401, {}, { status: 'failure' }],
	['slack', '/api/auth.test', 'Bearer xoxb-x', 200, {}, { ok: false, error: 'invalid_auth' }],
])('%s refuses at %s whoever it does not know', (...[system, path, authorization, status, headers, body]) => {
	const response = ask(createTarget(system), get(path, authorization));
	expect(response).toMatchObject({ status, headers });
	expect(bodyOf(response)).toMatchObject(body);
});

it.each<[string, string, number, object]>([
	['jira', '/rest/api/3/myself', 401, UNKNOWN],
	['jira_server', '/rest/api/2/myself', 401, UNKNOWN],
	['zendesk', '/api/v2/users/me.json', 200, { user: { id: null, name: 'Anonymous user', role: 'end-user' } }],
	['zendesk', '/api/v2/tickets.json', 401, { error: "Couldn't authenticate you" }],
	['servicenow', USERS, 401, { status: 'failure' }],
	['slack', '/api/auth.test', 200, { ok: false, error: 'not_authed' }],
])('%s knows visitors at %s', (system, path, status, body) => {
	const response = ask(createTarget(system), get(path));
	expect(response.status).toBe(status);
	expect(bodyOf(response)).toMatchObject(body);
});

it('Jira names an account by its own address, on the site as it was asked', () => {
	const server = createJiraServer({ login: { ...SERVER_LOGIN, username: 'ana b' } });
	const self = (target: typeof server, path: string, authorization: string) =>
		bodyOf(ask(target, get(path, authorization))).self;
	const ofServer = self(server, '/rest/api/2/myself', `Bearer ${SERVER_LOGIN.token}`);
	expect(ofServer).toBe(`${SITE}/rest/api/2/user?username=ana%20b`);
	const ofCloud = bodyOf(ask(createTarget('jira'), get('/rest/api/3/myself', CLOUD_LOGIN))).self;
	expect(ofCloud).toBe(`${SITE}/rest/api/3/user?accountId=${CLOUD_ACCOUNT}`);
});

describe('the users of ServiceNow', () => {
	const desk = createServicenow();
	const id = '5'.repeat(32);
	const asked = (path: string) => ask(desk, get(`${USERS}${path}`, SERVICENOW_LOGIN));

	it.each([
		['?sysparm_limit=1&sysparm_fields=sys_id', [{ sys_id: id }]],
		['?sysparm_query=user_name=svc.helpdesk&sysparm_fields=sys_id', [{ sys_id: id }]],
		['?sysparm_query=user_name=ana&sysparm_fields=sys_id', []],
	])('are listed: %s', (query, result) => expect(bodyOf(asked(query))).toEqual({ result }));

	it('are shown', () => {
		expect(bodyOf(asked(`/${id}`))).toMatchObject({ result: { sys_id: id, user_name: 'svc.helpdesk' } });
		expect(asked(`/${'0'.repeat(32)}`).status).toBe(404);
	});

	it.each([
		['POST', '', 'Insert'],
		['PATCH', `/${id}`, 'Update'],
	] as const)('are not changed by %s', (method, path, operation) => {
		const response = ask(desk, { ...get(`${USERS}${path}`, SERVICENOW_LOGIN), method, body: '{}' });
		expect(response.status).toBe(403);
		const detail = `ACL Exception ${operation} Failed due to security constraints`;
		expect(bodyOf(response)).toEqual({ error: { message: 'Operation Failed', detail }, status: 'failure' });
	});
});

it('Slack tells a bot who it is by POST too, which is nothing new', () => {
	const request = { ...get('/api/auth.test', `Bearer ${SLACK_WORKSPACE.botToken}`), method: 'POST' as const };
	const response = ask(createTarget('slack'), request);
	expect(bodyOf(response)).toMatchObject(BOT);
	expect(response.headers).toEqual({ 'x-oauth-scopes': 'chat:write' });
	expect(isCreation({ ...request, path: '/api/auth.test', query: new URLSearchParams(), body: '' })).toBe(false);
});
