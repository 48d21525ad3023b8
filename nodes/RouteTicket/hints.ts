import type { IDataObject, NodeExecutionHint } from 'n8n-workflow';

/** What is to be known of a run beside its items; null stands for an item that failed. */
export function hintsOf(routes: readonly (IDataObject | null)[]): NodeExecutionHint[] {
	const hints: NodeExecutionHint[] = [];
	if (routes.some((route) => route?.dry_run === true)) {
		const message = 'This was a dry run: nothing was sent. Turn Dry Run off to deliver.';
		hints.push({ message, type: 'warning', location: 'outputPane' });
	}
	const waiting = routes.filter((route) => route?.status === 'needs_review').length;
	if (waiting > 0) {
		const message = `${waiting} of ${routes.length} tickets wait for a person and went to no team: they need a review, or no mapping takes their department.`;
		hints.push({ message, type: 'info', location: 'outputPane' });
	}
	return hints;
}
