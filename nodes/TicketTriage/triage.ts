import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Classification } from '../../core/classification';
import { classify, type Classifiers } from '../../core/classify';
import { decide, type Decision } from '../../core/decide';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { TriageError } from '../../core/errors';
import type { Ticket } from '../../core/ticket';
import { readTicket } from '../shared/ticket-fields';

/** What the node adds to an item's json; names as in the API. */
export interface Triaged extends IDataObject {
	triage: { department: string; needs_review: boolean } & IDataObject;
}

/** @throws TriageError where the parameters give no ticket or the classifier no usable answer */
export async function triageItem(
	context: IExecuteFunctions,
	classifiers: Classifiers,
	index: number,
): Promise<Triaged> {
	const ticket = readTicket({
		title: context.getNodeParameter('title', index, ''),
		description: context.getNodeParameter('description', index, ''),
		priority: context.getNodeParameter('priority', index, ''),
	});
	const threshold = readThreshold(context.getNodeParameter('threshold', index));
	const { classification } = await classify(ticket, classifiers);
	const decision = decide(ticket, classification, { departments: DEFAULT_DEPARTMENTS, threshold });
	return { triage: toJson(ticket, classification, decision) };
}

function readThreshold(value: unknown): number {
	const threshold = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof threshold === 'number' && threshold >= 0 && threshold <= 1) return threshold;
	throw new TriageError('misconfigured', 'Confidence Threshold must be a number from 0 to 1');
}

function toJson(ticket: Ticket, classification: Classification, decision: Decision): Triaged['triage'] {
	return {
		department: decision.department,
		confidence: classification.confidence,
		needs_review: decision.needsReview,
		effective_priority: decision.effectivePriority,
		priority: ticket.priority,
		reasons: decision.reasons,
		language: classification.language,
		suggested_priority: { ...classification.suggested_priority },
		classification: {
			department: classification.department,
			confidence: classification.confidence,
			reasoning: classification.reasoning,
			classifier: classification.classifier,
			model: classification.model,
			alternatives: classification.alternatives.map(({ department, confidence }) => ({ department, confidence })),
			...(classification.dissent && { dissent: { ...classification.dissent } }),
			...(classification.usage && { usage: { ...classification.usage } }),
		},
	};
}
