import { CredentialTestContext, ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	NodeHelpers,
	Workflow,
	type ICredentialsDecrypted,
	type ICredentialTestRequest,
	type IDataObject,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
	type INode,
	type INodeCredentialTestResult,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { Package } from './n8n';
import { createCredentialsHelper } from './n8n-credentials';

/**
 * What the button Test of n8n's form says. n8n's CredentialsTester is in no package of its own: this has the steps of
 * `runRequestTest` in n8n 2.41.1, with n8n-core's own routing, expressions and requests; only the reading of the rules is
 * written anew.
 */
export async function testCredential(
	pack: Package,
	type: string,
	data: IDataObject,
): Promise<INodeCredentialTestResult> {
	const { test } = pack.loader.getCredential(type).type;
	const credential = filledIn(pack, type, data);
	if (test) return await judge(test, async () => await send(pack, test, credential));
	const tested = testFunction(pack, type);
	return await tested.call(new CredentialTestContext(), credential);
}

function testFunction(pack: Package, type: string) {
	for (const name of pack.loader.getCredential(type).type.supportedNodes ?? []) {
		const node = NodeHelpers.getVersionedNodeType(pack.loader.getNode(name).type);
		const { testedBy } = node.description.credentials?.find((one) => one.name === type) ?? {};
		const found = typeof testedBy === 'string' ? node.methods?.credentialTest?.[testedBy] : undefined;
		if (found) return found;
	}
	throw new Error(`No testing function found for ${type}`);
}

interface Failure extends Error {
	cause?: { code?: string; response?: { status: number; statusText: string } };
}

async function judge(
	{ rules = [] }: ICredentialTestRequest,
	ask: () => Promise<unknown>,
): Promise<INodeCredentialTestResult> {
	try {
		const answer = await ask();
		const rule = rules.find(
			({ type, properties }) => type === 'responseSuccessBody' && get(answer, properties.key) === properties.value,
		);
		if (rule) return { status: 'Error', message: rule.properties.message };
		return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		const { cause, message } = error as Failure;
		if (!cause?.response) return { status: 'Error', message: cause?.code ?? message };
		const { status, statusText } = cause.response;
		const rule = rules.find(({ type, properties }) => type === 'responseCode' && properties.value === status);
		return { status: 'Error', message: rule?.properties.message ?? (statusText || String(status)) };
	}
}

/** The json of the first item, as the rules see it. */
async function send(pack: Package, { request }: ICredentialTestRequest, credential: ICredentialsDecrypted) {
	const properties = [{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' }];
	const { context, nodeType } = contextWith(pack, credential, properties as INodeProperties[]);
	const output = await new RoutingNode(context, nodeType, credential).runNode();
	return output?.[0]?.[0].json;
}

function get(answer: unknown, path: string): unknown {
	return path.split('.').reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], answer);
}

/** Sends a request as a node with this credential does; resolves on any status. */
export async function requestWith(
	pack: Package,
	type: string,
	data: IDataObject,
	request: IHttpRequestOptions,
): Promise<IN8nHttpFullResponse> {
	const { context } = contextWith(pack, filledIn(pack, type, data), []);
	const options = { ...request, returnFullResponse: true, ignoreHttpStatusErrors: true };
	return (await context.helpers.httpRequestWithAuthentication.call(context, type, options)) as IN8nHttpFullResponse;
}

function filledIn(pack: Package, type: string, data: IDataObject): ICredentialsDecrypted {
	const { properties } = pack.loader.getCredential(type).type;
	const defaults = Object.fromEntries(properties.map(({ name, default: value }) => [name, value]));
	return { id: '1', name: type, type, data: { ...defaults, ...data } } as ICredentialsDecrypted;
}

function contextWith(pack: Package, { type, data = {} }: ICredentialsDecrypted, properties: INodeProperties[]) {
	const node: INode = {
		...{ id: 'temp', name: 'Temp-Node', type: 'noOp', typeVersion: 1, position: [0, 0], parameters: {} },
		credentials: { [type]: { id: '1', name: type } },
	};
	const credentials = [{ name: type, required: true }];
	const description = { name: 'noOp', version: 1, inputs: ['main'], outputs: ['main'], credentials, properties };
	const nodeType = { description } as unknown as INodeType;
	const find = (): INodeType => nodeType;
	const nodeTypes: INodeTypes = { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additional = {
		credentialsHelper: createCredentialsHelper(pack.loader, { [type]: data as IDataObject }),
		externalSecretsProxy: { hasProvider: () => false, getSecret: () => undefined, hasSecret: () => false },
		webhookWaitingBaseUrl: 'http://127.0.0.1/waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const [run, input, source] = [
		createEmptyRunExecutionData(),
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
	];
	const context = new ExecuteContext(workflow, node, additional, 'internal', run, 0, [], input, source, []);
	return { context, nodeType };
}
