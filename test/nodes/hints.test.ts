import { Workflow, type INodeParameters, type INodeType, type NodeExecutionHint } from 'n8n-workflow';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { loadPackage, type Case, type Package, type Ran } from '../helpers/n8n';

const SURE = { title: 'VPN and wifi do not work', description: 'VPN and wifi do not work on my laptop, cannot log in' };
const UNSURE = { title: 'Laptop invoice', description: 'I have a question' };

let pack: Package;
let server: LocalServer;

beforeAll(async () => {
	pack = await loadPackage();
	server = await startLocalServer(() => ({ status: 403, body: { error: { message: 'Billing is off' } } }));
});

afterAll(() => server.close());

const hintsOf = ({ run }: Ran): NodeExecutionHint[] => run.data.resultData.runData.Subject[0].hints ?? [];

const messagesOf = async (wanted: Case): Promise<string[]> => {
	const ran = await pack.run(wanted);
	expect(ran.error).toBeUndefined();
	return hintsOf(ran).map(({ type, location, message }) => `${type} ${location}: ${message}`);
};

const triage = (items: Case['items'], parameters: INodeParameters = {}): Case => ({
	node: 'ticketTriage',
	items,
	parameters: { threshold: 0.3, ...parameters },
	credentials: { triageGeminiApi: { baseUrl: server.url, apiKey: 'k' } },
});

test('Ticket Triage says how many items a person must see', async () => {
	expect(await messagesOf(triage([SURE, UNSURE, SURE], { threshold: 0.5 }))).toEqual([
		'info outputPane: 1 of 3 items must be seen by a person: their needs_review is true.',
	]);
	expect(await messagesOf(triage([SURE, SURE]))).toEqual([]);
});

test('Ticket Triage says where a cascade did without Gemini, and why', async () => {
	const messages = await messagesOf(triage([UNSURE, SURE], { engine: 'cascade', threshold: 0 }));
	expect(messages).toEqual([
		expect.stringMatching(
			/^warning outputPane: The local model decided 1 of 2 items without Gemini: Gemini answered 403/u,
		) as string,
	]);
	expect(messages.join()).not.toContain('invoice');
});

const item = { ...SURE, triage: { department: 'IT', needs_review: false } };
const route = (items: Case['items'], parameters: INodeParameters = {}): Case => ({
	node: 'routeTicket',
	items,
	parameters,
});
const toInbox = { mappings: { mapping: [{ department: 'IT', system: 'inbox' }] } };
const legal = { ...SURE, triage: { department: 'Legal', needs_review: false } };

test('Route Ticket says how many tickets went to no team, and that a dry run sent nothing', async () => {
	expect(await messagesOf(route([item, legal, legal], toInbox))).toEqual([
		expect.stringMatching(/^info outputPane: 2 of 3 tickets wait for a person/u) as string,
	]);
	expect(await messagesOf(route([item], { ...toInbox, dryRun: true }))).toEqual([
		expect.stringMatching(/^warning outputPane: This was a dry run: nothing was sent/u) as string,
	]);
	expect(await messagesOf(route([item], toInbox))).toEqual([]);
});

test.each<[INodeParameters, boolean]>([
	[{}, true],
	[toInbox, false],
	[{ mappingSource: 'service' }, false],
])('with %j, the form of Route Ticket says that a mapping is missing: %s', (parameters, expected) => {
	const type = 'n8n-nodes-ticket-triage.routeTicket';
	const node = { id: '1', name: 'R', type, typeVersion: 1, position: [0, 0] as [number, number], parameters };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes: pack.nodeTypes });
	const [hint] = (pack.loader.getNode('routeTicket').type as INodeType).description.hints ?? [];
	const { expression, nodes } = workflow;
	expect(expression.getSimpleParameterValue(nodes.R, hint.displayCondition ?? '', 'manual', {})).toBe(expected);
});
