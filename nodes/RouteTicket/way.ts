import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { hasHeader } from '../../core/connectors/common/headers';
import type { Hidden } from '../../core/masking';
import type { Mapping } from '../../core/mapping';
import { credentialText, readCredential } from '../shared/credentials';
import { accessOf, isOptional, type Access } from './systems';

/** How the requests of a mapping get to its system. */
export interface Way {
	/** With what its credential says of the address. */
	mapping: Mapping;
	/** The system's name for people. */
	name: string;
	/** The type of credential by which n8n signs in to each request; null where nothing is to be added. */
	credential: string | null;
	/** What a dry run must not show. */
	hidden: Hidden;
}

/** A mapping, and what messages call its row. */
interface Row {
	mapping: Mapping;
	place: string;
}

/** Finds the way of a mapping. @throws NodeOperationError that says which credential to choose */
export async function findWay(context: IExecuteFunctions, row: Row, index: number): Promise<Way> {
	const { mapping } = row;
	const ofRow = Object.keys(mapping.headers);
	const access = accessOf(mapping);
	if (access === null || (isOptional(access) && !isListed(context, access, index))) {
		return { mapping, name: access?.name ?? 'Inbox', credential: null, hidden: { headers: ofRow, address: false } };
	}
	const fields = await readCredential(context, wanted(context, row, access, index), index);
	const { name, isAddressSecret = false } = access;
	const signIn = isAddressSecret ? null : signInHeader(access, fields);
	if (signIn !== null && hasHeader(mapping, signIn)) refuseTwice(context, { header: signIn, ...row }, index);
	const headers = signIn === null ? ofRow : [...ofRow, signIn];
	const credential = isAddressSecret ? null : access.credential;
	return {
		mapping: addressed(mapping, access, fields),
		name,
		credential,
		hidden: { headers, address: isAddressSecret },
	};
}

/** n8n gives out only credentials whose picker is shown. */
function isListed(context: IExecuteFunctions, { entry }: Access, index: number): boolean {
	const listed = context.getNodeParameter('systems', index, []);
	return Array.isArray(listed) && listed.some((one) => one === entry);
}

function wanted(context: IExecuteFunctions, { place }: Row, access: Access, index: number) {
	const isShown = isListed(context, access, index);
	const choose = `choose a credential for ${access.name} at the top of this node`;
	return {
		type: isShown ? access.credential : '',
		purpose: `${capitalized(place)} leads to ${access.name}`,
		advice: isShown ? `${capitalized(choose)}.` : `Select ${access.name} in Credentials For, and ${choose}.`,
	};
}

function addressed(mapping: Mapping, { address, takesAnyHost }: Access, fields: IDataObject): Mapping {
	const secret = credentialText(fields, 'signingSecret');
	const settings = {
		...mapping.settings,
		...((takesAnyHost || fields.anyHost === true) && { any_host: true }),
		...(secret !== '' && { signing_secret: secret }),
	};
	const endpoint = address === undefined ? mapping.endpoint : credentialText(fields, address);
	return { ...mapping, endpoint, settings, hostSignsIn: true };
}

/** The header that n8n will add, in lower case; null where the credential says to add none. */
function signInHeader(access: Access, fields: IDataObject): string | null {
	const way = isOptional(access) ? credentialText(fields, 'authentication') : 'basic';
	if (way === 'none') return null;
	return way === 'header' ? credentialText(fields, 'headerName').toLowerCase() : 'authorization';
}

function refuseTwice(
	context: IExecuteFunctions,
	{ header, place }: Row & { header: string },
	itemIndex: number,
): never {
	const message = `${capitalized(place)} and its credential both set the header ${header} [item ${itemIndex}]`;
	const description = 'Remove it from Headers of the mapping, or set Authentication of the credential to none.';
	throw new NodeOperationError(context.getNode(), message, { itemIndex, description });
}

function capitalized(text: string): string {
	return `${text[0].toUpperCase()}${text.slice(1)}`;
}
