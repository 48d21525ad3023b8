import { NodeApiError, NodeOperationError, type IHookFunctions } from 'n8n-workflow';
import { TriageError, type ErrorCode } from '../../core/errors';

const FIXES: Partial<Record<ErrorCode, string>> = {
	auth: 'Check the API key in the credential of the triage service.',
	not_found: 'Check the URL in the credential of the triage service, and that the service is as new as this node.',
	rate_limited: 'Try again later.',
	unavailable: 'Check that the service runs, and the URL in its credential: n8n must reach it there.',
	unreadable: 'Check the URL in the credential of the triage service.',
};
const OTHERS = 'Put right what the triage service names.';

/** What went wrong and how to put it right, each as a sentence or more. */
export interface Problem {
	message: string;
	description: string;
	/** Of the answer, where there was one. */
	status?: number;
}

/** As n8n's own error. */
export function triggerError(context: IHookFunctions, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	if (error instanceof TriageError) {
		const { message, code, status } = error;
		return problemError(context, { message, description: FIXES[code] ?? OTHERS, status });
	}
	return new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error));
}

/** What happened as message, how to fix it as description; of a published workflow n8n shows the message and nothing else. */
export function problemError(context: IHookFunctions, problem: Problem): NodeApiError | NodeOperationError {
	const { description, status } = problem;
	const message = context.getMode() === 'manual' ? problem.message : `${problem.message}. ${description}`;
	const node = context.getNode();
	const error =
		status === undefined
			? new NodeOperationError(node, message, { description })
			: new NodeApiError(node, { message }, { message, description, httpCode: String(status) });
	// n8n puts words of its own in the place of a message with a code such as ECONNREFUSED.
	error.message = message;
	return error;
}
