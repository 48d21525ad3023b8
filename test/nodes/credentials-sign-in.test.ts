import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { FRESHSERVICE_KEY } from '../../fake-targets/freshservice';
import { createTarget } from '../../fake-targets/index';
import { CLOUD_EMAIL, CLOUD_TOKEN } from '../../fake-targets/jira';
import { SERVER_LOGIN } from '../../fake-targets/jira-server';
import { REQUEST_TYPE_ID, SERVICE_DESK_ID } from '../../fake-targets/jira-service-management';
import { startFakeTarget } from '../../fake-targets/server';
import { SERVICENOW_ACCOUNT } from '../../fake-targets/servicenow';
import { SLACK_WORKSPACE } from '../../fake-targets/slack';
import { ZENDESK_ACCOUNT } from '../../fake-targets/zendesk';
import { requestWith } from '../helpers/credential-test';
import { startLocalServer } from '../helpers/local-server';
import { loadPackage, type Package } from '../helpers/n8n';

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

const JIRA = { fields: { project: { key: 'HELP' }, issuetype: { name: 'Task' }, summary: 'Laptop' } };
const WISH = { summary: 'Laptop', description: 'It is broken' };
const DESK = { serviceDeskId: SERVICE_DESK_ID, requestTypeId: REQUEST_TYPE_ID, requestFieldValues: WISH };
const FRESH = { subject: 'Laptop', description: 'It is broken', email: 'ana@example.com', status: 2, priority: 2 };
const CLOUD = { email: CLOUD_EMAIL, apiToken: CLOUD_TOKEN };
const { token } = SERVER_LOGIN;
const { username, password } = SERVICENOW_ACCOUNT;

type Row = [system: string, type: string, data: IDataObject, creation: { path: string; body: IDataObject }];

test.each<Row>([
	['jira', 'triageJiraCloudApi', CLOUD, { path: '/rest/api/3/issue', body: JIRA }],
	['jira_service_management', 'triageJiraCloudApi', CLOUD, { path: '/rest/servicedeskapi/request', body: DESK }],
	['jira_server', 'triageJiraServerApi', { token }, { path: '/rest/api/2/issue', body: JIRA }],
	['freshservice', 'triageFreshserviceApi', { apiKey: FRESHSERVICE_KEY }, { path: '/api/v2/tickets', body: FRESH }],
	[
		'zendesk',
		'triageZendeskApi',
		{ ...ZENDESK_ACCOUNT },
		{ path: '/api/v2/tickets.json', body: { ticket: { subject: 'Laptop', comment: { body: 'It is broken' } } } },
	],
	[
		'servicenow',
		'triageServiceNowApi',
		{ username, password },
		{ path: '/api/now/table/incident', body: { short_description: 'Laptop' } },
	],
	[
		'slack',
		'triageSlackBotApi',
		{ botToken: SLACK_WORKSPACE.botToken },
		{ path: '/api/chat.postMessage', body: { channel: '#it-support', text: 'Laptop' } },
	],
])('%s takes a ticket from %s, and none with another secret', async (system, type, data, { path, body }) => {
	const { target, url, requests, close } = await startFakeTarget(createTarget(system));
	const request: IHttpRequestOptions = { method: 'POST', url: `${url}${path}`, body, json: true };
	const [secret] = Object.keys(data).filter((name) => /key|token|password/iu.test(name));
	try {
		expect((await requestWith(pack, type, data, { ...request })).statusCode).toBeLessThan(300);
		expect(target.tickets).toHaveLength(1);
		const wrong = await requestWith(pack, type, { ...data, [secret]: 'wröng' }, { ...request });
		expect([401, 200]).toContain(wrong.statusCode);
		expect(target.tickets).toHaveLength(1);
		expect(requests.map(({ path: asked }) => asked)).toEqual([path, path]);
	} finally {
		await close();
	}
});

test.each<[string, IDataObject, Record<string, string>]>([
	['basic', { username: 'bot', password: 'pä:ss' }, { authorization: 'Basic Ym90OnDDpDpzcw==' }],
	['bearer', { token: 'abc' }, { authorization: 'Bearer abc' }],
	['header', { headerName: 'X-API-Key', headerSecret: 'abc' }, { 'x-api-key': 'abc' }],
	['none', { token: 'abc', headerName: 'X-API-Key', headerSecret: 'abc', username: 'bot', password: 'abc' }, {}],
])('HTTP signs in by %s', async (authentication, data, expected) => {
	const { url, requests, close } = await startLocalServer(() => ({ status: 201 }));
	const headers = { 'webhook-id': 'triage-1' };
	await requestWith(pack, 'triageHttpApi', { ...data, authentication }, { method: 'POST', url, headers, body: '{}' });
	await close();
	const { authorization, 'x-api-key': key, 'webhook-id': id } = requests[0].headers;
	expect({ ...(authorization && { authorization }), ...(key && { 'x-api-key': key }) }).toEqual(expected);
	expect(id).toBe('triage-1');
});
