import { parse } from 'flatted';
import type { IDataObject, INodeExecutionData, IRunExecutionData, IWorkflowBase } from 'n8n-workflow';
import { eventually } from '../helpers/service';

export const OWNER = { email: 'owner@example.com', firstName: 'Olga', lastName: 'Owner', password: 'Owner-of-n8n-1' };

/** A workflow as an exported file has it. */
export type WorkflowFile = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections' | 'settings' | 'pinData'>;

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface Execution {
	id: string;
	status: string;
	data: IRunExecutionData;
	/** The items that a node gave out, by output; empty where it did not run. */
	outputsOf(node: string): INodeExecutionData[][];
	/** The json of the items of a node's first output. */
	itemsOf(node: string): IDataObject[];
}

export interface Publication {
	status: string;
	triggers: { status: string; errorMessage: string | null }[];
}

/** n8n's REST interface, as its editor uses it. */
export interface N8nClient {
	/** For a browser that is to be signed in. */
	cookie: { name: string; value: string };
	get(path: string): Promise<unknown>;
	post(path: string, body: unknown): Promise<unknown>;
	createCredential(name: string, type: string, data: IDataObject): Promise<Credential>;
	testCredential(credential: Credential, data: IDataObject): Promise<{ status: string; message: string }>;
	/** The id it got. */
	importWorkflow(workflow: WorkflowFile): Promise<string>;
	/** What its owner changes in the editor and saves. */
	changeWorkflow(workflowId: string, changes: Partial<WorkflowFile>): Promise<void>;
	/** Its webhooks, forms and triggers go live, in a moment. */
	activate(workflowId: string): Promise<void>;
	/** They end, in a moment. */
	deactivate(workflowId: string): Promise<void>;
	/** How that moment ended. */
	publication(workflowId: string): Promise<Publication>;
	/** Runs by hand from a trigger, whose pinned items are used, and waits for the end. */
	run(workflowId: string, trigger: string): Promise<Execution>;
	/** The newest execution of a workflow once it has ended, or waits for somebody. */
	lastExecution(workflowId: string): Promise<Execution>;
}

/** Sets the owner up, or signs the one of an earlier call in. */
export async function signIn(url: string): Promise<N8nClient> {
	const cookie = await sessionOf(url);
	const call = callTo(url, `${cookie.name}=${cookie.value}`);
	const get = async (path: string): Promise<unknown> => await call('GET', path);
	const post = async (path: string, body: unknown): Promise<unknown> => await call('POST', path, body);
	const execution = async (id: string): Promise<Execution> =>
		await eventually(async () => {
			const shown = (await get(`/rest/executions/${id}`)) as { id: string; status: string; data: string };
			return ['new', 'running'].includes(shown.status) ? undefined : toExecution(shown);
		}, `execution ${id} to end`);
	return {
		cookie,
		get,
		post,
		createCredential: async (name, type, data) => (await post('/rest/credentials', { name, type, data })) as Credential,
		testCredential: async ({ id, name, type }, data) =>
			(await post('/rest/credentials/test', { credentials: { id, name, type, data } })) as {
				status: string;
				message: string;
			},
		importWorkflow: async (workflow) => ((await post('/rest/workflows', workflow)) as { id: string }).id,
		changeWorkflow: async (id, changes) => void (await call('PATCH', `/rest/workflows/${id}`, changes)),
		async activate(id) {
			const { versionId } = (await get(`/rest/workflows/${id}`)) as { versionId: string };
			await post(`/rest/workflows/${id}/activate`, { versionId });
		},
		deactivate: async (id) => void (await post(`/rest/workflows/${id}/deactivate`, {})),
		publication: async (id) =>
			await eventually(
				async () => {
					const shown = (await get(`/rest/workflows/${id}/publication-status`)) as Publication;
					return shown.status === 'in_progress' ? undefined : shown;
				},
				`workflow ${id} to be published or not`,
				1200,
			),
		async run(id, trigger) {
			const wanted = { triggerToStartFrom: { name: trigger } };
			const started = (await post(`/rest/workflows/${id}/run`, wanted)) as { executionId?: string };
			if (started.executionId === undefined) throw new Error(`${trigger} waits for an event: it has no pinned items`);
			return await execution(started.executionId);
		},
		async lastExecution(id) {
			const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
			const newest = await eventually(async () => {
				const { results } = (await get(`/rest/executions?filter=${filter}&limit=1`)) as { results: { id: string }[] };
				return results[0];
			}, `an execution of workflow ${id}`);
			return await execution(newest.id);
		},
	};
}

/** One for all suites: n8n lets nobody sign in more often than a few times a minute. */
async function sessionOf(url: string): Promise<N8nClient['cookie']> {
	process.env.E2E_N8N_SESSION ??= await newSession(url);
	const [name, value] = process.env.E2E_N8N_SESSION.split('=');
	return { name, value };
}

async function newSession(url: string): Promise<string> {
	const ask = async (path: string, body: object): Promise<Response> =>
		await fetch(`${url}${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	const setUp = await ask('/rest/owner/setup', OWNER);
	const { email: emailOrLdapLoginId, password } = OWNER;
	const signedIn = setUp.ok ? setUp : await ask('/rest/login', { emailOrLdapLoginId, password });
	const [session] = /^[^=;]+=[^=;]+/u.exec(signedIn.headers.getSetCookie()[0] ?? '') ?? [];
	if (session === undefined) throw new Error(`n8n let nobody in: ${signedIn.status} ${await signedIn.text()}`);
	return session;
}

function callTo(url: string, cookie: string) {
	return async (method: string, path: string, body?: unknown): Promise<unknown> => {
		const answer = await fetch(`${url}${path}`, {
			method,
			headers: { cookie, 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
		const json = JSON.parse(text) as { data?: unknown };
		return 'data' in json ? json.data : json;
	};
}

function toExecution({ id, status, data: flat }: { id: string; status: string; data: string }): Execution {
	const data = parse(flat) as IRunExecutionData;
	const outputsOf = (node: string): INodeExecutionData[][] =>
		(data.resultData.runData[node]?.at(-1)?.data?.main ?? []).map((items) => items ?? []);
	const itemsOf = (node: string): IDataObject[] => (outputsOf(node)[0] ?? []).map(({ json }) => json);
	return { id, status, data, outputsOf, itemsOf };
}
