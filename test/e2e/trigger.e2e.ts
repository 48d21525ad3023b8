import type { IDataObject } from 'n8n-workflow';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createSlack, type FakeSlack } from '../../fake-targets/slack';
import { textsIn } from '../../fake-targets/slack-blocks';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { eventually, mapToHttp, startService, validBody, type RunningService } from '../helpers/service';
import { credentialOf, importExample, type ImportedExample } from './example';
import { signIn, type Execution, type N8nClient } from './n8n-client';

const URL = String(process.env.E2E_N8N_URL);
const KEY = '0123456789abcdef-n8n';
const AUTH = { headers: { 'x-api-key': KEY } };
const TRIGGER = 'When a ticket needs somebody';
const HOOKS = 'https://hooks.slack.example.com/services/T00000000/B00000000';
const SURE = validBody();
const UNSURE = validBody({
	title: 'Hello <!channel>',
	description: 'Laptop, badge, desk and contract for a colleague',
});

let n8n: N8nClient;
let service: RunningService;
let slack: RunningTarget<FakeSlack>;
let desk: LocalServer;
let example: ImportedExample;
let address: string;

beforeAll(async () => {
	n8n = await signIn(URL);
});

afterEach(async () => {
	await example?.archive();
	await n8n.publication(example.id);
	await Promise.all([service, slack, desk].map(async (one) => await one?.close()));
});

async function start(environment: Record<string, string> = {}, url?: string): Promise<void> {
	const access = { TRIAGE_API_KEYS: `n8n:${KEY}`, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0.6' };
	service = await startService({ ...access, ...environment }, { deliveryTimeoutMs: 15_000, firstRetryMs: 100 });
	slack = await startFakeTarget(createSlack({ webhookPath: '/services/hook' }));
	desk = await startLocalServer(() => ({ status: 400, body: { error: 'The desk is closed' } }));
	await mapToHttp(service, 'IT', { api_endpoint: desk.url });
	const credential = await credentialOf(n8n, 'triageServiceApi', { url: url ?? service.url, apiKey: KEY });
	example = await importExample(n8n, 'events-to-slack', {
		replace: {
			[`${HOOKS}/triage-desk`]: `${slack.url}/services/hook`,
			[`${HOOKS}/operators`]: `${slack.url}/services/hook`,
		},
		credentials: { [TRIGGER]: [credential] },
	});
	const { webhookId } = example.file.nodes.find(({ name }) => name === TRIGGER)!;
	address = `${URL}/webhook/${webhookId}/webhook`;
}

interface Listed {
	id: number;
	events: string[];
	description: string;
}

async function subscriptions(): Promise<Listed[]> {
	return (await service.call('GET', '/subscriptions', AUTH)).json.subscriptions as Listed[];
}

async function publish(): Promise<void> {
	await example.activate();
	expect(await n8n.publication(example.id)).toMatchObject({ status: 'published' });
}

async function unpublish(): Promise<void> {
	await n8n.deactivate(example.id);
	expect(await n8n.publication(example.id)).toMatchObject({ status: 'not_published' });
}

const submit = async (ticket: unknown) => (await service.submit(ticket, AUTH.headers)).json;

/** The texts of the messages in Slack, once there are so many. */
async function messages(count: number): Promise<string[]> {
	await eventually(async () => await Promise.resolve(slack.target.tickets.length >= count || undefined), 'a message');
	expect(slack.target.tickets).toHaveLength(count);
	expect(slack.target.mentions).toEqual([]);
	return slack.target.tickets.map(({ body }) =>
		textsIn(body)
			.map(({ text }) => String(text))
			.join('\n'),
	);
}

async function executions(): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: example.id }));
	const { results } = (await n8n.get(`/rest/executions?filter=${filter}`)) as { results: unknown[] };
	return results.length;
}

const eventOf = (execution: Execution) => execution.itemsOf(TRIGGER)[0].event as IDataObject;

test('published, it is told what needs somebody, and tells the right people; then it is told nothing more', async () => {
	await start();
	await publish();
	expect(await subscriptions()).toMatchObject([{ events: ['needs_review', 'failed'] }]);
	expect((await subscriptions())[0].description).toContain(example.file.name);

	const unsure = await submit(UNSURE);
	const [asked] = await messages(1);
	expect(asked).toContain('A ticket needs a person');
	expect(asked).toContain(`Ticket: ${String(unsure.ticket_id)}`);
	expect(asked).toContain(String(UNSURE.title));
	const execution = await n8n.lastExecution(example.id);
	expect(execution.status).toBe('success');
	expect(eventOf(execution)).toMatchObject({ type: 'ticket.needs_review' });
	expect(execution.itemsOf(TRIGGER)[0]).toMatchObject({ ...unsure, triage: { needs_review: true } });

	const failed = await submit(SURE);
	expect(failed.status).toBe('failed');
	const [, told] = await messages(2);
	expect(told).toContain('A ticket could not be delivered');
	expect(told).toContain(`Ticket: ${String(failed.ticket_id)}`);
	expect(told).toContain('400');
	expect(told).not.toContain(String(SURE.title));

	await unpublish();
	expect(await subscriptions()).toEqual([]);
	expect(await executions()).toBe(2);
});

test('as it comes, the pinned event goes to the triage desk', async () => {
	await start();
	const execution = await example.run();
	expect(execution.status).toBe('success');
	expect(await messages(1)).toEqual([expect.stringContaining('TKT-4F2A90C3D1B84E67A5F0')]);
	expect(await subscriptions()).toEqual([]);
});

test('what the service has not signed is answered 401 and starts nothing', async () => {
	await start();
	await publish();
	const body = JSON.stringify({
		type: 'ticket.failed',
		timestamp: new Date().toISOString(),
		data: { ticket_id: 'TKT-1' },
	});
	const now = String(Math.floor(Date.now() / 1000));
	const forged = { 'webhook-id': 'evt_1', 'webhook-timestamp': now, 'webhook-signature': 'v1,Zm9yZ2Vk' };
	for (const headers of [{}, forged]) {
		const given = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
		expect((await fetch(address, given)).status).toBe(401);
	}
	const [{ id }] = await subscriptions();
	const tested = await service.call('POST', `/subscriptions/${id}/test`, AUTH);
	expect(tested.json).toEqual({ delivered: true, status: 200 });
	expect(await executions()).toBe(0);
	expect(slack.requests).toEqual([]);
});

test('listening in the editor takes the test event, beside the published workflow', async () => {
	await start();
	await n8n.changeWorkflow(example.id, { pinData: {} });
	await publish();
	const [live] = await subscriptions();
	await expect(n8n.run(example.id, TRIGGER)).rejects.toThrow('waits for an event');
	const test = (await subscriptions()).find(({ id }) => id !== live.id)!;
	expect(test.description).toContain('(test, ');
	expect((await service.call('POST', `/subscriptions/${test.id}/test`, AUTH)).json).toMatchObject({ delivered: true });
	const execution = await n8n.lastExecution(example.id);
	expect(eventOf(execution)).toMatchObject({ type: 'ticket.test' });
	await eventually(async () => (await subscriptions()).length === 1 || undefined, 'the listening to end');
	expect((await subscriptions()).map(({ id }) => id)).toEqual([live.id]);
});

test('published anew with other events, it has one subscription, to those', async () => {
	await start();
	await publish();
	const nodes = example.file.nodes.map((node) =>
		node.name === TRIGGER ? { ...node, parameters: { events: ['corrected'] } } : node,
	);
	await n8n.changeWorkflow(example.id, { nodes });
	await publish();
	expect(await subscriptions()).toMatchObject([{ events: ['corrected'] }]);
});

describe('publishing fails with the way out', () => {
	test.each<[string, Record<string, string>, string | undefined, RegExp]>([
		['the service does not run', {}, 'http://127.0.0.1:1', /The triage service could not be reached/u],
		[
			'the service may not reach n8n',
			{ ALLOWED_PRIVATE_HOSTS: '' },
			undefined,
			/cannot send events to this n8n at http:\/\/127\.0\.0\.1:\d+: .*ALLOWED_PRIVATE_HOSTS/u,
		],
	])('where %s', async (_, environment, url, message) => {
		await start(environment, url);
		await example.activate();
		const { status, triggers } = await n8n.publication(example.id);
		expect(status).toBe('failed');
		expect(triggers[0].errorMessage).toMatch(message);
		expect(await subscriptions()).toEqual([]);
	});
});
