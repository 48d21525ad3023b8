import type { IDataObject } from 'n8n-workflow';
import { loadPackage, type Package } from '../helpers/n8n';
import { startTrigger, type Listening, type RunningTrigger } from '../helpers/n8n-trigger';
import { eventually, startService, validBody, type RunningService } from '../helpers/service';

const KEY = '0123456789abcdef-n8n';
const AUTH = { headers: { 'x-api-key': KEY } };
const SURE = validBody();
const UNSURE = validBody({ title: 'Hello', description: 'Laptop, badge, desk and contract for the new colleague' });

const UNREACHABLE = { triageServiceApi: { url: 'http://127.0.0.1:1', apiKey: KEY } };
const NOT_ENDED =
	/^The subscription (\d+) could not be ended at .* \(The triage service could not be reached\b.*\)\. .*DELETE \/subscriptions\/\1 there/u;

let pack: Package;
let service: RunningService;
let trigger: RunningTrigger;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => await Promise.all([service?.close(), trigger?.close()]));

async function start(events?: string[], environment: Record<string, string> = {}): Promise<void> {
	const access = {
		TRIAGE_API_KEYS: `n8n:${KEY}`,
		ALLOWED_PRIVATE_HOSTS: '127.0.0.1,localhost',
		CONFIDENCE_THRESHOLD: '0.6',
	};
	service = await startService({ ...access, ...environment }, { firstRetryMs: 10, deliveryTimeoutMs: 2000 });
	trigger = await startTrigger(pack, {
		parameters: events ? { events } : {},
		credentials: { triageServiceApi: { url: `${service.url}/docs/`, apiKey: KEY } },
	});
}

interface Listed {
	id: number;
	url: string;
	events: string[];
	description: string;
	disabled_at: string | null;
}

async function listed(): Promise<Listed[]> {
	const { json } = await service.call('GET', '/subscriptions', AUTH);
	return json.subscriptions as Listed[];
}

/** The items that started the workflow, once there are so many. */
async function started(count: number): Promise<IDataObject[]> {
	await eventually(async () => await Promise.resolve(trigger.started.length >= count || undefined), 'an event');
	expect(trigger.started).toHaveLength(count);
	return trigger.started.map(({ json }) => json);
}

const subscription = () => trigger.kept().subscription as IDataObject;
const submit = async (ticket: unknown) => (await service.submit(ticket, AUTH.headers)).json;
const sendTest = async (id: number) => await service.call('POST', `/subscriptions/${id}/test`, AUTH);

describe('activating', () => {
	test('subscribes to the selected events, and what happens starts the workflow', async () => {
		await start(['settled', 'corrected']);
		await trigger.activate();
		const [{ url, events, description }] = await listed();
		expect({ url, events }).toEqual({
			url: `${new URL(trigger.addressOf('live')).origin}/•••`,
			events: ['settled', 'corrected'],
		});
		expect(description).toMatch(/^n8n, workflow “Tell the desk” \(live, [\da-f]{16}\)$/u);

		const ticket = await submit(SURE);
		const [item] = await started(1);
		expect(item).toMatchObject({
			event: { id: expect.stringMatching(/^evt_/u) as string, type: 'ticket.settled', timestamp: ticket.updated_at },
			ticket_id: ticket.ticket_id,
			title: SURE.title,
			status: 'routed',
			triage: { department: 'IT', needs_review: false, effective_priority: 'medium', classifier: 'local' },
		});
		const { event, triage, ...data } = item;
		expect([event, triage]).not.toContain(undefined);
		expect(data).toEqual(ticket);

		await service.call('POST', `/tickets/${String(ticket.ticket_id)}/correct`, {
			...AUTH,
			body: { department: 'HR' },
		});
		expect((await started(3)).map((one) => (one.event as IDataObject).type)).toEqual([
			...['ticket.settled', 'ticket.corrected', 'ticket.settled'],
		]);
	});

	test('by default any ticket is told of once, whatever becomes of it', async () => {
		await start();
		await trigger.activate();
		expect((await listed())[0].events.sort()).toEqual(['failed', 'needs_review', 'settled']);
		await submit(UNSURE);
		const [{ event, triage }] = await started(1);
		expect(event).toMatchObject({ type: 'ticket.needs_review' });
		expect(triage).toMatchObject({ needs_review: true });
	});

	test('leaves a subscription alone that is as it should be', async () => {
		await start();
		await trigger.activate();
		const before = await listed();
		await trigger.activate();
		expect(await listed()).toEqual(before);
	});

	test.each<[string, () => Promise<unknown>]>([
		['other events are selected', async () => (trigger.wanted.parameters = { events: ['failed'] })],
		[
			'n8n has moved',
			async () => trigger.moveTo(new URL(trigger.addressOf('live')).origin.replace('127.0.0.1', 'localhost')),
		],
		['nothing is kept', async () => trigger.keep({})],
		['the secret is lost', async () => trigger.keep({ subscription: { ...subscription(), secret: null } })],
		[
			'the subscription is gone',
			async () => await service.call('DELETE', `/subscriptions/${(await listed())[0].id}`, AUTH),
		],
	])('makes one anew where %s, and leaves none behind', async (_, change) => {
		await start();
		await trigger.activate();
		const [{ id: before }] = await listed();
		await change();
		await trigger.activate();
		const after = await listed();
		expect(after).toHaveLength(1);
		expect(after[0].id).not.toBe(before);
		expect(subscription()).toMatchObject({ id: after[0].id, url: trigger.addressOf('live') });
	});

	test('enables a subscription that was given up, and gets what waited for it', async () => {
		await start(['settled']);
		await trigger.activate();
		const before = subscription();
		await service.service.knex('subscriptions').update({ url: `${service.url}/no-such-page`, next_attempt_at: 0 });
		await submit(SURE);
		await eventually(async () => {
			const [{ failing_since: since }] = (await service.service.knex('subscriptions')) as { failing_since: unknown }[];
			return since ?? undefined;
		}, 'it to fail');
		const gone = { disabled_at: new Date().toISOString(), url: trigger.addressOf('live') };
		await service.service.knex('subscriptions').update(gone);
		await trigger.activate();
		expect(subscription()).toEqual(before);
		expect((await listed())[0].disabled_at).toBeNull();
		expect((await started(1))[0].event).toMatchObject({ type: 'ticket.settled' });
	});

	test('of others nothing is touched', async () => {
		await start();
		const other = {
			url: 'https://example.com/hook',
			events: ['settled'],
			description: 'n8n, workflow “Tell the desk”',
		};
		await service.call('POST', '/subscriptions', { ...AUTH, body: other });
		await trigger.activate();
		await trigger.deactivate();
		expect((await listed()).map(({ description }) => description)).toEqual([other.description]);
	});
});

describe('deactivating', () => {
	test('ends the subscription, and forgets it', async () => {
		await start();
		await trigger.activate();
		expect(await trigger.deactivate()).toBe(true);
		expect(await listed()).toEqual([]);
		expect(trigger.kept()).toEqual({});
		expect(await trigger.deactivate()).toBe(true);
	});

	test('is done where the subscription is gone by itself', async () => {
		await start();
		await trigger.activate();
		await service.call('DELETE', `/subscriptions/${(await listed())[0].id}`, AUTH);
		expect(await trigger.deactivate()).toBe(true);
		expect(trigger.logged).toEqual([]);
	});

	test('fails where the service does not answer, and activating again cleans up', async () => {
		await start();
		await trigger.activate();
		const { credentials } = trigger.wanted;
		trigger.wanted.credentials = UNREACHABLE;
		await expect(trigger.deactivate()).rejects.toThrow(NOT_ENDED);
		expect(subscription()).toMatchObject({ id: (await listed())[0].id });
		Object.assign(trigger.wanted, { credentials, parameters: { events: ['failed'] } });
		await trigger.activate();
		expect((await listed()).map(({ events }) => events)).toEqual([['failed']]);
	});

	test('of the editor’s listening only says so in the log, as n8n ends with an error there', async () => {
		await start();
		await trigger.activate('test');
		trigger.wanted.credentials = UNREACHABLE;
		expect(await trigger.deactivate('test')).toBe(false);
		expect(trigger.logged).toEqual([expect.stringMatching(NOT_ENDED)]);
	});
});

describe('listening for a test event', () => {
	test('goes beside the published workflow, and ends by itself', async () => {
		await start(['settled']);
		await trigger.activate('live');
		await trigger.activate('test');
		const [live, test] = await listed();
		expect(test.description).toMatch(/\(test, [\da-f]{16}\)$/u);
		await submit(SURE);
		await started(2);
		expect(trigger.started.map(({ listening }) => listening).sort()).toEqual(['live', 'test']);
		expect(await trigger.deactivate('test')).toBe(true);
		expect((await listed()).map(({ id }) => id)).toEqual([live.id]);
	});

	test('starts the workflow with the test event of the service, which the published one only acknowledges', async () => {
		await start();
		await trigger.activate('live');
		await trigger.activate('test');
		const [live, test] = await listed();
		expect((await sendTest(live.id)).json).toEqual({ delivered: true, status: 200 });
		expect(trigger.started).toEqual([]);
		expect((await sendTest(test.id)).json).toEqual({ delivered: true, status: 200 });
		expect(trigger.started).toMatchObject([
			{ listening: 'test', json: { event: { type: 'ticket.test' }, ticket_id: 'TKT-TEST' } },
		]);
	});
});

describe('what cannot be, is said with the way out', () => {
	const failure = async (listening: Listening = 'live') =>
		await trigger.activate(listening).then(
			() => ({ message: 'activated', description: '' }),
			({ message, description }: { message: string; description: string }) => ({ message, description }),
		);

	test('n8n at an address inside the network, which the service refuses', async () => {
		await start(undefined, { ALLOWED_PRIVATE_HOSTS: '' });
		const { message, description } = await failure();
		expect(message).toMatch(
			/^The triage service cannot send events to this n8n at http:\/\/127\.0\.0\.1:\d+: The subscription leads to an address inside the network/u,
		);
		expect(description).toMatch(/WEBHOOK_URL of n8n.*ALLOWED_PRIVATE_HOSTS of the service/u);
		expect(await listed()).toEqual([]);
		expect(trigger.kept()).toEqual({});
	});

	test('n8n at an address where nobody answers', async () => {
		await start();
		trigger.moveTo('http://127.0.0.1:1');
		expect((await failure()).message).toMatch(/at http:\/\/127\.0\.0\.1:1: No answer came from the receiver/u);
		expect(await listed()).toEqual([]);
	});

	test.each<[string, IDataObject, RegExp, RegExp]>([
		[
			'no service',
			{ url: 'http://127.0.0.1:1' },
			/^The triage service could not be reached\. Check that the service runs/u,
			/that the service runs/u,
		],
		['a wrong key', { apiKey: 'wrong' }, /^The triage service answered 401/u, /the API key in the credential/u],
		['another page', { url: 'PAGE' }, /answered 404/u, /the URL in the credential/u],
	])('%s', async (_, credential, message, description) => {
		await start();
		const url = credential.url === 'PAGE' ? `${service.url}/elsewhere` : (credential.url ?? service.url);
		trigger.wanted.credentials = { triageServiceApi: { apiKey: KEY, ...credential, url } };
		expect(await failure()).toEqual({
			message: expect.stringMatching(message) as string,
			description: expect.stringMatching(description) as string,
		});
	});

	test.each<[string, () => void, RegExp]>([
		['no credential', () => (trigger.wanted.credentials = {}), /no credential for it is chosen/u],
		['no event', () => (trigger.wanted.parameters = { events: [] }), /No event is selected/u],
		['an unknown event', () => (trigger.wanted.parameters = { events: ['solved'] }), /must be one of settled/u],
	])('%s', async (_, change, message) => {
		await start();
		change();
		expect((await failure()).message).toMatch(message);
	});

	test('in the editor in two parts, which it shows both', async () => {
		await start();
		trigger.wanted.credentials = UNREACHABLE;
		expect(await failure('test')).toEqual({
			message: 'The triage service could not be reached',
			description: 'Check that the service runs, and the URL in its credential: n8n must reach it there.',
		});
	});
});
