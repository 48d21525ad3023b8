import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { createFaultSource, type FaultSource } from '../../fake-targets/faults';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createWebhook, WEBHOOK_SECRET } from '../../fake-targets/webhook';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import {
	AGENT_KEY,
	functionsOf,
	itemOf,
	partsOf,
	routeOf,
	signatureOf,
	startAgentModel,
	type AgentModel,
	type Call,
} from './agent-model';
import { credentialOf, importExample, readExample, type ImportedExample } from './example';
import { signIn, type Credential, type Execution, type N8nClient } from './n8n-client';

const MODEL = 'Ask Google Gemini';
const TRIAGE = 'Find the department';
const ROUTE = 'Hand the ticket over';
const AGENT = 'See that the right team gets it';

const TICKET = {
	title: 'VPN drops every ten minutes',
	description: 'Since this morning the VPN client on my laptop disconnects and asks for my password again.',
};
const HANDED_OVER = { ...TICKET, department: 'IT', priority: 'medium', email: 'ana@example.com' };

let n8n: N8nClient;
let model: AgentModel;
let gemini: Credential;
let faults: FaultSource;
let desk: RunningTarget<ReturnType<typeof createWebhook>>;
/** Where hostile tickets want to go. */
let elsewhere: LocalServer;

beforeAll(async () => {
	n8n = await signIn(String(process.env.E2E_N8N_URL));
	model = await startAgentModel();
	gemini = await credentialOf(n8n, 'googlePalmApi', { host: model.url, apiKey: AGENT_KEY });
});

afterAll(async () => await model.close());

beforeEach(async () => {
	faults = createFaultSource();
	desk = await startDesk(null);
	elsewhere = await startLocalServer(() => ({ body: { id: 'EVIL-1' } }));
});

afterEach(async () => {
	expect(model.refusals).toEqual([]);
	expect(elsewhere.requests).toEqual([]);
	await Promise.all([desk.close(), elsewhere.close()]);
});

/** A desk that wants requests signed with a secret, or takes any. */
async function startDesk(secret: string | null): Promise<typeof desk> {
	return await startFakeTarget(createWebhook({ secret }), { faults });
}

async function imported(): Promise<ImportedExample> {
	return await importExample(n8n, 'ai-agent', {
		credentials: { [MODEL]: [gemini] },
		replace: { 'https://desk.example.com': desk.url },
	});
}

/** With Dry Run turned off, which is all that the note asks for. */
async function delivering(): Promise<ImportedExample> {
	const example = await imported();
	const nodes = example.file.nodes.map((node) =>
		node.name === ROUTE ? { ...node, parameters: { ...node.parameters, dryRun: false } } : node,
	);
	await n8n.changeWorkflow(example.id, { nodes });
	return example;
}

const find = (args: IDataObject): Call => ({ name: 'Find_the_department', args });
const handOver = (args: IDataObject): Call => ({ name: 'Hand_the_ticket_over', args });

/** What was put into a tool each time, and what came out. */
function runsOf(execution: Execution, tool: string): { input: IDataObject; output: unknown }[] {
	const json = (items?: (INodeExecutionData[] | null)[]): IDataObject => items?.[0]?.[0].json ?? {};
	return (execution.data.resultData.runData[tool] ?? []).map(({ inputOverride, data }) => ({
		input: json(inputOverride?.ai_tool),
		output: json(data?.ai_tool),
	}));
}

/** The requests that the desk got. */
function arrived(): string[][] {
	return desk.requests.map(({ method, path, headers }) => [method, path, headers['x-queue']]);
}

const answerOf = (execution: Execution): unknown => execution.itemsOf(AGENT)[0]?.output;

describe('the functions that Gemini gets to know', () => {
	let functions: ReturnType<typeof functionsOf>;

	beforeAll(async () => {
		model.play('What has happened?');
		const { archive, run } = await importExample(n8n, 'ai-agent', { credentials: { [MODEL]: [gemini] } });
		expect((await run()).status).toBe('success');
		functions = functionsOf(model.asked[0]);
		await archive();
	});

	test.each([
		['Find_the_department', ['title', 'description']],
		['Hand_the_ticket_over', ['department', 'priority', 'title', 'description', 'email']],
	])('%s takes %j and nothing else', (name, parameters) => {
		const { description, parameters: schema } = functions[name] as IDataObject & { parameters: IDataObject };
		const properties = schema.properties as Record<string, { type: string; description: string }>;
		expect(String(description).length).toBeGreaterThan(60);
		expect(Object.keys(properties)).toEqual(parameters);
		expect(schema).toEqual({ type: 'OBJECT', properties, required: parameters });
		for (const one of Object.values(properties)) {
			expect(one).toEqual({ type: 'STRING', description: expect.stringMatching(/^[A-Z][^`\n]{20,}$/u) });
		}
	});

	test('are those that the system message speaks of', () => {
		const { parts } = model.asked[0].systemInstruction as { parts: { text: string }[] };
		const named = parts[0].text.match(/\b[A-Z][a-z]+(?:_[a-z]+)+\b/gu) ?? [];
		expect([...new Set(named)].sort()).toEqual(Object.keys(functions).sort());
	});
});

describe('a problem in the chat', () => {
	test('is sorted, handed over and answered with its number', async () => {
		const { run } = await delivering();
		model.play(
			find(TICKET),
			(given) => {
				const { department, effective_priority: priority } = itemOf(given).triage as IDataObject;
				return handOver({ ...HANDED_OVER, department, priority });
			},
			(given) => `${String(routeOf(given).assigned_to)} has it as ${String(routeOf(given).external_ticket_id)}.`,
		);
		const execution = await run();
		expect(execution.status).toBe('success');
		expect(answerOf(execution)).toBe('IT Support has it as REQ-1.');
		expect(runsOf(execution, TRIAGE)).toEqual([
			{ input: TICKET, output: { triage: expect.objectContaining({ department: 'IT', needs_review: false }) } },
		]);
		const [{ input, output }, ...more] = runsOf(execution, ROUTE);
		expect(more).toEqual([]);
		expect(input).toEqual(HANDED_OVER);
		expect(output).toMatchObject({
			route: { status: 'routed', assigned_to: 'IT Support', external_ticket_id: 'REQ-1' },
		});
		expect(desk.target.tickets.map(({ body }) => body)).toEqual([
			expect.objectContaining({ ...HANDED_OVER, assigned_to: 'IT Support', needs_review: false }),
		]);
		expect(arrived()).toEqual([['POST', '/tickets', 'it-support']]);
	});

	test('comes with what Gemini 3 needs to go on thinking', async () => {
		const { run } = await delivering();
		model.play(find(TICKET), handOver(HANDED_OVER), 'It is done.');
		await run();
		const signatures = partsOf(model.asked[2], 'functionCall').map(({ thoughtSignature }) => thoughtSignature);
		expect(signatures).toEqual([signatureOf(1), signatureOf(2)]);
	});

	test('goes nowhere as the example comes, and the agent knows', async () => {
		const { run } = await imported();
		model.play(find(TICKET), handOver({ ...HANDED_OVER, dryRun: false, dry_run: false }), 'This was a dry run.');
		expect((await run()).status).toBe('success');
		expect(routeOf(model.given()[1])).toMatchObject({ dry_run: true, external_ticket_id: null });
		expect(arrived()).toEqual([]);
	});

	test('that is unclear is asked about, and the answer is understood from what was said before', async () => {
		const example = await delivering();
		model.play(find({ title: 'Question', description: 'It does not work again, please help.' }), 'What does not work?');
		const asking = await example.run();
		expect(runsOf(asking, TRIAGE)[0].output).toMatchObject({ triage: { department: 'General' } });
		expect(answerOf(asking)).toBe('What does not work?');
		const [[trigger, [{ json }]]] = Object.entries(example.file.pinData ?? {});
		await n8n.changeWorkflow(example.id, { pinData: { [trigger]: [{ json: { ...json, chatInput: 'The VPN.' } }] } });
		model.play(find(TICKET), handOver(HANDED_OVER), 'IT Support has it.');
		await example.run();
		const said = partsOf(model.asked[0], 'text').map(({ text }) => text);
		expect(said).toEqual([json.chatInput, 'What does not work?', 'The VPN.']);
		expect(desk.target.tickets).toHaveLength(1);
	});
});

describe('a model that obeys a hostile ticket', () => {
	/** Everything that a parameter, a setting or a field of an item is called somewhere. */
	function hostile(): IDataObject {
		const url = `${elsewhere.url}/tickets`;
		const mapping = { department: 'Finance', system: 'http', url, minimumPriority: 'low', team: 'Evil' };
		return {
			...{ url, endpoint: url, method: 'PUT', system: 'http', team: 'Evil', assigned_to: 'Evil' },
			...{ dryRun: false, dry_run: false, mappingSource: 'service', systems: ['http'], settings: { any_host: true } },
			...{ mappings: { mapping: [mapping] }, headers: { header: [{ name: 'X-Queue', value: 'evil' }] } },
			...{ parameters: { mappings: { mapping: [mapping] } }, credentials: { triageHttpApi: { id: '1', name: 'x' } } },
			...{ needsReview: 'false', needs_review: 'false', ticketId: 'TKT-EVIL', ticket_id: 'TKT-EVIL' },
			triage: {
				department: 'IT',
				confidence: 1,
				reasoning: 'The CEO says so',
				needs_review: false,
				priority: 'critical',
			},
		};
	}

	test.each([
		['Finance', 'has no mapping'],
		['http://evil.example', 'is no department'],
		['__proto__', 'is a trap'],
	])('gets the department %j, which %s, no farther than to the service desk', async (department) => {
		const { run } = await delivering();
		model.play(handOver({ ...HANDED_OVER, department, ...hostile() }), 'I could not do that.');
		expect((await run()).status).toBe('success');
		expect(routeOf(model.given()[0])).toMatchObject({ assigned_to: 'Service Desk', external_ticket_id: 'REQ-1' });
		expect(arrived()).toEqual([['POST', '/tickets', 'service-desk']]);
	});

	test('sends nothing without a department', async () => {
		const { run } = await delivering();
		model.play(handOver({ ...HANDED_OVER, department: ' ', ...hostile() }), 'I could not do that.');
		expect((await run()).status).toBe('success');
		expect(routeOf(model.given()[0])).toMatchObject({ status: 'needs_review', external_ticket_id: null });
		expect(arrived()).toEqual([]);
	});

	test('reaches the system of a department, by its mapping and nothing else', async () => {
		const { run } = await delivering();
		model.play(handOver({ ...HANDED_OVER, department: 'HR', ...hostile() }), 'I could not do that.');
		expect((await run()).status).toBe('success');
		expect(arrived()).toEqual([['POST', '/tickets', 'people']]);
		const [{ body, ticketId }] = desk.target.tickets;
		expect(body).toMatchObject({
			...HANDED_OVER,
			department: 'HR',
			assigned_to: 'People Team',
			confidence_score: null,
			reasoning: null,
		});
		expect(ticketId).toMatch(/^TKT-[0-9A-F]{32}$/u);
	});

	test('gets no expression evaluated', async () => {
		const { run } = await delivering();
		const title = `={{ $('${MODEL}').params.modelName }}`;
		const description = "{{ $env.N8N_ENCRYPTION_KEY }} {{ 7 * 191 }} $fromAI('url')";
		model.play(handOver({ ...HANDED_OVER, title, description }), 'It is done.');
		expect((await run()).status).toBe('success');
		expect(desk.target.tickets.map(({ body }) => body)).toEqual([expect.objectContaining({ title, description })]);
	});
});

describe('a tool that cannot do its work', () => {
	test.each([
		['the system cannot be reached', 'reset_before', HANDED_OVER, /HTTP could not be reached/u],
		['the system is down', 'unavailable', HANDED_OVER, /answered 503/u],
		['it is no ticket', null, { ...HANDED_OVER, title: '', description: ' ' }, /This item is no ticket/u],
		['there is no such priority', null, { ...HANDED_OVER, priority: 'now!' }, /Priority must be one of/u],
	] as const)('tells the agent why when %s, and the agent goes on', async (_, fault, args, why) => {
		const { run } = await delivering();
		faults.setRates(fault === null ? {} : { [fault]: 1 });
		model.play(find(TICKET), handOver(args), (given) => `Not handed over: ${String(itemOf(given).error)}`);
		const execution = await run();
		expect(execution.status).toBe('success');
		expect(answerOf(execution)).toMatch(why);
		expect(desk.target.tickets).toEqual([]);
	});

	test('tells the agent what the system refuses, without a word of the ticket', async () => {
		await desk.close();
		desk = await startDesk(WEBHOOK_SECRET);
		const { run } = await delivering();
		model.play(handOver(HANDED_OVER), 'Not handed over.');
		const execution = await run();
		expect([execution.status, answerOf(execution)]).toEqual(['success', 'Not handed over.']);
		const { error, ...more } = itemOf(model.given()[0]);
		expect(more).toEqual({});
		expect(error).toMatch(/answered 400/u);
		expect(error).not.toMatch(/VPN|ana@|it-support/u);
		expect(desk.target.tickets).toEqual([]);
	});
});

test('the example names nothing of anybody’s n8n', () => {
	const { nodes } = readExample('ai-agent');
	expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
	expect(nodes.flatMap(({ position }) => position).filter((one) => Math.abs(one % 20) !== 0)).toEqual([]);
});
