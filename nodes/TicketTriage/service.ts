import type { IExecuteFunctions } from 'n8n-workflow';
import type { Alternative, Classification } from '../../core/classification';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord, type JsonRecord } from '../../core/json';
import { PRIORITIES, type Priority, type Ticket } from '../../core/ticket';
import { createPatience } from '../shared/patience';
import { isSettled, openTriageService, type ServiceTicket } from '../shared/triage-service';
import type { Found } from './result';

interface Submitted {
	ticket: Ticket;
	/** The item's own, by which running it again finds the ticket; null where it has none. */
	ticketId: string | null;
	index: number;
	maxWaitSeconds: number;
}

/**
 * Triage by the service: it decides, keeps and routes the ticket, and the node shows what came of it.
 * @throws TriageError where the service does not take the ticket, or has taken it and is not done within the time
 */
export async function triageByService(
	context: IExecuteFunctions,
	{ ticket, ticketId, index, maxWaitSeconds }: Submitted,
): Promise<Found> {
	if (ticket.email === '') throw withoutEmail();
	const patience = createPatience(context, maxWaitSeconds);
	const service = await openTriageService(context, index, { patience, maximumWait: maxWaitSeconds });
	const record = await service.submit(ticket, ticketId);
	if (!isSettled(record)) throw stillAtWork(record, maxWaitSeconds);
	return foundOf(record, ticket);
}

function withoutEmail(): TriageError {
	const text = 'This item is no ticket: email must not be empty, as the triage service answers the reporter by it';
	return new TriageError('invalid_ticket', text);
}

function stillAtWork({ ticket_id: id }: ServiceTicket, seconds: number): TriageError {
	const state = `has taken the ticket as ${id} and is still at work on it after ${seconds} seconds`;
	const text = `The triage service ${state}: look for it there instead of running the item again`;
	return new TriageError('unavailable', text, { inDoubt: true });
}

/** A ticket that reached no system needs a person too. */
function foundOf(record: ServiceTicket, ticket: Ticket): Found {
	const problem = textOf(record.error_message);
	return {
		decision: {
			department: textOf(record.department) ?? FALLBACK_DEPARTMENT,
			needsReview: record.needs_review !== false || record.status === 'failed',
			effectivePriority: priorityOf(record.effective_priority) ?? ticket.priority,
			reasons: problem === null ? [] : [problem],
		},
		classification: isRecord(record.classification) ? classificationOf(record.classification) : null,
		priority: ticket.priority,
		kept: {
			ticket_id: record.ticket_id,
			status: record.status,
			assigned_to: textOf(record.assigned_to),
			routed_to_system: textOf(record.routed_to_system),
			external_ticket_id: textOf(record.external_ticket_id),
			external_url: textOf(record.external_url),
		},
	};
}

function classificationOf(said: JsonRecord): Classification {
	const { usage, suggested_priority: suggested, dissent } = said;
	const priority = isRecord(suggested) ? priorityOf(suggested.priority) : undefined;
	const reasons = isRecord(suggested) && Array.isArray(suggested.reasons) ? suggested.reasons.map(String) : [];
	return {
		...alternativeOf(said),
		reasoning: textOf(said.reasoning) ?? '',
		classifier: classifierOf(said),
		model: textOf(said.model) ?? '',
		alternatives: (Array.isArray(said.alternatives) ? said.alternatives.filter(isRecord) : []).map(alternativeOf),
		...(isRecord(dissent) && { dissent: { ...alternativeOf(dissent), classifier: classifierOf(dissent) } }),
		...(isRecord(usage) && {
			usage: {
				input_tokens: numberOf(usage.input_tokens),
				output_tokens: numberOf(usage.output_tokens),
				...(typeof usage.cost_usd === 'number' && { cost_usd: usage.cost_usd }),
			},
		}),
		...(textOf(said.language) !== null && { language: String(said.language) }),
		...(priority && { suggested_priority: { priority, reasons } }),
	};
}

function alternativeOf({ department, confidence }: JsonRecord): Alternative {
	return { department: textOf(department) ?? '', confidence: numberOf(confidence) };
}

function classifierOf({ classifier }: JsonRecord): Classification['classifier'] {
	return classifier === 'gemini' ? 'gemini' : 'local';
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number {
	return typeof value === 'number' ? value : 0;
}

function priorityOf(value: unknown): Priority | undefined {
	return PRIORITIES.find((known) => known === value);
}
