import { NodeApiError, NodeError, NodeOperationError, type INode } from 'n8n-workflow';
import { TriageError, type ErrorCode } from '../../core/errors';

const FIXES: Partial<Record<ErrorCode, string>> = {
	auth: 'Check the API key in the credential of the triage service.',
	not_found: 'Check the URL in the credential of the triage service, and that the service is as new as this node.',
	rate_limited: 'Activate the workflow again later.',
	unavailable:
		'Check that the service runs, and the URL in its credential: n8n must reach it there. Then activate the workflow again.',
	unreadable: 'Check the URL in the credential of the triage service.',
};
const OTHERS = 'Put right what the triage service names, and activate the workflow again.';

/** As n8n's own: what happened as message, how to fix it as description. */
export function triggerError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	if (!(error instanceof TriageError))
		return new NodeOperationError(node, error instanceof Error ? error : String(error));
	const { message, code, status } = error;
	const description = FIXES[code] ?? OTHERS;
	if (status === undefined) return new NodeOperationError(node, message, { description });
	return new NodeApiError(node, { message }, { message, description, httpCode: String(status) });
}

/** For the log: what happened, and no more of an error of unknown kind than its name. */
export function inWordsOf(error: unknown): string {
	if (error instanceof TriageError || error instanceof NodeError) return `${error.message}.`;
	return `${error instanceof Error ? error.name : 'unknown'}.`;
}
