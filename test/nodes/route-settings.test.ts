import type { IDataObject } from 'n8n-workflow';
import type { JsonRecord } from '../../core/json';
import { readMappings } from '../../nodes/RouteTicket/mappings';
import { startLocalServer, type Answer, type LocalServer } from '../helpers/local-server';
import { loadPackage, type Package } from '../helpers/n8n';

const settingsOf = (row: IDataObject): unknown => readMappings({ mapping: [row] })[0].settings;

test.each<[string, IDataObject, JsonRecord]>([
	[
		'jira',
		{ projectKey: ' HELP ', issueType: 'Bug', labels: 'a, b', priorityNames: { high: 'Urgent', low: '' } },
		{ project_key: 'HELP', issue_type: 'Bug', labels: 'a, b', priority_names: { high: 'Urgent' } },
	],
	['jira_server', { projectKey: 'SEC', priorityNames: {} }, { project_key: 'SEC' }],
	[
		'jira_service_management',
		{ serviceDeskId: 10, requestTypeId: '25', raiseOnBehalfOf: true },
		{ service_desk_id: '10', request_type_id: '25', raise_on_behalf_of: true },
	],
	[
		'freshservice',
		{ requesterEmail: 'a@b.example', groupId: '1', departmentId: '2', workspaceId: '3', category: 'c', source: '2' },
		{
			...{ requester_email: 'a@b.example', group_id: '1', department_id: '2', workspace_id: '3' },
			...{ category: 'c', source: '2' },
		},
	],
	['zendesk', { groupId: '7' }, { group_id: '7' }],
	[
		'servicenow',
		{ table: 'incident', category: 'network', assignmentGroup: 'Desk', callerId: 'bot', contactType: 'email' },
		{
			...{ table: 'incident', category: 'network', assignment_group: 'Desk' },
			...{ caller_id: 'bot', contact_type: 'email' },
		},
	],
	['slack', { sendWith: 'bot', channel: '#it' }, { send_with: 'bot', channel: '#it' }],
	['slack', { sendWith: 'webhook', channel: '#it' }, { send_with: 'webhook' }],
	['http', { body: '{"a": "{{title}}"}' }, { body: '{"a": "{{title}}"}' }],
	['inbox', { body: '{}', channel: '#it' }, {}],
	['zendesk', { groupId: '7', projectKey: 'OLD', table: 'old', channel: '#old', body: '{}' }, { group_id: '7' }],
])('a row for %s gives its settings, and nothing that another system left', (system, row, settings) => {
	expect(settingsOf({ ...row, system })).toEqual(settings);
});

describe('over HTTP', () => {
	let pack: Package;
	let server: LocalServer;
	let answers: Answer[];

	beforeAll(async () => {
		pack = await loadPackage();
		server = await startLocalServer(() => answers.shift() ?? { status: 201, body: { id: 'X-1' } });
	});

	afterAll(() => server.close());

	beforeEach(() => {
		server.requests.length = 0;
		answers = [];
	});

	const item = { ticket_id: 'TKT-1', title: 'Laptop', description: 'Broken', triage: { department: 'IT' } };

	async function route(row: IDataObject, credential?: IDataObject, parameters: IDataObject = {}) {
		return await pack.run({
			node: 'routeTicket',
			items: [item],
			credentials: credential ? { triageHttpApi: credential } : {},
			parameters: {
				systems: credential ? ['http'] : [],
				mappings: { mapping: [{ department: 'IT', system: 'http', url: server.url, ...row }] },
				...parameters,
			} as never,
		});
	}

	test('the body has the form that the mapping gives it', async () => {
		await route({ body: '{"summary": "{{department}}: {{title}}", "open": true}' });
		expect(JSON.parse(server.requests[0].body)).toEqual({ summary: 'IT: Laptop', open: true });
	});

	test('429 is waited out, with the same request again', async () => {
		answers = [{ status: 429, headers: { 'retry-after': '1' } }];
		const { json, error } = await route({});
		expect(error).toBeUndefined();
		expect(json[0][0].route).toMatchObject({ external_ticket_id: 'X-1' });
		expect(server.requests).toHaveLength(2);
		expect(server.requests[1].body).toBe(server.requests[0].body);
	});

	test('429 for longer than Maximum Wait is an error that says how long, and what to raise', async () => {
		answers = [{ status: 429, headers: { 'retry-after': '30' }, body: { message: 'slow down' } }];
		const { error } = await route({}, undefined, { options: { maximumWait: 29 } });
		expect(error?.message).toBe('http answered 429 (slow down): too many requests: try again later [item 0]');
		expect(error?.description).toMatch(/^Raise Maximum Wait under Options.+ It asks to wait 30 seconds\.$/u);
		expect(server.requests).toHaveLength(1);
	});

	test.each([-1, 'soon', 3601])('Maximum Wait cannot be %s', async (maximumWait) => {
		const { error } = await route({}, undefined, { options: { maximumWait } });
		expect(error?.message).toContain('Maximum Wait must be a number from 0 to 3600');
		expect(server.requests).toEqual([]);
	});

	test.each([
		['Authorization', { authentication: 'bearer', token: 'abc' }],
		['x-key', { authentication: 'header', headerName: 'X-Key', headerSecret: 'abc' }],
	])('mapping and credential cannot both set %s', async (name, credential) => {
		const { error } = await route({ headers: { header: [{ name, value: 'mine' }] } }, credential);
		expect(error?.message).toBe(`Mapping 1 (IT) and its credential both set the header ${name.toLowerCase()} [item 0]`);
		expect(server.requests).toEqual([]);
	});

	test('a header of the credential is sent, and masked by a dry run whatever it is called', async () => {
		const credential = { authentication: 'header', headerName: 'Accept', headerSecret: 'abc' };
		await route({}, credential);
		expect(server.requests[0].headers.accept).toBe('abc');
		const { json } = await route({}, credential, { dryRun: true });
		expect(json[0][0].route).toMatchObject({ request: { headers: { accept: '***' } } });
	});
});
