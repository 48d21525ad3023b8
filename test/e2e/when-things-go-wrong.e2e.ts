import type { IDataObject } from 'n8n-workflow';
import { startFakeGemini, type FakeGemini, type Fault } from '../../fake-gemini/server';
import { createFaultSource, type FaultSource } from '../../fake-targets/faults';
import { CLOUD_EMAIL, CLOUD_TOKEN, createJira } from '../../fake-targets/jira';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createSlack, SLACK_WORKSPACE } from '../../fake-targets/slack';
import { eventually } from '../helpers/service';
import { credentialOf, importExample, unique, type FilledIn, type ImportedExample } from './example';
import { signIn, type Execution, type N8nClient } from './n8n-client';

const SECRET = 'My laptop is called Rosinante';
const VPN = { title: 'VPN drops', description: `The VPN client disconnects. ${SECRET}.`, email: 'ana@example.com' };

let n8n: N8nClient;
let jira: RunningTarget<ReturnType<typeof createJira>>;
let jiraFaults: FaultSource;
let slack: RunningTarget<ReturnType<typeof createSlack>>;
let gemini: FakeGemini;
let example: ImportedExample;
let table: string;
let address: string;

beforeEach(async () => {
	const url = String(process.env.E2E_N8N_URL);
	n8n = await signIn(url);
	jiraFaults = createFaultSource();
	jira = await startFakeTarget(createJira(), { faults: jiraFaults });
	slack = await startFakeTarget(createSlack({ channels: { '#operators': 'C0OPERATE' } }));
	gemini = await startFakeGemini({ latencyMs: 0, perTicketMs: 0 });
	table = unique('kept');
	const path = unique('report').replace(' ', '-');
	address = `${url}/webhook/${path}`;
	const replace = { 'report-ticket': path, kept_tickets: table, 'https://slack.com': slack.url };
	example = await importExample(n8n, 'when-things-go-wrong', { replace, credentials: await credentials() });
	await example.activate();
	await eventually(async () => (await isLive()) || undefined, 'the webhook to be live');
});

afterEach(async () => {
	await example?.archive();
	await Promise.all([jira?.close(), slack?.close(), gemini?.close()]);
});

async function credentials(): Promise<FilledIn['credentials']> {
	const site = { url: jira.url, email: CLOUD_EMAIL, apiToken: CLOUD_TOKEN };
	const forJira = [await credentialOf(n8n, 'triageJiraCloudApi', site)];
	const bot = { url: `${slack.url}/api`, botToken: SLACK_WORKSPACE.botToken };
	const forSlack = [await credentialOf(n8n, 'triageSlackBotApi', bot)];
	const key = { baseUrl: gemini.url, apiKey: 'fake' };
	return {
		'Ask Gemini': [await credentialOf(n8n, 'triageGeminiApi', key)],
		...{ 'Deliver to Jira': forJira, 'Deliver again': forJira },
		...{ 'Tell the operators': forSlack, 'Tell the operators of the failure': forSlack },
	};
}

/** Asks as a browser does before it posts, which starts nothing. */
async function isLive(): Promise<boolean> {
	const headers = { origin: 'https://portal.example.com', 'access-control-request-method': 'POST' };
	return (await fetch(address, { method: 'OPTIONS', headers })).ok;
}

async function report(body: unknown): Promise<{ status: number; json: IDataObject }> {
	const headers = { 'content-type': 'application/json', authorization: 'Bearer of-the-reporter' };
	const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
	return { status: response.status, json: (await response.json()) as IDataObject };
}

function issues(): { key: string; summary: string; text: string }[] {
	return jira.target.tickets.map(({ id, body }) => {
		const { fields } = body as { fields: { summary: string } };
		return { key: id, summary: fields.summary, text: JSON.stringify(fields) };
	});
}

/** What the schedule does every hour. */
async function tryAgain(): Promise<Execution> {
	const execution = await n8n.run(example.id, 'Every hour');
	expect(execution.status).toBe('success');
	return execution;
}

/** Once there are so many, all that was ever told them. */
async function told(messages: number): Promise<string> {
	await eventually(async () => slack.target.tickets.length >= messages || undefined, 'a message to the operators');
	expect(slack.target.tickets).toHaveLength(messages);
	const all = slack.requests.map(({ body }) => body).join('\n');
	[SECRET, VPN.title, VPN.email, 'of-the-reporter'].forEach((text) => expect(all).not.toContain(text));
	return all;
}

describe('Gemini', () => {
	test('decides where it answers, and the reporter gets the ID that Jira has', async () => {
		const { status, json } = await report(VPN);
		expect(status).toBe(201);
		const [issue] = issues();
		expect(json).toEqual({
			ticket_id: expect.stringMatching(/^[\da-f-]{36}$/u) as string,
			department: 'IT',
			status: 'delivered',
			url: `${jira.url}/browse/${issue.key}`,
		});
		expect(issue).toMatchObject({ summary: VPN.title, text: expect.stringContaining('(gemini)') as string });
		expect(issue.text).toContain(String(json.ticket_id));
		expect((await tryAgain()).itemsOf('Get the kept tickets')).toEqual([]);
	});

	const faults: Fault[] = ['internal', 'rate_limited_day', 'forbidden', 'garbage', 'blocked', 'invented_department'];
	test.each(faults)('fails with %s: the local model decides', async (fault) => {
		gemini.setRates({ [fault]: 1 });
		const { status, json } = await report(VPN);
		expect({ status, department: json.department }).toEqual({ status: 201, department: 'IT' });
		expect(gemini.requests.length).toBeGreaterThan(0);
		expect(issues()).toMatchObject([{ summary: VPN.title, text: expect.stringContaining('(local)') as string }]);
		expect(slack.requests).toEqual([]);
	});
});

describe('what cannot be placed', () => {
	test('goes to the service desk where the model is unsure, and to Security where that is meant', async () => {
		await report({ title: 'Hello', description: 'Laptop, badge, desk and contract for the new colleague' });
		await report({ title: 'Phishing', description: 'I got a phishing mail that asks for my password' });
		expect(issues().map(({ key }) => key.split('-')[0])).toEqual(['HELP', 'SEC']);
	});

	test.each([[{}], [{ title: ' ' }], [[VPN, VPN]]])('is refused where it is no ticket: %j', async (body) => {
		const { status, json } = await report(body);
		expect(status).toBe(400);
		expect(json).toEqual({ error: expect.stringContaining('This item is no ticket') as string });
		expect(issues()).toEqual([]);
		expect((await tryAgain()).itemsOf('Get the kept tickets')).toEqual([]);
	});
});

describe('Jira', () => {
	test('refuses: the ticket is kept, the operators get a link and no word of it, and it is delivered later', async () => {
		jiraFaults.setRates({ unavailable: 1 });
		const { status, json } = await report(VPN);
		expect({ status, json }).toMatchObject({ status: 202, json: { department: 'IT', status: 'kept' } });
		const { id } = await n8n.lastExecution(example.id);
		const message = await told(1);
		expect(message).toContain(`<${String(process.env.E2E_N8N_URL)}/workflow/${example.id}/executions/${id}|`);
		expect(message).toContain(String(json.ticket_id));

		const failing = await tryAgain();
		expect(failing.itemsOf('Get the kept tickets')).toHaveLength(1);
		expect(JSON.stringify(failing.itemsOf('Get the kept tickets'))).not.toContain('of-the-reporter');
		expect(issues()).toEqual([]);

		jiraFaults.setRates({});
		await tryAgain();
		const [{ summary, text }] = issues();
		expect(summary).toBe(VPN.title);
		expect(text).toContain(SECRET);
		expect((await tryAgain()).itemsOf('Get the kept tickets')).toEqual([]);
		expect(issues()).toHaveLength(1);
		await told(1);
	});

	test('and the data table fail: the reporter is told to try again, and the operators that the workflow stopped', async () => {
		const { id } = (await n8n.get('/rest/projects/personal')) as { id: string };
		const columns = [{ name: 'other', type: 'string' }];
		await n8n.post(`/rest/projects/${id}/data-tables`, { name: table, columns });
		jiraFaults.setRates({ error_before: 1 });
		expect((await report(VPN)).status).toBe(500);
		const message = await told(1);
		expect(message).toMatch(new RegExp(`/workflow/${example.id}/executions/\\d+\\|Open the execution>`, 'u'));
	});
});

test('when everything fails now and then, each ticket ends in Jira exactly once', async () => {
	gemini.setRates({ internal: 0.2, garbage: 0.2, forbidden: 0.2 });
	const share = { error_before: 0.05, error_after: 0.05, reset_before: 0.05, reset_after: 0.05 };
	jiraFaults.setRates({ ...share, gateway: 0.05, html: 0.05, cut: 0.05 });
	const titles = Array.from({ length: 24 }, (_, i) => `${VPN.title} ${i}`);
	const answers = [];
	for (let i = 0; i < titles.length; i += 6) {
		const some = titles.slice(i, i + 6).map(async (title) => await report({ ...VPN, title }));
		answers.push(...(await Promise.all(some)));
	}
	const kept = answers.filter(({ status }) => status === 202).length;
	expect(answers.filter(({ status }) => status === 201)).toHaveLength(titles.length - kept);
	expect(kept).toBeGreaterThan(0);
	await told(kept);

	jiraFaults.setRates({});
	expect((await tryAgain()).itemsOf('Get the kept tickets')).toHaveLength(kept);
	expect((await tryAgain()).itemsOf('Get the kept tickets')).toEqual([]);
	const summaries = issues().map(({ summary }) => summary);
	expect(summaries.sort()).toEqual([...titles].sort());
	expect(new Set(answers.map(({ json }) => json.ticket_id)).size).toBe(titles.length);
});
