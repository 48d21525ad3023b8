import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as core from 'n8n-core';
import type {
	IConnections,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IWorkflowExecuteAdditionalData,
	NodeApiError,
} from 'n8n-workflow';
import { NodeHelpers, Workflow } from 'n8n-workflow';
import { createCredentialsHelper } from './n8n-credentials';

// Read when n8n-core is first used: it writes a key file into the folder.
process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'n8n-'));
process.env.N8N_LOG_LEVEL ??= 'silent';

const ROOT = resolve(__dirname, '../..');
const START = 'Start';
const SUBJECT = 'Subject';

export interface Case {
	/** `ticketTriage` or `routeTicket`. */
	node: string;
	items: (IDataObject | INodeExecutionData)[];
	parameters?: INodeParameters;
	credentials?: Record<string, IDataObject>;
	onError?: INode['onError'];
	/** Settings of the node such as retryOnFail. */
	settings?: Partial<INode>;
	/** Called when the execution has begun, with what cancels it. */
	onStart?: (cancel: () => void) => void;
}

export interface Ran {
	/** Items of each output, in order; the error output last. */
	outputs: INodeExecutionData[][];
	/** The json of the items of each output. */
	json: IDataObject[][];
	error?: NodeApiError;
	run: IRun;
}

export type Package = Awaited<ReturnType<typeof loadPackage>>;

/** The built package as n8n loads it, and a way to run a workflow with one of its nodes in n8n's own engine. */
export async function loadPackage(folder = ROOT) {
	const loader = new core.PackageDirectoryLoader(folder);
	await loader.loadAll();
	const nodeTypes = nodeTypesOf(loader);
	return { loader, nodeTypes, run: async (wanted: Case) => await runWorkflow(loader, nodeTypes, wanted) };
}

function nodeTypesOf(loader: core.PackageDirectoryLoader): INodeTypes {
	const find = (type: string): INodeType => {
		if (type === 'test.start' || type === 'n8n-nodes-base.manualTrigger') return startNode;
		return NodeHelpers.getVersionedNodeType(loader.getNode(type.split('.')[1]).type);
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

const startNode: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: 'Start',
		defaults: { name: START },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

async function runWorkflow(loader: core.PackageDirectoryLoader, nodeTypes: INodeTypes, wanted: Case): Promise<Ran> {
	const items = wanted.items.map((item) => (isExecutionData(item) ? item : { json: item }));
	const data = { ...workflowData(wanted), pinData: { [START]: items } };
	const { credentials = {}, onStart } = wanted;
	const run = await execute({ loader, nodeTypes, data, credentials, onStart });
	const outputs = (run.data.resultData.runData[SUBJECT]?.[0]?.data?.main ?? []).map((output) => output ?? []);
	return {
		run,
		outputs,
		json: outputs.map((output) => output.map(({ json }) => json)),
		error: run.data.resultData.error as NodeApiError | undefined,
	};
}

/** A workflow as n8n exports it; what its first node is pinned to is what it starts with. */
export interface WorkflowData {
	nodes: INode[];
	connections: IConnections;
	pinData: Record<string, INodeExecutionData[]>;
}

interface Execution extends Pick<Case, 'onStart'> {
	loader: core.PackageDirectoryLoader;
	nodeTypes: INodeTypes;
	data: WorkflowData;
	credentials: Record<string, IDataObject>;
}

/** Runs a workflow in n8n's own engine. */
export async function execute({ loader, nodeTypes, data, credentials, onStart }: Execution): Promise<IRun> {
	const { nodes, connections, pinData } = data;
	const settings = { executionOrder: 'v1' as const };
	const workflow = new Workflow({ id: 'test', name: 'test', nodes, connections, nodeTypes, active: false, settings });
	const startNode = workflow.getNode(nodes[0].name) ?? undefined;
	const additional = additionalData(loader, data, credentials);
	const running = new core.WorkflowExecute(additional, 'manual').run({ workflow, startNode, pinData });
	onStart?.(() => running.cancel());
	return await running;
}

function workflowData({ node, parameters = {}, credentials = {}, onError, settings }: Case) {
	const subject: INode = {
		id: '2',
		name: SUBJECT,
		type: `n8n-nodes-ticket-triage.${node}`,
		typeVersion: 1,
		position: [200, 0],
		parameters,
		credentials: Object.fromEntries(Object.keys(credentials).map((name) => [name, { id: name, name }])),
		...(onError ? { onError } : {}),
		...settings,
	};
	const start: INode = { id: '1', name: START, type: 'test.start', typeVersion: 1, position: [0, 0], parameters: {} };
	const connections: IConnections = { [START]: { main: [[{ node: SUBJECT, type: 'main', index: 0 }]] } };
	return { nodes: [start, subject], connections };
}

/** What n8n gives to whatever runs, without an execution in its database. */
export function additionalData(
	loader: core.PackageDirectoryLoader,
	{ nodes, connections }: Pick<WorkflowData, 'nodes' | 'connections'>,
	credentials: Record<string, IDataObject>,
): IWorkflowExecuteAdditionalData {
	const data = {
		id: 'test',
		name: 'test',
		active: false,
		nodes,
		connections,
		isArchived: false,
		activeVersionId: null,
	};
	const dates = { createdAt: new Date(0), updatedAt: new Date(0) };
	const hooks = new core.ExecutionLifecycleHooks('manual', 'execution', { ...data, ...dates });
	return {
		hooks,
		executionId: 'execution',
		credentialsHelper: createCredentialsHelper(loader, credentials),
		externalSecretsProxy: { hasProvider: () => false, getSecret: () => undefined, hasSecret: () => false },
		webhookWaitingBaseUrl: 'http://127.0.0.1/waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

function isExecutionData(item: IDataObject | INodeExecutionData): item is INodeExecutionData {
	return typeof item.json === 'object' && item.json !== null;
}
