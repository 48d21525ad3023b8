import * as core from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { execute, loadPackage, type Package, type WorkflowData } from './n8n';

/** What the script is told: where the systems are. */
export interface ManyInput {
	http: string;
	jira: string;
	token: string;
}

/** What it says: a line for each run of the workflow. */
export interface ManyRun {
	items: number;
	/** What the items that came out last were, in order, by their number; and to which input each one belongs. */
	numbers: unknown[];
	pairs: unknown[];
	routes: unknown[];
	/** How often the nodes read a parameter. */
	reads: number;
	/** Bytes of the heap while the result is held, and after it was let go. */
	held: number;
	free: number;
}

const DEPARTMENTS = ['IT', 'HR', 'Finance'];

function itemsOf(count: number): INodeExecutionData[] {
	const text = 'VPN and wifi do not work on my laptop, cannot log in. '.repeat(20);
	return Array.from({ length: count }, (_, n) => ({
		json: { n, ticket_id: `TKT-${n}`, title: `Laptop ${n}`, description: text, to: DEPARTMENTS[n % 3] },
	}));
}

function workflowOf({ http, jira }: ManyInput, items: INodeExecutionData[]): WorkflowData {
	const mapping = [
		{ department: 'IT', system: 'http', url: http },
		{ department: 'HR', system: 'jira_server', projectKey: 'HELP' },
		{ department: 'Finance', system: 'inbox' },
	];
	const routing = {
		department: '={{ $json.to }}',
		needsReview: 'false',
		systems: ['jira_server'],
		mappings: { mapping },
	};
	const node = (name: string, type: string, parameters: INodeParameters): INode => ({
		...{ id: name, name, type, typeVersion: 1, position: [0, 0], parameters, retryOnFail: type !== 'test.start' },
		...(name === 'Route' && { credentials: { triageJiraServerApi: { id: jira, name: jira } } }),
	});
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	return {
		nodes: [
			node('Start', 'test.start', {}),
			node('Triage', 'n8n-nodes-ticket-triage.ticketTriage', {}),
			node('Route', 'n8n-nodes-ticket-triage.routeTicket', routing as INodeParameters),
		],
		connections: { Start: to('Triage'), Triage: to('Route') },
		pinData: { Start: items },
	};
}

/** Counts the reads of parameters of all nodes. */
function countReads(): () => number {
	const prototype = Object.getPrototypeOf(Object.getPrototypeOf(core.ExecuteContext.prototype)) as {
		_getNodeParameter(...given: unknown[]): unknown;
	};
	const read = prototype._getNodeParameter;
	let count = 0;
	prototype._getNodeParameter = function (...given) {
		count += 1;
		return read.apply(this, given);
	};
	return () => count;
}

const heapUsed = (): number => {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed;
};

async function runOnce(pack: Package, input: ManyInput, count: number): Promise<Omit<ManyRun, 'reads' | 'free'>> {
	const credentials = { triageJiraServerApi: { url: input.jira, token: input.token } };
	const items = itemsOf(count);
	const run = await execute({ ...pack, data: workflowOf(input, items), credentials });
	const output = run.data.resultData.runData.Route[0].data?.main[0] ?? [];
	return {
		items: count,
		numbers: output.map(({ json }) => json.n),
		pairs: output.map(({ pairedItem }) => pairedItem),
		routes: output.map(({ json }) => (json.route as IDataObject).system),
		held: heapUsed(),
	};
}

async function main(): Promise<void> {
	const input = JSON.parse(process.argv[2]) as ManyInput;
	const pack = await loadPackage();
	const reads = countReads();
	const runs: ManyRun[] = [];
	for (const count of [100, 1000, 1000, 1000]) {
		const before = reads();
		const ran = await runOnce(pack, input, count);
		runs.push({ ...ran, reads: reads() - before, free: heapUsed() });
	}
	process.stdout.write(`${JSON.stringify(runs)}\n`);
}

void main();
