import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { Loaded } from './n8n-host';
import type { NodeRun } from './n8n-nodes';

/** What n8n's engine asks of the rest of n8n. */
export function additionalData(loaded: Loaded, nodeRun: NodeRun): IWorkflowExecuteAdditionalData {
	const { nodes, connections, credentials } = nodeRun;
	const dates = { createdAt: new Date(0), updatedAt: new Date(0) };
	const data = { id: 'bench', name: 'bench', active: false, isArchived: false, activeVersionId: null };
	const hooks = new loaded.core.ExecutionLifecycleHooks('manual', 'bench', { ...data, ...dates, nodes, connections });
	return {
		hooks,
		executionId: 'bench',
		credentialsHelper: {
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
			preAuthentication: async () => await Promise.resolve(undefined),
			runPreAuthentication: async () => await Promise.resolve(undefined),
			getDecrypted: async (_: unknown, __: unknown, type: string) => await Promise.resolve(credentials[type]),
			authenticate: async (values: ICredentialDataDecryptedObject, type: string, options: IHttpRequestOptions) =>
				await Promise.resolve(authenticated(loaded, { values, type, options })),
		},
		externalSecretsProxy: { hasProvider: () => false, getSecret: () => undefined, hasSecret: () => false },
		logAiEvent: () => undefined,
		webhookWaitingBaseUrl: 'http://127.0.0.1/waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

interface Authenticating {
	values: ICredentialDataDecryptedObject;
	type: string;
	options: IHttpRequestOptions;
}

/** Headers from expressions, which n8n evaluates anew for each request. */
function authenticated(loaded: Loaded, { values, type, options }: Authenticating): IHttpRequestOptions {
	const { properties } = loaded.credentials[type].authenticate as IAuthenticateGeneric;
	const nodeTypes = { getByNameAndVersion: () => undefined } as never;
	const empty = new loaded.workflow.Workflow({ nodes: [], connections: {}, active: false, nodeTypes });
	const node = { id: '0', name: 'credential', type: 'bench', typeVersion: 1, parameters: {} };
	const headers = Object.entries(properties.headers ?? {}).map(([name, text]) => {
		const keys = { $credentials: values };
		const place = { ...node, position: [0, 0] as [number, number] };
		const value = empty.expression.getSimpleParameterValue(place, String(text), 'internal', keys, undefined, '');
		return [name, String(value)];
	});
	return { ...options, headers: { ...options.headers, ...Object.fromEntries(headers) } };
}
