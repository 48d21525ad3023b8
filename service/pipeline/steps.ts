import { classify, type Classifiers } from '../../core/classify';

import type { Delivery, Receipt } from '../../core/connectors/connector';
import { decide, type Decision, type Policy } from '../../core/decide';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import type { TriageError } from '../../core/errors';
import { INBOX_MAPPING, chooseMapping, type Mapping } from '../../core/mapping';
import { whyUndeliverable } from '../connectors';
import { ticketOf, type Step, type TicketEvent, type TicketRecord } from '../store/records';

/** A ticket after a step, and the lines that the step adds to its history. */
export interface Stepped {
	record: TicketRecord;
	events: TicketEvent[];
}

export type ReviewDelivery = 'inbox' | 'general';

/** Asks the classifiers and keeps the answer with the ticket. @throws TriageError when none has one */
export async function classifyStep(
	record: TicketRecord,
	classifiers: Classifiers,
	now: () => string,
): Promise<Stepped> {
	const { classification, skipped } = await classify(ticketOf(record), classifiers);
	const { department, confidence, classifier, model } = classification;
	const at = now();
	return {
		record: { ...record, status: 'classified', classification, confidence_score: confidence, updated_at: at },
		events: [eventOf(record, 'classified', { department, confidence, classifier, model, skipped }, at)],
	};
}

export interface DecidedStep extends Stepped {
	decision: Decision;
	mapping: Mapping;
}

/** Decides, and chooses who gets it. */
export function decideStep(
	{ record, events }: Stepped,
	policy: Policy,
	mappings: readonly Mapping[],
	options: { reviewDelivery: ReviewDelivery; now: () => string },
): DecidedStep {
	if (!record.classification) throw new Error('a ticket is decided after it was classified');
	const said = decide(ticketOf(record), record.classification, policy);
	const wanted = mappingFor(said, mappings, options.reviewDelivery);
	const { decision, mapping } = deliverable(wanted === INBOX_MAPPING ? unmapped(said) : said, wanted);
	const at = options.now();
	const decided: TicketRecord = {
		...record,
		department: decision.department,
		effective_priority: decision.effectivePriority,
		needs_review: decision.needsReview,
		assigned_to: mapping.teamName,
		updated_at: at,
	};
	const detail = {
		department: decision.department,
		effective_priority: decision.effectivePriority,
		needs_review: decision.needsReview,
		system: mapping.system,
		reasons: decision.reasons,
	};
	return { record: decided, events: [...events, eventOf(record, 'decided', detail, at)], decision, mapping };
}

/** What waits for a person waits here, unless General's own system is to have it at once. */
function mappingFor(decision: Decision, mappings: readonly Mapping[], reviewDelivery: ReviewDelivery): Mapping {
	if (!decision.needsReview) return chooseMapping(mappings, decision.department, decision.effectivePriority);
	if (reviewDelivery === 'general') return chooseMapping(mappings, FALLBACK_DEPARTMENT, decision.effectivePriority);
	return INBOX_MAPPING;
}

/** Nobody is configured to get it, so a person has to see it. */
function unmapped(decision: Decision): Decision {
	if (decision.needsReview) return decision;
	const reason = `no mapping takes ${decision.department} at ${decision.effectivePriority} priority, and none General`;
	return { ...decision, needsReview: true, reasons: [...decision.reasons, reason] };
}

/** Where a mapping cannot be delivered by, the inbox takes its place: a person sees the ticket, and why it is there. */
function deliverable(decision: Decision, mapping: Mapping): { decision: Decision; mapping: Mapping } {
	const reason = whyUndeliverable(mapping);
	if (reason === null) return { decision, mapping };
	return {
		decision: { ...decision, needsReview: true, reasons: [...decision.reasons, reason] },
		mapping: { ...INBOX_MAPPING, teamName: mapping.teamName },
	};
}

export function deliveryOf({ record, decision, mapping }: DecidedStep): Delivery {
	return {
		ticketId: record.ticket_id,
		ticket: ticketOf(record),
		classification: record.classification,
		decision,
		mapping,
	};
}

/** The ticket is where it belongs. */
export function settledStep({ record, events, mapping }: DecidedStep, receipt: Receipt, at: string): Stepped {
	const { externalId, externalUrl } = receipt;
	const detail = { system: mapping.system, assigned_to: mapping.teamName, external_ticket_id: externalId };
	return {
		record: {
			...record,
			status: record.needs_review ? 'needs_review' : 'routed',
			routed_to_system: mapping.system,
			external_ticket_id: externalId,
			external_url: externalUrl,
			error_message: null,
			updated_at: at,
		},
		events: [...events, eventOf(record, 'routed', detail, at)],
	};
}

/** It did not work this time: another try at `runAfter`. */
export function postponedStep({ record, events }: Stepped, error: TriageError, runAfter: number, at: string): Stepped {
	const detail = { code: error.code, message: error.message, next_attempt_at: new Date(runAfter).toISOString() };
	return {
		record: { ...record, error_message: error.message, updated_at: at },
		events: [...events, eventOf(record, 'postponed', detail, at)],
	};
}

/** It does not work, and trying again would not help. */
export function failedStep({ record, events }: Stepped, error: TriageError, at: string): Stepped {
	return {
		record: { ...record, status: 'failed', error_message: error.message, updated_at: at },
		events: [...events, eventOf(record, 'failed', { code: error.code, message: error.message }, at)],
	};
}

export function eventOf(record: TicketRecord, step: Step, detail: Record<string, unknown>, at: string): TicketEvent {
	return { ticket_id: record.ticket_id, step, detail, created_at: at };
}
