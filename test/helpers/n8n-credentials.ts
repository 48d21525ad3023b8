import type { PackageDirectoryLoader } from 'n8n-core';
import {
	ICredentialsHelper,
	isExpression,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
	type INodeTypes,
} from 'n8n-workflow';

const NODE: INode = { id: '0', name: 'credential', type: 'test', typeVersion: 1, position: [0, 0], parameters: {} };
const NO_TYPES = { getByNameAndVersion: () => undefined } as unknown as INodeTypes;

/** What n8n's own helper does with the types of the package: decrypted data, and what signs in, from expressions. */
export function createCredentialsHelper(
	loader: PackageDirectoryLoader,
	data: Record<string, IDataObject>,
): ICredentialsHelper {
	return new TestCredentials(loader, data);
}

class TestCredentials extends ICredentialsHelper {
	constructor(
		private readonly loader: PackageDirectoryLoader,
		private readonly data: Record<string, IDataObject>,
	) {
		super();
	}

	getParentTypes = (): string[] => [];

	isCredentialUsableByNode = (): boolean => true;

	getCredentialsProperties = (type: string): INodeProperties[] => this.loader.getCredential(type).type.properties;

	preAuthentication = async (): Promise<undefined> => await Promise.resolve(undefined);

	runPreAuthentication = async (): Promise<undefined> => await Promise.resolve(undefined);

	updateCredentials = async (): Promise<void> => await Promise.resolve();

	updateCredentialsOauthTokenData = async (): Promise<void> => await Promise.resolve();

	getCredentials = async (): Promise<ICredentials> => await Promise.reject(fail());

	async getDecrypted(_: unknown, __: unknown, type: string): Promise<ICredentialDataDecryptedObject> {
		const defaults = this.getCredentialsProperties(type).map(({ name, default: value }) => [name, value]);
		const values = { ...Object.fromEntries(defaults), ...this.data[type] } as ICredentialDataDecryptedObject;
		return await Promise.resolve(values);
	}

	/** As n8n's CredentialsHelper: what is found false becomes an empty text, and the given options are changed. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.loader.getCredential(type).type;
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		for (const [part, values] of Object.entries(authenticate?.properties ?? {}) as [Part, IDataObject][]) {
			const own = (options[part] ??= {} as never) as IDataObject;
			for (const [name, value] of Object.entries(values)) {
				own[resolved(name, credentials)] = resolved(String(value), credentials);
			}
		}
		return options;
	}
}

type Part = 'auth' | 'body' | 'headers' | 'qs';

/** A text as it is, or what its expression gives. */
export function resolved(text: string, credentials: ICredentialDataDecryptedObject): string {
	if (!isExpression(text)) return text;
	const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: NO_TYPES });
	const keys = { $credentials: credentials };
	return String(workflow.expression.getSimpleParameterValue(NODE, text, 'internal', keys, undefined, '') || '');
}

function fail(): Error {
	return new Error('not part of the test');
}
