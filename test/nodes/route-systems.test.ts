import type { IDataObject } from 'n8n-workflow';
import { createTarget, SYSTEMS } from '../../fake-targets';
import { FRESHSERVICE_KEY } from '../../fake-targets/freshservice';
import { CLOUD_EMAIL, CLOUD_TOKEN } from '../../fake-targets/jira';
import { SERVER_LOGIN } from '../../fake-targets/jira-server';
import { REQUEST_TYPE_ID, SERVICE_DESK_ID } from '../../fake-targets/jira-service-management';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { SERVICENOW_ACCOUNT } from '../../fake-targets/servicenow';
import { SLACK_WORKSPACE } from '../../fake-targets/slack';
import { TEAMS_WORKFLOW } from '../../fake-targets/teams';
import { WEBHOOK_PATH, WEBHOOK_SECRET } from '../../fake-targets/webhook';
import { ZENDESK_ACCOUNT } from '../../fake-targets/zendesk';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

let pack: Package;
let target: RunningTarget | undefined;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => {
	await target?.close();
	target = undefined;
});

interface Sample {
	/** The stand-in. */
	system: string;
	type: string;
	/** The entry of Credentials For. */
	entry: string;
	credential: (url: string) => IDataObject;
	/** What makes that credential one that is refused. */
	wrong: IDataObject;
	row: IDataObject;
	/** What no output may show. */
	secret: string;
	canBeAsked?: boolean;
}

const CLOUD = {
	type: 'triageJiraCloudApi',
	entry: 'jira',
	credential: (url: string) => ({ url, email: CLOUD_EMAIL, apiToken: CLOUD_TOKEN }),
	wrong: { apiToken: 'wrong-token' },
	secret: CLOUD_TOKEN,
	canBeAsked: true,
};

const SAMPLES: Record<string, Sample> = {
	'Jira Cloud': { ...CLOUD, system: 'jira', row: { projectKey: 'HELP', labels: 'triaged, it' } },
	'Jira Service Management': {
		...CLOUD,
		system: 'jira_service_management',
		row: { serviceDeskId: SERVICE_DESK_ID, requestTypeId: REQUEST_TYPE_ID },
	},
	'Jira Data Center': {
		system: 'jira_server',
		type: 'triageJiraServerApi',
		entry: 'jira_server',
		credential: (url) => ({ url, token: SERVER_LOGIN.token }),
		wrong: { token: 'wrong-token' },
		row: { projectKey: 'SEC' },
		secret: SERVER_LOGIN.token,
		canBeAsked: true,
	},
	Freshservice: {
		system: 'freshservice',
		type: 'triageFreshserviceApi',
		entry: 'freshservice',
		credential: (url) => ({ url: `${url}/api/v2/`, apiKey: FRESHSERVICE_KEY }),
		wrong: { apiKey: 'wrong-key' },
		row: { requesterEmail: 'desk@example.com' },
		secret: FRESHSERVICE_KEY,
		canBeAsked: true,
	},
	Zendesk: {
		system: 'zendesk',
		type: 'triageZendeskApi',
		entry: 'zendesk',
		credential: (url) => ({ url, email: ZENDESK_ACCOUNT.email, apiToken: ZENDESK_ACCOUNT.apiToken }),
		wrong: { apiToken: 'wrong-token' },
		row: {},
		secret: ZENDESK_ACCOUNT.apiToken,
		canBeAsked: true,
	},
	ServiceNow: {
		system: 'servicenow',
		type: 'triageServiceNowApi',
		entry: 'servicenow',
		credential: (url) => ({ url, username: SERVICENOW_ACCOUNT.username, password: SERVICENOW_ACCOUNT.password }),
		wrong: { password: 'wrong-password' },
		row: {},
		secret: SERVICENOW_ACCOUNT.password,
		canBeAsked: true,
	},
	'Slack Webhook': {
		system: 'slack',
		type: 'triageSlackWebhookApi',
		entry: 'slack_webhook',
		credential: (url) => ({ webhookSecretUrl: `${url}${SLACK_WORKSPACE.webhookPath}`, anyHost: true }),
		wrong: { webhookSecretUrl: SLACK_WORKSPACE.webhookPath.replace('fake', 'wrong') },
		row: { sendWith: 'webhook', channel: '#left-by-a-bot' },
		secret: SLACK_WORKSPACE.webhookPath,
	},
	'Slack Bot': {
		system: 'slack',
		type: 'triageSlackBotApi',
		entry: 'slack_bot',
		credential: (url) => ({ url: `${url}/api`, botToken: SLACK_WORKSPACE.botToken }),
		wrong: { botToken: 'xoxb-wrong' },
		row: { sendWith: 'bot', channel: '#it-support' },
		secret: SLACK_WORKSPACE.botToken,
	},
	'Microsoft Teams': {
		system: 'teams',
		type: 'triageTeamsWebhookApi',
		entry: 'teams',
		credential: (url) => ({ workflowSecretUrl: `${url}${TEAMS_WORKFLOW}`, anyHost: true }),
		wrong: { workflowSecretUrl: TEAMS_WORKFLOW.replace('sig=fake', 'sig=wrong') },
		row: {},
		secret: 'sig=',
	},
	HTTP: {
		system: 'http',
		type: 'triageHttpApi',
		entry: 'http',
		credential: () => ({ authentication: 'bearer', token: 'top-secret', signingSecret: WEBHOOK_SECRET }),
		wrong: { signingSecret: `whsec_${Buffer.alloc(24, 1).toString('base64')}` },
		row: { url: WEBHOOK_PATH },
		secret: 'top-secret',
	},
};
const NAMES = Object.keys(SAMPLES);

const item = (more: IDataObject = {}): IDataObject => ({
	ticket_id: 'TKT-B6D1AE6D31C6EE0607E75372',
	title: 'Laptop',
	description: 'It is broken',
	email: 'ana@example.com',
	triage: { department: 'IT', needs_review: false, effective_priority: 'high' },
	...more,
});

/** Relative addresses lead to the stand-in. */
const absolute = (fields: IDataObject): IDataObject =>
	Object.fromEntries(
		Object.entries(fields).map(([key, value]) => [
			key,
			typeof value === 'string' && value.startsWith('/') ? `${target?.url}${value}` : value,
		]),
	);

interface Options {
	items?: IDataObject[];
	credential?: IDataObject | null;
	parameters?: Case['parameters'];
	onError?: Case['onError'];
}

async function routeTo({ system, type, entry, credential, row }: Sample, options: Options = {}) {
	target ??= await startFakeTarget(createTarget(system));
	const given = options.credential === null ? {} : { ...credential(target.url), ...absolute(options.credential ?? {}) };
	return await pack.run({
		node: 'routeTicket',
		items: options.items ?? [item()],
		credentials: options.credential === null ? {} : { [type]: given },
		onError: options.onError,
		parameters: {
			systems: [entry],
			mappings: { mapping: [{ department: 'IT', team: 'Team Blue', system, ...absolute(row) }] },
			...options.parameters,
		},
	});
}

test('every stand-in is among the samples', () => {
	expect(new Set(Object.values(SAMPLES).map(({ system }) => system))).toEqual(new Set(SYSTEMS));
});

test.each(NAMES)('%s takes the ticket with the credential, and its receipt is read', async (name) => {
	const { json, error } = await routeTo(SAMPLES[name]);
	expect(error).toBeUndefined();
	const [held] = target!.target.tickets;
	expect(target!.target.tickets).toHaveLength(1);
	expect(held.ticketId).toBe('TKT-B6D1AE6D31C6EE0607E75372');
	expect(json[0][0].route).toMatchObject({
		ticket_id: 'TKT-B6D1AE6D31C6EE0607E75372',
		system: SAMPLES[name].system,
		assigned_to: 'Team Blue',
		external_ticket_id: ['Slack Webhook', 'Microsoft Teams'].includes(name) ? null : held.id,
		status: 'routed',
		found_existing: false,
	});
});

test.each(NAMES)('%s with a wrong credential: an error with what it says and the fix, and no secret', async (name) => {
	const { error, run } = await routeTo(SAMPLES[name], { credential: SAMPLES[name].wrong });
	expect(error?.message).toMatch(/answered (?:20\d|40[134])/u);
	expect(error?.message).toContain('[item 0]');
	expect(error?.description).toMatch(/credential/u);
	expect(error?.context.itemIndex).toBe(0);
	expect(JSON.stringify(run.data.resultData.error)).not.toMatch(/wrong-|xoxb-|sig=|services\/T0|top-secret|whsec_/u);
	expect(target!.target.tickets).toEqual([]);
});

test.each(NAMES)('%s without a credential: the error says which one to choose', async (name) => {
	const { error } = await routeTo(SAMPLES[name], { credential: null });
	expect(error?.message).toMatch(/^Mapping 1 \(IT\) leads to .+, and no credential for it is chosen \[item 0\]$/u);
	expect(error?.description).toMatch(/^Choose a credential for .+ at the top of this node\.$/u);
	expect(target!.requests).toEqual([]);
});

test.each(NAMES.filter((name) => name !== 'HTTP'))(
	'%s not selected in Credentials For: the error says so',
	async (name) => {
		const { error } = await routeTo(SAMPLES[name], { parameters: { systems: [] } });
		expect(error?.description).toMatch(/^Select .+ in Credentials For, and choose a credential/u);
	},
);

test.each(NAMES)('%s: a dry run shows the very body, masks what is secret and sends nothing', async (name) => {
	const { json, error } = await routeTo(SAMPLES[name], { parameters: { dryRun: true } });
	expect(error).toBeUndefined();
	expect(target!.requests).toEqual([]);
	const { request } = json[0][0].route as { request: Record<string, unknown> };
	expect(JSON.stringify(json)).not.toContain(SAMPLES[name].secret);
	expect(request.headers).toMatchObject({ 'content-type': expect.stringContaining('application/json') as string });
	await routeTo(SAMPLES[name]);
	const sent = target!.requests.at(-1)!;
	expect(request).toMatchObject({ method: sent.method, body: sent.body });
	const isSecret = ['Slack Webhook', 'Microsoft Teams'].includes(name);
	expect(request.url).toBe(isSecret ? `${target!.url}/***` : `${target!.url}${sent.path}`);
	const signs = Object.keys(sent.headers).filter((header) => /^authorization$|signature/u.test(header));
	expect(request.headers).toMatchObject(Object.fromEntries(signs.map((header) => [header, '***'])));
});

test.each(NAMES.filter((name) => SAMPLES[name].canBeAsked))(
	'%s is asked first: no twin by running again',
	async (name) => {
		const first = await routeTo(SAMPLES[name]);
		const again = await routeTo(SAMPLES[name]);
		const { external_ticket_id: id } = first.json[0][0].route as IDataObject;
		expect(again.json[0][0].route).toMatchObject({ external_ticket_id: id, status: 'routed', found_existing: true });
		expect((again.json[0][0].route as IDataObject).external_url).toContain(`${target!.url}/`);
		expect(target!.target.tickets).toHaveLength(1);
		await routeTo(SAMPLES[name], { items: [item({ ticket_id: '' })] });
		expect(target!.target.tickets).toHaveLength(2);
	},
);

test('HTTP: a repetition bears the same webhook-id, so that the receiver knows it', async () => {
	await routeTo(SAMPLES.HTTP);
	await routeTo(SAMPLES.HTTP);
	expect(target!.target.tickets).toHaveLength(1);
	expect(target!.requests).toHaveLength(2);
});

test('the search can be turned off', async () => {
	await routeTo(SAMPLES['Jira Cloud'], { parameters: { options: { lookForExisting: false } } });
	expect(target!.requests).toHaveLength(1);
});

test('100 items keep their pairs, and those that fail go their own way', async () => {
	const items = Array.from({ length: 100 }, (_, n) =>
		item({ n, ticket_id: `TKT-${n}`, ...(n % 10 === 3 && { title: '', description: '' }) }),
	);
	const { json, outputs, error } = await routeTo(SAMPLES['Jira Data Center'], {
		items,
		onError: 'continueErrorOutput',
	});
	expect(error).toBeUndefined();
	expect(json.map(({ length }) => length)).toEqual([90, 10]);
	for (const output of outputs)
		for (const { json: one, pairedItem } of output) expect(pairedItem).toEqual({ item: one.n });
	expect(target!.target.tickets).toHaveLength(90);
});
