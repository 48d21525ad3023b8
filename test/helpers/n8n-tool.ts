import {
	deepCopy,
	NodeConnectionTypes,
	type EngineRequest,
	type EngineResponse,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type INodeTypes,
	type IRun,
} from 'n8n-workflow';
import { execute, type Package } from './n8n';

/** A description as n8n's command line makes it for agents (packages/cli/src/tool-generation/ai-tools.ts, n8n 2.41). */
export function toolDescription(description: INodeTypeDescription): INodeTypeDescription {
	const { usableAsTool, ...rest } = deepCopy(description);
	if (usableAsTool !== true) throw new Error(`${description.name} is no tool`);
	const purpose: INodeProperties = {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: description.description,
		required: true,
		typeOptions: { rows: 2 },
	};
	return {
		...rest,
		name: `${rest.name}Tool`,
		displayName: `${rest.displayName} Tool`,
		inputs: [],
		outputs: [NodeConnectionTypes.AiTool],
		properties: [purpose, ...rest.properties],
	};
}

/** What a tool looks like to a language model, as LangChain has it. */
interface Tool {
	name: string;
	description: string;
	schema: { shape: Record<string, { description?: string }> };
	invoke(args: IDataObject): Promise<string>;
}

export interface ToolCase {
	node: string;
	args: IDataObject;
	parameters?: INodeParameters;
	credentials?: Record<string, IDataObject>;
	settings?: Partial<INode>;
	/** Whether the agent has n8n's engine run the tool, as agents do since version 3, or calls it itself. */
	byEngine: boolean;
	/** Json of the agent's own item. */
	item?: IDataObject;
}

export interface ToolRan {
	/** What the agent is given: a text, or what the engine has of the tool's run. */
	answer: unknown;
	/** What the agent knows of the tool; only where it calls it itself. */
	tool: { name: string; description: string; args: Record<string, string | undefined> };
	run: IRun;
}

/** Runs a workflow of an agent that uses one of the package's nodes as its tool, once, with these arguments. */
export async function runTool(pack: Package, wanted: ToolCase): Promise<ToolRan> {
	const { node, parameters = {}, credentials = {}, settings } = wanted;
	const at = { typeVersion: 1, position: [0, 0] as [number, number] };
	const nodes: INode[] = [
		{ ...at, id: '1', name: 'Start', type: 'test.start', parameters: {} },
		{ ...at, id: '2', name: 'Agent', type: 'test.agent', parameters: {} },
		{
			...{ ...at, id: '3', name: 'My tool', type: `n8n-nodes-ticket-triage.${node}Tool`, parameters, ...settings },
			credentials: Object.fromEntries(Object.keys(credentials).map((name) => [name, { id: name, name }])),
		},
	];
	const connections = {
		Start: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
		'My tool': { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
	};
	const data = { nodes, connections, pinData: { Start: [{ json: wanted.item ?? {} }] } };
	const run = await execute({ ...pack, nodeTypes: withTools(pack, agentOf(wanted)), data, credentials });
	const output = run.data.resultData.runData.Agent?.at(-1)?.data?.main?.[0]?.[0]?.json ?? {};
	return { ...output, run } as unknown as ToolRan;
}

function withTools({ nodeTypes }: Package, agent: INodeType): INodeTypes {
	const find = (name: string): INodeType => {
		if (name === 'test.agent') return agent;
		if (!name.endsWith('Tool')) return nodeTypes.getByNameAndVersion(name);
		const type = nodeTypes.getByNameAndVersion(name.slice(0, -'Tool'.length));
		return Object.create(type, { description: { value: toolDescription(type.description) } }) as INodeType;
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

function agentOf({ args, byEngine }: ToolCase): INodeType {
	return {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: 'Uses its tool once',
			defaults: { name: 'Agent' },
			inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(this: IExecuteFunctions, response?: EngineResponse): Promise<INodeExecutionData[][] | EngineRequest> {
			if (!byEngine) return [[{ json: await callTool(this, args) }]];
			const [ran] = response?.actionResponses ?? [];
			if (ran) return [[{ json: { answer: ran.data.data?.ai_tool?.[0]?.map(({ json }) => json) ?? null } }]];
			return {
				actions: [
					{
						actionType: 'ExecutionNodeAction',
						nodeName: 'My tool',
						input: args,
						type: NodeConnectionTypes.AiTool,
						id: 'call-1',
						metadata: {},
					},
				],
				metadata: {},
			} as EngineRequest;
		},
	};
}

async function callTool(context: IExecuteFunctions, args: IDataObject): Promise<IDataObject> {
	const [tool] = (await context.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as [Tool];
	const { name, description, schema } = tool;
	const known = Object.entries(schema.shape).map(([key, value]) => [key, value.description]);
	const answer = await tool.invoke(args).catch((error: Error) => `Error: ${error.message}`);
	return { answer, tool: { name, description, args: Object.fromEntries(known) as IDataObject } };
}
