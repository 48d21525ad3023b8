import type { NodeExecutionHint } from 'n8n-workflow';
import type { Outcome } from '../shared/items';
import type { Triaged } from './result';

/** What is to be known of a run beside its items; `withoutGemini` holds a reason for each item that Gemini did not read. */
export function hintsOf(outcomes: readonly Outcome<Triaged>[], withoutGemini: readonly string[]): NodeExecutionHint[] {
	const unsure = outcomes.filter(({ added }) => added?.triage.needs_review).length;
	const hints: NodeExecutionHint[] = [];
	if (unsure > 0) {
		const message = `${unsure} of ${outcomes.length} items must be seen by a person: their needs_review is true.`;
		hints.push({ message, type: 'info', location: 'outputPane' });
	}
	if (withoutGemini.length > 0) {
		const message = `The local model decided ${withoutGemini.length} of ${outcomes.length} items without Gemini: ${withoutGemini[0]}.`;
		hints.push({ message, type: 'warning', location: 'outputPane' });
	}
	return hints;
}
