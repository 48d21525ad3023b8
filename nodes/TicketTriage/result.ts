import type { IDataObject } from 'n8n-workflow';
import type { Classification } from '../../core/classification';
import type { Decision } from '../../core/decide';
import type { Priority } from '../../core/ticket';

/** What the node adds to an item's json; names as in the API. */
export interface Triaged extends IDataObject {
	triage: { department: string; needs_review: boolean } & IDataObject;
}

/** What came out of a ticket, whoever read it. */
export interface Found {
	decision: Decision;
	/** Null where the service decided without one. */
	classification: Classification | null;
	/** As the reporter gave it. */
	priority: Priority;
	/** What the service knows beyond: its own number and where the ticket went. */
	kept?: { ticket_id: string; status: string; assigned_to: string | null } & IDataObject;
}

/** The fields that a workflow goes on with, or all of them. */
export function present(found: Found, simplify: boolean): Triaged {
	const { kept } = found;
	const short = shortForm(found);
	if (simplify) return { triage: { ...short, ...(kept && { ticket_id: kept.ticket_id, status: kept.status }) } };
	return { triage: { ...short, ...detailsOf(found), ...kept } };
}

function shortForm({ decision, classification }: Found): Triaged['triage'] {
	return {
		department: decision.department,
		confidence: classification?.confidence ?? null,
		needs_review: decision.needsReview,
		effective_priority: decision.effectivePriority,
		reasoning: classification?.reasoning ?? '',
		classifier: classification?.classifier ?? null,
	};
}

function detailsOf({ decision, classification, priority }: Found): IDataObject {
	const { usage, dissent, suggested_priority: suggested } = classification ?? {};
	return {
		priority,
		suggested_priority: suggested ? { ...suggested } : null,
		language: classification?.language ?? null,
		classified_as: classification?.department ?? null,
		alternatives: classification?.alternatives.map((alternative) => ({ ...alternative })) ?? [],
		...(dissent && { dissent: { ...dissent } }),
		model: classification?.model ?? null,
		tokens: { input: usage?.input_tokens ?? 0, output: usage?.output_tokens ?? 0 },
		...(usage?.cost_usd !== undefined && { cost_usd: usage.cost_usd }),
		reasons: decision.reasons,
	};
}
