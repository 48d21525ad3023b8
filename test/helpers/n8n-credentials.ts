import type { PackageDirectoryLoader } from 'n8n-core';
import {
	ICredentialsHelper,
	Workflow,
	type IAuthenticateGeneric,
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

/** What n8n's own helper does with the types of the package: decrypted data, and headers from expressions. */
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

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { properties } = this.loader.getCredential(type).type.authenticate as IAuthenticateGeneric;
		const workflow = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes: NO_TYPES });
		const headers = Object.entries(properties.headers ?? {}).map(([name, value]) => [
			name,
			workflow.expression.getSimpleParameterValue(NODE, String(value), 'internal', { $credentials: credentials }),
		]);
		return await Promise.resolve({ ...options, headers: { ...options.headers, ...Object.fromEntries(headers) } });
	}
}

function fail(): Error {
	return new Error('not part of the test');
}
