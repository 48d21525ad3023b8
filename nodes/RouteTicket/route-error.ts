import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { TriageError, type ErrorCode } from '../../core/errors';
import { MAXIMUM_WAIT } from './options';

/** How to put right what went wrong, by what it was; the parameters' names are those of the form. */
const FIXES: Record<ErrorCode, string> = {
	invalid_ticket: 'Check what Ticket Fields give for this item. An expression may shorten a text that is too long.',
	misconfigured: 'Check the parameters of this node, and the address in the credential.',
	auth: 'Check the key or token in the credential of this system and what its account may do, or the headers of the mapping.',
	not_found: 'Check the address in the credential of this system, or the URL of the mapping.',
	rejected: 'Check the fields of the mapping against what the system says, and what its account may do.',
	rate_limited: `Raise ${MAXIMUM_WAIT} under Options, or run the items that are left later.`,
	unavailable:
		'Check the address and the network, and run the items that are left later. The ticket may have arrived all the same: with its ticket ID it is looked for before it is sent again, where the system can be asked.',
	unreadable:
		'Check that the address is that of an API. The ticket may have arrived all the same: look before it is sent again.',
};
const SERVICE_FIXES: Partial<Record<ErrorCode, string>> = {
	auth: 'Check the API key in the credential of the triage service.',
	not_found: 'Check the address in the credential of the triage service.',
	rejected: 'Check the fields of the ticket and the department against what the triage service says.',
	unavailable:
		'Check the address and the network. The service may have taken the ticket all the same: look there before the item is run again.',
};

interface Place {
	itemIndex: number;
	toService: boolean;
}

/** Throws an error as n8n's own: what happened as message, how to fix it as description. */
export function routeError(node: INode, error: unknown, { itemIndex, toService }: Place): never {
	if (!(error instanceof TriageError)) throw error;
	const { code, status, retryAfter } = error;
	const message = `${error.message} [item ${itemIndex}]`;
	const wait = retryAfter === undefined ? '' : ` It asks to wait ${Math.ceil(retryAfter)} seconds.`;
	const description = `${(toService && SERVICE_FIXES[code]) || FIXES[code]}${wait}`;
	if (status === undefined) throw new NodeOperationError(node, message, { itemIndex, description });
	throw new NodeApiError(node, { message }, { message, description, httpCode: String(status), itemIndex });
}
