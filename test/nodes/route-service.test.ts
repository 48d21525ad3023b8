import type { IDataObject } from 'n8n-workflow';
import { startDesk, type Desk } from '../helpers/desk';
import { loadPackage, type Package } from '../helpers/n8n';
import { validBody } from '../helpers/service';
import { startLocalServer } from '../helpers/local-server';

const KEY = '0123456789abcdef-n8n';
const KEYS = { TRIAGE_API_KEYS: `n8n:${KEY}` };

let pack: Package;
let desk: Desk | undefined;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => {
	await desk?.close();
	desk = undefined;
});

async function start(environment: Record<string, string> = {}): Promise<Desk> {
	desk = await startDesk({ ...KEYS, ...environment }, { 'x-api-key': KEY });
	return desk;
}

const item = (department: string, more: IDataObject = {}): IDataObject => ({
	...(validBody() as IDataObject),
	triage: { department, needs_review: false },
	...more,
});

async function hand(items: IDataObject[], parameters: IDataObject = {}, credential: IDataObject | null = {}) {
	return await pack.run({
		node: 'routeTicket',
		items,
		credentials: credential === null ? {} : { triageServiceApi: { url: `${desk?.url}/`, apiKey: KEY, ...credential } },
		parameters: { mappingSource: 'service', ...parameters } as never,
	});
}

const routeOf = (json: IDataObject[][], n = 0): IDataObject => json[0][n].route as IDataObject;

test('the service delivers the ticket by its mappings', async () => {
	const { it } = await start();
	const { json, error } = await hand([item('it')]);
	expect(error).toBeUndefined();
	expect(routeOf(json)).toEqual({
		ticket_id: expect.stringMatching(/^TKT-/u) as string,
		system: 'jira_server',
		assigned_to: 'IT Support',
		external_ticket_id: 'HELP-1',
		external_url: `${it.url}/browse/HELP-1`,
		status: 'routed',
		found_existing: false,
	});
	expect(it.target.tickets).toHaveLength(1);
});

test('where the service comes to another department, the ticket is moved to that of the item', async () => {
	const { hr, history } = await start();
	const { json } = await hand([item('HR', { ticket_id: 'CASE-7' })]);
	expect(routeOf(json)).toMatchObject({ external_ticket_id: 'OPS-1', status: 'routed', found_existing: false });
	expect(hr.target.tickets).toHaveLength(1);
	const steps = await history(String(routeOf(json).ticket_id));
	expect(steps.map(({ step }) => step)).toContain('corrected');
});

test('a ticket that the service has is not submitted again', async () => {
	const { it, ticket } = await start();
	const id = await ticket();
	const { json } = await hand([item('IT', { ticket_id: id })]);
	expect(routeOf(json)).toMatchObject({ ticket_id: id, external_ticket_id: 'HELP-1', found_existing: true });
	expect(it.target.tickets).toHaveLength(1);
});

test('an item with an id of its own that runs again is the ticket that it made; edited, it is a new one', async () => {
	const { it } = await start();
	const run = async (more: IDataObject): Promise<unknown> => {
		const { json, error } = await hand([item('IT', { ticket_id: 'Fall 7/ü', ...more })]);
		expect(error).toBeUndefined();
		return routeOf(json).ticket_id;
	};
	const first = await run({});
	expect(await run({})).toBe(first);
	expect(it.target.tickets).toHaveLength(1);
	expect(await run({ description: 'It is the VPN of the whole floor by now.' })).not.toBe(first);
	expect(await run({ ticket_id: 'Fall 8' })).not.toBe(first);
	expect(it.target.tickets).toHaveLength(3);
});

test('an item without an id is a new ticket each time', async () => {
	const { it } = await start();
	for (let i = 0; i < 2; i += 1) await hand([item('IT')]);
	expect(it.target.tickets).toHaveLength(2);
});

test("a person's answer moves a ticket that waits at the service", async () => {
	const { it, ticket, show } = await start({ CONFIDENCE_THRESHOLD: '1' });
	const id = await ticket();
	const waiting = await hand([item('', { ticket_id: id })]);
	expect(routeOf(waiting.json)).toMatchObject({ ticket_id: id, status: 'needs_review', found_existing: true });
	const { json } = await hand([item('IT', { ticket_id: id })]);
	expect(routeOf(json)).toMatchObject({ ticket_id: id, status: 'routed', external_ticket_id: 'HELP-1' });
	expect(it.target.tickets).toHaveLength(1);
	expect(await show(id)).toMatchObject({ needs_review: false });
});

test('a ticket that a person must see is left to the service', async () => {
	await start({ CONFIDENCE_THRESHOLD: '1' });
	const { json } = await hand([item('HR', { triage: { department: 'HR', needs_review: true } })]);
	expect(routeOf(json)).toMatchObject({ status: 'needs_review', system: 'inbox' });
});

test('202 is followed until the ticket is settled', async () => {
	await start({ SYNC_WAIT_MS: '0' });
	const { json } = await hand([item('IT')]);
	expect(routeOf(json)).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-1' });
});

test('without time to wait, the ticket is shown as it stands', async () => {
	await start({ SYNC_WAIT_MS: '0' });
	const { json } = await hand([item('', { triage: {} })], { options: { maximumWait: 0 } });
	expect(['received', 'classified', 'routed']).toContain(routeOf(json).status);
});

test('what the service could not deliver is an error with its words', async () => {
	const { it } = await start();
	it.answers.push({ status: 400, body: { errors: { project: 'is required' } } });
	const { error } = await hand([item('IT')]);
	expect(error?.message).toMatch(
		/^The triage service could not deliver TKT-\w+ \(.*project: is required.*\[item 0\]$/u,
	);
});

test.each([
	['a wrong key', { apiKey: 'wrong-key-0123456789' }, /answered 401 \(/u, /API key in the credential/u],
	['no credential', null, /no credential for it is chosen/u, /Choose a credential for the triage service/u],
])('%s is said so', async (_, credential, message, description) => {
	await start();
	const { error } = await hand([item('IT')], {}, credential);
	expect(error?.message).toMatch(message);
	expect(error?.description).toMatch(description);
	expect(JSON.stringify(error)).not.toContain('wrong-key');
});

test('a ticket that the service refuses: the error names the fields', async () => {
	await start();
	const { error } = await hand([item('IT', { email: '' })]);
	expect(error?.message).toMatch(/answered 422 \(.*; email must be .*\[item 0\]$/u);
});

test('a department that the service does not have: the error says where the ticket is', async () => {
	await start();
	const { error } = await hand([item('Astrology')]);
	expect(error?.message).toMatch(
		/^The triage service has the ticket as TKT-\w+, and could not move it: .*must be one of/u,
	);
});

test('an address that is no triage service is said so', async () => {
	await start();
	const other = await startLocalServer(() => ({ body: { hello: 'world' } }));
	const { error } = await hand([item('IT')], {}, { url: other.url });
	await other.close();
	expect(error?.message).toContain('without a ticket: check that the URL in the credential is that of the service');
});

test('a dry run shows what would be submitted, without the key', async () => {
	const { url, call } = await start();
	const { json } = await hand([item('HR', { ticket_id: 'CASE-7' })], { dryRun: true });
	const { request, ...rest } = routeOf(json);
	expect(rest).toMatchObject({ dry_run: true, ticket_id: 'CASE-7', then_moved_to: 'HR' });
	expect(request).toMatchObject({
		method: 'POST',
		url: `${url}/webhook/ticket`,
		headers: {
			'content-type': 'application/json',
			'x-api-key': '***',
			'idempotency-key': expect.stringMatching(/^triage-CASE-7-[0-9a-f]{64}$/u) as string,
		},
	});
	const body = JSON.parse(String((request as IDataObject).body)) as unknown;
	expect(body).toMatchObject({ ...validBody(), metadata: { ticket_id: 'CASE-7' } });
	expect((await call('GET', '/tickets')).json).toMatchObject({ tickets: [] });
});
