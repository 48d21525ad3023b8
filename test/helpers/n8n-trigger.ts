import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { HookContext, WebhookContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeParameters,
	type IWebhookData,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { additionalData, type Package } from './n8n';

/** How a workflow listens: published, or for one event in the editor. */
export type Listening = 'live' | 'test';

export interface TriggerCase {
	parameters?: INodeParameters;
	credentials?: Record<string, IDataObject>;
}

/** The package's trigger in a workflow of n8n's own engine, and the address where events arrive. */
export interface RunningTrigger {
	/** What the owner changes in the node, and in the credential. */
	wanted: TriggerCase;
	addressOf(listening: Listening): string;
	/** As n8n does: makes what does not exist. */
	activate(listening?: Listening): Promise<void>;
	/** Whether n8n calls it done. */
	deactivate(listening?: Listening): Promise<boolean>;
	/** What n8n has stored for the node. */
	kept(listening?: Listening): IDataObject;
	keep(data: IDataObject, listening?: Listening): void;
	/** The items that started the workflow. */
	started: { listening: Listening; json: IDataObject }[];
	/** What the node has written to n8n's log. */
	logged: string[];
	/** From now on the address is another, as WEBHOOK_URL says. */
	moveTo(origin: string): void;
	close(): Promise<void>;
}

const NODE: Omit<INode, 'parameters'> = {
	id: 'a7f6c3f2-6f0c-4e8e-9e55-0a1f5e0f4d01',
	name: 'When a ticket changes',
	type: 'n8n-nodes-ticket-triage.ticketTriageTrigger',
	typeVersion: 1,
	position: [0, 0],
	webhookId: 'b8f6c3f2-6f0c-4e8e-9e55-0a1f5e0f4d02',
};
const PATHS: Record<Listening, string> = { live: '/webhook', test: '/webhook-test' };

export async function startTrigger(pack: Package, wanted: TriggerCase): Promise<RunningTrigger> {
	const kept: Record<Listening, IDataObject> = { live: {}, test: {} };
	const started: RunningTrigger['started'] = [];
	const logged: string[] = [];
	const server = createServer((request, response) => {
		const listening = request.url?.startsWith(`${PATHS.test}/`) ? 'test' : 'live';
		void receive(request, response, listening);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const trigger = pack.nodeTypes.getByNameAndVersion(NODE.type, NODE.typeVersion);
	let origin = here;

	/** A new one each time, of what is stored, as in n8n. */
	function load(listening: Listening) {
		const { credentials = {}, parameters = {} } = wanted;
		const chosen = Object.fromEntries(Object.keys(credentials).map((name) => [name, { id: name, name }]));
		const node: INode = { ...NODE, parameters, credentials: chosen };
		const parts = { nodes: [node], connections: {}, nodeTypes: pack.nodeTypes, active: listening === 'live' };
		const staticData = structuredClone(kept[listening]);
		const workflow = new Workflow({ id: 'wf1', name: 'Tell the desk', staticData, ...parts });
		const additional = Object.assign(additionalData(pack.loader, parts, credentials), {
			webhookBaseUrl: origin + PATHS.live,
			webhookTestBaseUrl: origin + PATHS.test,
		});
		const description = trigger.description.webhooks![0];
		const common = { httpMethod: 'POST' as const, path: description.path, node: node.name, workflowId: 'wf1' };
		const webhook: IWebhookData = {
			...{ ...common, webhookDescription: description, workflowExecuteAdditionalData: additional },
			isTest: listening === 'test',
		};
		return { workflow, node: workflow.getNode(node.name)!, additional, webhook };
	}

	async function hook(name: 'checkExists' | 'create' | 'delete', listening: Listening): Promise<boolean> {
		const { workflow, node, additional, webhook } = load(listening);
		const mode = name === 'delete' ? 'internal' : listening === 'test' ? 'manual' : 'trigger';
		const context = new HookContext(workflow, node, additional, mode, 'activate', webhook);
		Object.defineProperty(context, 'logger', { value: { error: (text: string) => logged.push(text) } });
		const done = await trigger.webhookMethods!.default![name]!.call(context);
		if (workflow.staticData.__dataChanged) kept[listening] = stored(workflow, node);
		return done;
	}

	async function receive(request: IncomingMessage, response: ServerResponse, listening: Listening): Promise<void> {
		const answer = answerTo(response);
		const rawBody = await buffer(request);
		const { workflow, node, additional, webhook } = load(listening);
		Object.assign(additional, { httpRequest: Object.assign(request, { rawBody }), httpResponse: answer });
		const mode = listening === 'test' ? 'manual' : 'webhook';
		const context = new WebhookContext(workflow, node, additional, mode, webhook, [], null);
		const result: IWebhookResponseData = await trigger.webhook!.call(context);
		for (const { json } of result.workflowData?.flat() ?? []) started.push({ listening, json });
		if (!result.noWebhookResponse)
			answer.status(200).json(result.webhookResponse ?? { message: 'Workflow was started' });
	}

	return {
		...{ wanted, started, logged },
		addressOf: (listening) => `${origin}${PATHS[listening]}/${NODE.webhookId}/webhook`,
		async activate(listening = 'live') {
			if (!(await hook('checkExists', listening))) await hook('create', listening);
		},
		deactivate: async (listening = 'live') => await hook('delete', listening),
		kept: (listening = 'live') => ({ ...(kept[listening][`node:${NODE.name}`] as IDataObject | undefined) }),
		keep: (data, listening = 'live') => void (kept[listening] = { [`node:${NODE.name}`]: data }),
		moveTo: (other) => (origin = other),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** What goes into n8n's database. */
function stored({ staticData }: Workflow, { name }: INode): IDataObject {
	return JSON.parse(JSON.stringify({ [`node:${name}`]: staticData[`node:${name}`] })) as IDataObject;
}

/** What nodes use of express. */
function answerTo(response: ServerResponse) {
	const answer = {
		status(code: number) {
			response.statusCode = code;
			return answer;
		},
		json: (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
	};
	return answer;
}
