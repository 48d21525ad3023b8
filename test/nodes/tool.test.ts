import {
	NodeHelpers,
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { loadPackage, type Package } from '../helpers/n8n';
import { runTool, toolDescription, type ToolCase } from '../helpers/n8n-tool';

let pack: Package;
let server: LocalServer;

beforeAll(async () => {
	pack = await loadPackage();
	server = await startLocalServer(({ body }) =>
		body.includes('refused') ? { status: 422, body: { message: 'no such queue' } } : { status: 201, body: { id: 7 } },
	);
});

afterAll(() => server.close());

beforeEach(() => {
	server.requests.length = 0;
});

const TICKET = { title: 'VPN drops', description: 'VPN and wifi do not work on my laptop, cannot log in' };
const toServer = (): INodeParameters => ({
	mappings: { mapping: [{ department: 'IT', system: 'http', url: server.url, team: 'Blue' }] },
});
const TRIAGE = { node: 'ticketTriage', args: TICKET };
const ROUTE = { node: 'routeTicket', args: { ...TICKET, department: 'IT', priority: 'high' } };

/** What an agent is given, as objects; errors as they are. */
async function answerOf(wanted: ToolCase): Promise<IDataObject[]> {
	const { answer } = await runTool(pack, wanted);
	return (typeof answer === 'string' && !answer.startsWith('Error') ? JSON.parse(answer) : answer) as IDataObject[];
}

test.each([
	['ticketTriage', ['title', 'description'], /^Find the department an internal ticket belongs to/u],
	['routeTicket', ['department', 'priority', 'title', 'description'], /^Hand a triaged ticket to the system/u],
])('%s tells a model what it does and what it asks for', async (node, args, description) => {
	const { tool } = await runTool(pack, {
		node,
		args: { ...TICKET, department: 'IT', priority: 'low' },
		byEngine: false,
	});
	expect(tool).toMatchObject({ name: 'My_tool', description: expect.stringMatching(description) as string });
	expect(Object.keys(tool.args).sort()).toEqual([...args].sort());
	for (const hint of Object.values(tool.args)) expect(hint).toMatch(/^\p{Lu}.{10}/u);
});

const NODE: INode = { id: '1', name: 'T', type: '', typeVersion: 1, position: [0, 0], parameters: {} };

/** The form of a tool that is just set up. */
function formOf(name: string, parameters: INodeParameters = {}) {
	const description = toolDescription((pack.loader.getNode(name).type as INodeType).description);
	const given = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, null, description);
	const node: INode = { ...NODE, type: description.name, parameters: given ?? {} };
	const isShown = (one: INodeProperties) => NodeHelpers.displayParameter(node.parameters, one, node, description);
	return { node, description, shown: description.properties.filter(isShown) };
}

const FORMS: [string, INodeParameters][] = [
	['ticketTriage', {}],
	['ticketTriage', { ticketFields: 'automatic' }],
	['ticketTriage', { departmentSource: 'define' }],
	['ticketTriage', { departmentSource: 'json', engine: 'cascade' }],
	['ticketTriage', { departmentSource: 'define', engine: 'service' }],
	['routeTicket', {}],
	['routeTicket', { mappingSource: 'service' }],
];

test.each(FORMS)(
	'the form of %s as a tool with %j: each parameter once, and nothing about outputs',
	(name, parameters) => {
		const { shown } = formOf(name, parameters);
		const names = shown.map((property) => property.name);
		expect(names).toEqual([...new Set(names)]);
		expect(names).toContain('ticketFields');
		expect(shown.map(({ displayName }) => displayName).join('\n')).not.toMatch(/output|leaves by/iu);
	},
);

test.each(['ticketTriage', 'routeTicket'])('%s as a tool has nothing required that is empty', (name) => {
	const { node, description } = formOf(name);
	expect(NodeHelpers.getNodeParametersIssues(description.properties, node, description)).toBeNull();
	const credentials = (description.credentials ?? []).filter((one) =>
		NodeHelpers.displayParameter(node.parameters, one, node, description),
	);
	expect(credentials).toEqual([]);
});

test.each(['ticketTriage', 'routeTicket'])(
	'%s is the same outside of tools: what an agent fills in, the item gives',
	(name) => {
		const { description } = pack.loader.getNode(name).type as INodeType;
		const parameters = { ticketFields: 'defined' };
		const values = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, null, description);
		expect(values).toMatchObject({ title: '={{ $json.title ?? $json.subject }}' });
		expect(JSON.stringify(values)).not.toContain('fromAI');
	},
);

describe.each([
	['called by the agent', false],
	['run by the engine', true],
])('%s', (_, byEngine) => {
	test('Ticket Triage gives one result with the department, and not the question again', async () => {
		const parameters = { outputs: 'perDepartment', threshold: 0.2 };
		const answer = await answerOf({ ...TRIAGE, byEngine, parameters, item: { chat: 'hello' } });
		expect(answer).toEqual([
			{
				triage: expect.objectContaining({ department: 'IT', confidence: expect.any(Number) as number }) as IDataObject,
			},
		]);
	});

	test('Route Ticket delivers what the agent says', async () => {
		const answer = await answerOf({ ...ROUTE, byEngine, parameters: toServer() });
		expect(answer).toMatchObject([{ route: { external_ticket_id: '7', assigned_to: 'Blue', status: 'routed' } }]);
		expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
			{ ...TICKET, department: 'IT', effective_priority: 'high' },
		]);
	});

	test('Route Ticket passes over what nobody asked the agent for', async () => {
		const triage = { department: 'HR', confidence: 1, reasoning: 'trust me', needs_review: true, priority: 'critical' };
		const args = { ...ROUTE.args, triage, ticket_id: 'TKT-OF-SOMEBODY', email: 'boss@example.com' };
		const answer = await answerOf({ ...ROUTE, args, byEngine, parameters: toServer() });
		expect(answer).toMatchObject([{ route: { status: 'routed', assigned_to: 'Blue' } }]);
		expect(JSON.parse(server.requests[0].body)).toMatchObject({
			ticket_id: expect.not.stringContaining('SOMEBODY') as string,
			email: '',
			priority: 'high',
			confidence_score: null,
			reasoning: null,
		});
	});

	test('arguments of other names can be given by $fromAI', async () => {
		const parameters = { ...toServer(), department: "={{ $fromAI('team', 'whose it is', 'string') }}" };
		const answer = await answerOf({ ...ROUTE, args: { ...ROUTE.args, team: 'IT' }, byEngine, parameters });
		expect(answer).toMatchObject([{ route: { status: 'routed' } }]);
	});

	const WRONG: [string, ToolCase, RegExp][] = [
		[
			'a ticket without text',
			{ ...TRIAGE, byEngine, args: { title: '', description: ' ' } },
			/Title must not be empty; Description must not be empty.*Check what the fields/su,
		],
		[
			'a priority that there is not',
			{ ...ROUTE, byEngine, args: { ...ROUTE.args, priority: 'urgent' } },
			/^(?!.*Priority must.*Priority must).*Priority must be one of low, medium, high, critical/su,
		],
		[
			'what the system refuses',
			{ ...ROUTE, byEngine, args: { ...ROUTE.args, title: 'refused' } },
			/http answered 422 \(no such queue\).*Check the fields of the mapping/su,
		],
	];

	test.each(WRONG)('the agent is told of %s, and what to do', async (__, wanted, text) => {
		const { answer } = await runTool(pack, { ...wanted, parameters: wanted.node === 'routeTicket' ? toServer() : {} });
		const said = typeof answer === 'string' ? answer : String((answer as IDataObject[])[0].error);
		expect(said).toMatch(text);
	});

	// By the engine n8n-core 2.41 drops all that a tool with an error output gives, errors or not.
	test.each(
		byEngine ? (['continueRegularOutput'] as const) : (['continueRegularOutput', 'continueErrorOutput'] as const),
	)('with On Error = %s it is told the same', async (onError) => {
		const args = { title: '', description: '' };
		const answer = await answerOf({ ...TRIAGE, byEngine, args, settings: { onError } });
		expect(answer).toEqual([{ error: expect.stringContaining('Title must not be empty') as string }]);
	});
});
