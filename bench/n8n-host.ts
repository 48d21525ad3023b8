import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as core from 'n8n-core';
import type * as workflow from 'n8n-workflow';
import { additionalData } from './n8n-additional';
import type { NodeRun } from './n8n-nodes';

const DIST = resolve(__dirname, '../../../dist');

export interface N8n {
	/** The json of each output's items. @throws what the execution failed with */
	run(run: NodeRun): Promise<workflow.IDataObject[][]>;
	close(): void;
}

export interface Loaded {
	core: typeof core;
	workflow: typeof workflow;
	nodes: Record<string, workflow.INodeType | workflow.IVersionedNodeType>;
	credentials: Record<string, workflow.ICredentialType>;
}

/** n8n's own engine out of an installed n8n, with its nodes and those of this package as they are built. */
export function openN8n(folder: string): N8n {
	const home = mkdtempSync(join(tmpdir(), 'triage-bench-'));
	// Read when n8n-core is first used: it writes a key file into the folder.
	process.env.N8N_USER_FOLDER = home;
	process.env.N8N_LOG_LEVEL = 'silent';
	const loaded = load(folder, install(folder, home));
	return {
		run: async (nodeRun) => await run(loaded, nodeRun),
		close: () => rmSync(home, { recursive: true, force: true }),
	};
}

/** A copy that finds n8n's own packages as its peers. */
function install(folder: string, home: string): string {
	const target = join(home, 'package');
	mkdirSync(target);
	cpSync(DIST, join(target, 'dist'), { recursive: true });
	symlinkSync(join(folder, 'node_modules'), join(target, 'node_modules'));
	return join(target, 'dist');
}

function load(folder: string, dist: string): Loaded {
	const requireFrom = createRequire(join(folder, 'package.json'));
	const langchain = join(folder, 'node_modules/@n8n/n8n-nodes-langchain/dist/nodes');
	const create = <T>(file: string, name: string): T => new (requireFrom(file) as Record<string, new () => T>)[name]();
	const node = (root: string, path: string, name: string): workflow.INodeType =>
		create(join(root, path, `${name}.node.js`), name);
	requireFrom('reflect-metadata');
	return {
		core: requireFrom('n8n-core') as typeof core,
		workflow: requireFrom('n8n-workflow') as typeof workflow,
		nodes: {
			start: startNode,
			ticketTriage: node(dist, 'nodes/TicketTriage', 'TicketTriage'),
			textClassifier: node(langchain, 'chains/TextClassifier', 'TextClassifier'),
			lmChatGoogleGemini: node(langchain, 'llms/LmChatGoogleGemini', 'LmChatGoogleGemini'),
		},
		credentials: {
			triageGeminiApi: create(join(dist, 'credentials/TriageGeminiApi.credentials.js'), 'TriageGeminiApi'),
		},
	};
}

const startNode: workflow.INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: 'Start',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

async function run(loaded: Loaded, nodeRun: NodeRun): Promise<workflow.IDataObject[][]> {
	const { nodes, connections, items } = nodeRun;
	const find = (type: string): workflow.INodeType =>
		loaded.workflow.NodeHelpers.getVersionedNodeType(loaded.nodes[type.replace(/^.*\./u, '')]);
	const nodeTypes = { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
	const data = { id: 'bench', name: 'bench', active: false, nodes, connections };
	const settings = { executionOrder: 'v1' as const };
	const whole = new loaded.workflow.Workflow({ ...data, nodeTypes, settings });
	const [start, measured] = nodes.map(({ name }) => name);
	const execution = new loaded.core.WorkflowExecute(additionalData(loaded, nodeRun), 'manual');
	const pinData = { [start]: items.map((json) => ({ json })) };
	const startNode = whole.getNode(start) ?? undefined;
	const { resultData } = (await execution.run({ workflow: whole, startNode, pinData })).data;
	if (resultData.error) throw resultData.error;
	const outputs = resultData.runData[measured][0].data?.main ?? [];
	return outputs.map((output) => (output ?? []).map(({ json }) => json));
}
