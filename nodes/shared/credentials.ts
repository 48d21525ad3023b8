import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

/** A credential that a node needs, and how its user gets to choose it. */
export interface WantedCredential {
	type: string;
	/** What cannot be done without it, as the beginning of a sentence. */
	purpose: string;
	/** What to do in the node, as a sentence. */
	advice: string;
}

/** The decrypted fields of a credential of the node. @throws NodeOperationError that says which one to choose */
export async function readCredential(
	context: IExecuteFunctions,
	{ type, purpose, advice }: WantedCredential,
	itemIndex: number,
): Promise<IDataObject> {
	if (context.getNode().credentials?.[type] === undefined) {
		const message = `${purpose}, and no credential for it is chosen [item ${itemIndex}]`;
		throw new NodeOperationError(context.getNode(), message, { itemIndex, description: advice });
	}
	return await context.getCredentials<IDataObject>(type, itemIndex);
}

/** A field of a credential as text without white space around it. */
export function credentialText(fields: IDataObject, name: string): string {
	const value = fields[name];
	return typeof value === 'string' ? value.trim() : '';
}
