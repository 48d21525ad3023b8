import { NodeApiError, NodeError, NodeOperationError, type INode } from 'n8n-workflow';
import { TriageError, type ErrorCode } from '../../core/errors';

const FIXES: Record<ErrorCode, string> = {
	invalid_ticket:
		'Check what the fields of this node give for this item. An expression may shorten a text that is too long.',
	misconfigured: 'Check the parameters of this node.',
	auth: 'Check the key or token in the credential, or in the headers of the mapping, and what it may do.',
	not_found: 'Check the address in the credential or the mapping; for Gemini also the model.',
	rejected:
		'Check what was refused: for Gemini the credential and the model, for other systems the fields and the mapping.',
	rate_limited: 'Send fewer items at a time or raise Maximum Wait, and run those that are left later.',
	unavailable: 'Check the address and the network, and run the items that are left later.',
	unreadable: 'Set On Error to a way of continuing, so that such tickets reach a person, or use the Local engine.',
};

/** The one place where an error becomes n8n's: what happened as message, how to fix it as description. */
export function toNodeError(node: INode, error: unknown, itemIndex: number): NodeApiError | NodeOperationError {
	if (error instanceof TriageError) return fromTriageError(node, error, itemIndex);
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const cause = error instanceof Error ? error : String(error);
	return new NodeOperationError(node, cause, { itemIndex, description: descriptionOf(error) });
}

/** Of an error n8n gives an agent the message and nothing else: it says how to fix it, too. */
export function forAgent<E extends NodeApiError | NodeOperationError>(error: E): E {
	if (error.description) error.message = `${error.message}. ${error.description}`;
	return error;
}

function fromTriageError(node: INode, error: TriageError, itemIndex: number): NodeApiError | NodeOperationError {
	const message = `${error.message} [item ${itemIndex}]`;
	const wait = error.retryAfter === undefined ? '' : ` It asks to wait ${Math.ceil(error.retryAfter)} seconds.`;
	const description = `${FIXES[error.code]}${wait}`;
	if (error.status === undefined) return new NodeOperationError(node, message, { itemIndex, description });
	const httpCode = String(error.status);
	return new NodeApiError(node, { message }, { message, description, httpCode, itemIndex });
}

function descriptionOf(error: unknown): string | undefined {
	if (error instanceof NodeError) return error.description ?? undefined;
	if (typeof error !== 'object' || error === null || !('description' in error)) return undefined;
	return typeof error.description === 'string' ? error.description : undefined;
}
