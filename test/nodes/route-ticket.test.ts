import type { IDataObject } from 'n8n-workflow';
import { startLocalServer, type Answer, type LocalServer } from '../helpers/local-server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

let pack: Package;
let server: LocalServer;
let answer: Answer;

beforeAll(async () => {
	pack = await loadPackage();
	server = await startLocalServer(() => answer);
});

afterAll(async () => {
	await server.close();
});

beforeEach(() => {
	server.requests.length = 0;
	answer = { status: 201, body: { id: 4711, url: 'https://desk.example.com/4711' } };
});

const CLASSIFICATION = { department: 'IT', confidence: 0.93, reasoning: 'A laptop', classifier: 'local', model: 'm' };

/** A ticket as Ticket Triage leaves it. */
function triaged(triage: IDataObject = {}, more: IDataObject = {}): IDataObject {
	return {
		ticket_id: 'TKT-1',
		title: 'Laptop',
		description: 'It is "broken" – really',
		email: 'ana@example.com',
		triage: {
			department: 'IT',
			needs_review: false,
			priority: 'medium',
			effective_priority: 'high',
			classification: CLASSIFICATION,
			...triage,
		},
		...more,
	};
}

function httpMapping(more: IDataObject = {}): IDataObject {
	const header = [{ name: 'Authorization', value: 'Bearer top-secret' }];
	return {
		department: 'IT',
		team: 'Team Blue',
		system: 'http',
		url: `${server.url}/in?a=1`,
		headers: { header },
		...more,
	};
}

async function route(items: IDataObject[], mapping: IDataObject[], more: Partial<Case> = {}) {
	const parameters = { mappings: { mapping }, ...more.parameters } as Case['parameters'];
	return await pack.run({ node: 'routeTicket', items, ...more, parameters });
}

const DELIVERED = {
	ticket_id: 'TKT-1',
	system: 'http',
	assigned_to: 'Team Blue',
	external_ticket_id: '4711',
	external_url: 'https://desk.example.com/4711',
	status: 'routed',
	found_existing: false,
};
const WAITING = { system: 'inbox', assigned_to: 'Service Desk', external_ticket_id: null, status: 'needs_review' };

test('delivers by HTTP with exactly this request, and reads the receipt', async () => {
	const { json, outputs, error } = await route([triaged()], [httpMapping()]);
	expect(error).toBeUndefined();
	expect(json[0][0]).toEqual({ ...triaged(), route: DELIVERED });
	expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
	const [request] = server.requests;
	expect(request).toMatchObject({ method: 'POST', path: '/in?a=1' });
	expect(request.headers).toMatchObject({ authorization: 'Bearer top-secret', 'content-type': 'application/json' });
	expect(JSON.parse(request.body)).toEqual({
		ticket_id: 'TKT-1',
		title: 'Laptop',
		description: 'It is "broken" – really',
		email: 'ana@example.com',
		department: 'IT',
		assigned_to: 'Team Blue',
		priority: 'medium',
		effective_priority: 'high',
		needs_review: false,
		confidence_score: 0.93,
		reasoning: 'A laptop',
		source: null,
		metadata: {},
	});
});

test('the highest minimum priority that is reached wins', async () => {
	const mapping = ['low', 'high', 'critical'].map((minimumPriority) =>
		httpMapping({ minimumPriority, team: minimumPriority }),
	);
	const items = ['medium', 'HIGH', 'critical'].map((effective_priority) => triaged({ effective_priority }));
	const { json } = await route(items, mapping);
	expect(json[0].map((item) => (item.route as IDataObject).assigned_to)).toEqual(['low', 'high', 'critical']);
});

test.each([
	['that needs review', triaged({ needs_review: true })],
	['of a department without mapping', triaged({ department: 'Legal' })],
	['without department', { title: 'Laptop', error: 'Gemini gave no usable answer' }],
])('an item %s waits for a person and nothing is sent', async (_, item) => {
	const { json, error } = await route([item], [httpMapping()]);
	expect(error).toBeUndefined();
	expect(json[0][0].route).toMatchObject(WAITING);
	expect(server.requests).toEqual([]);
});

test('departments without a mapping use that of General, and a mapping to the inbox sends nothing', async () => {
	const general = httpMapping({ department: 'General', team: '' });
	const { json } = await route([triaged({ department: 'Legal' }), triaged()], [general, { department: 'IT' }]);
	expect(json[0].map((item) => item.route)).toMatchObject([
		{ system: 'http', assigned_to: 'Service Desk', status: 'routed' },
		{ system: 'inbox', assigned_to: 'IT Support', status: 'routed' },
	]);
	expect(server.requests).toHaveLength(1);
});

test('items without a ticket ID get new ones with 128 random bits', async () => {
	const items = [triaged({}, { ticket_id: '' }), triaged({}, { ticket_id: null }), triaged({}, { ticket_id: 42 })];
	const { json } = await route(items, []);
	const ids = json[0].map((item) => (item.route as IDataObject).ticket_id);
	expect(ids[0]).toMatch(/^TKT-[0-9A-F]{32}$/u);
	expect(ids[1]).toMatch(/^TKT-[0-9A-F]{32}$/u);
	expect(new Set(ids).size).toBe(3);
	expect(ids[2]).toBe('42');
});

test('a dry run shows the request with header values masked and sends nothing', async () => {
	const { json } = await route([triaged(), triaged({ needs_review: true })], [httpMapping()], {
		parameters: { dryRun: true },
	});
	const [first, second] = json[0].map((item) => item.route as IDataObject);
	expect(server.requests).toEqual([]);
	expect(first).toMatchObject({ system: 'http', status: 'routed', dry_run: true, external_ticket_id: null });
	expect(first.request).toMatchObject({
		method: 'POST',
		url: `${server.url}/in?a=1`,
		headers: { 'content-type': 'application/json', authorization: '***', 'webhook-id': 'triage-TKT-1' },
	});
	expect(second.request).toBeNull();
	const sent = await route([triaged()], [httpMapping()]);
	expect(sent.error).toBeUndefined();
	expect((first.request as IDataObject).body).toBe(server.requests[0].body);
	expect(JSON.stringify(json)).not.toContain('top-secret');
});

test.each([
	[500, 'http answered 500 (out of memory): it is out of order: try again later [item 0]'],
	[401, 'http answered 401 (out of memory): the credentials were refused: check the key or token [item 0]'],
	[302, 'http answered 302 (out of memory): it redirects'],
])('status %i from the target is an error with its message', async (status, message) => {
	answer = { status, headers: { location: `${server.url}/elsewhere` }, body: { message: 'out of memory' } };
	const { error, run } = await route([triaged()], [httpMapping()]);
	expect(run.status).toBe('error');
	expect(error?.name).toBe('NodeApiError');
	expect(error?.message).toContain(message);
	expect(error?.description).toMatch(/mapping|run the items that are left/u);
	expect(server.requests.map(({ path }) => path)).toEqual(['/in?a=1']);
});

test.each([
	[{ url: 'ftp://example.com' }, 'URL of mapping 1 (IT) must be an address such as'],
	[{ system: 'jirra' }, 'Mapping 1 (IT): There is no connector for the system "jirra"'],
	[{ minimumPriority: 'urgent' }, 'Minimum Priority of mapping 1 (IT) must be one of'],
	[{ method: 'GET' }, 'Method of mapping 1 (IT) must be one of POST, PUT, PATCH'],
])('a mapping with %j is refused', async (more, message) => {
	const { error } = await route([triaged()], [httpMapping(more)]);
	expect(error?.message).toContain(message);
	expect(error?.description).toMatch(/^Check the parameters of this node/u);
});

test('On Error = stop: nothing after the refused item is sent', async () => {
	answer = { status: 500 };
	const { error } = await route([triaged(), triaged(), triaged()], [httpMapping()]);
	expect(error?.context.itemIndex).toBe(0);
	expect(server.requests).toHaveLength(1);
});

test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'On Error = %s keeps json and pairedItem',
	async (onError) => {
		const items = [triaged(), triaged({}, { title: '', description: '', n: 1 }), triaged()];
		const { json, outputs, error } = await route(items, [httpMapping()], { onError });
		expect(error).toBeUndefined();
		const [output, place, regular] = onError === 'continueErrorOutput' ? [1, 0, 2] : [0, 1, 3];
		expect(json[output][place]).toEqual({
			...items[1],
			error: expect.stringContaining('This item is no ticket') as string,
		});
		expect(outputs[output][place].pairedItem).toEqual({ item: 1 });
		expect(json[0]).toHaveLength(regular);
		expect(server.requests).toHaveLength(2);
	},
);
