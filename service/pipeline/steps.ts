import { classify, type Classified, type Classifiers } from '../../core/classify';
import type { Delivery } from '../../core/connectors/connector';
import { corrected, decide, type Decision, type Policy } from '../../core/decide';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import type { TriageError } from '../../core/errors';
import { INBOX_MAPPING, chooseMapping, type Mapping } from '../../core/mapping';
import { whyUndeliverable } from '../connectors';
import { ticketOf, type Step, type TicketEvent, type TicketRecord } from '../store/records';
import type { Held } from '../targets/targets';

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
): Promise<Stepped & Pick<Classified, 'skipped'>> {
	const { classification, skipped } = await classify(ticketOf(record), classifiers);
	const { department, confidence, classifier, model } = classification;
	const at = now();
	return {
		record: { ...record, status: 'classified', classification, confidence_score: confidence, updated_at: at },
		events: [eventOf(record, 'classified', { department, confidence, classifier, model, skipped }, at)],
		skipped,
	};
}

/** A mapping, with its row's number where it is stored. */
export type RoutingMapping = Mapping & { id?: number };

export interface DecidedStep extends Stepped {
	decision: Decision;
	mapping: RoutingMapping;
}

/** Decides, and chooses who gets it. What a person decided stands above it. */
export function decideStep(
	{ record, events }: Stepped,
	policy: Policy,
	mappings: readonly RoutingMapping[],
	options: { reviewDelivery: ReviewDelivery; now: () => string },
): DecidedStep {
	if (!record.classification) throw new Error('a ticket is decided after it was classified');
	const judged = decide(ticketOf(record), record.classification, policy);
	const said = record.corrected_department === null ? judged : corrected(judged, record.corrected_department);
	const wanted = mappingFor(said, mappings, options.reviewDelivery);
	const { decision, mapping } = deliverable(wanted === INBOX_MAPPING ? unmapped(said) : said, wanted);
	const at = options.now();
	const decided: TicketRecord = {
		...record,
		department: decision.department,
		effective_priority: decision.effectivePriority,
		needs_review: decision.needsReview,
		assigned_to: record.corrected_team ?? mapping.teamName,
		updated_at: at,
	};
	const news = isKnown(record, decided, mapping) ? [] : [eventOf(record, 'decided', detailOf(decision, mapping), at)];
	return { record: decided, events: [...events, ...news], decision, mapping };
}

/** Whether a try before this one came to the same, which the history has. */
function isKnown(before: TicketRecord, { department, needs_review }: TicketRecord, { id }: RoutingMapping): boolean {
	const isSame = before.department === department && before.needs_review === needs_review;
	return isSame && before.delivery_mapping !== null && before.delivery_mapping === id;
}

function detailOf(decision: Decision, mapping: Mapping): Record<string, unknown> {
	return {
		department: decision.department,
		effective_priority: decision.effectivePriority,
		needs_review: decision.needsReview,
		system: mapping.system,
		reasons: decision.reasons,
	};
}

/** What waits for a person waits here, unless General's own system is to have it at once. */
function mappingFor(
	decision: Decision,
	mappings: readonly RoutingMapping[],
	reviewDelivery: ReviewDelivery,
): RoutingMapping {
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
function deliverable(decision: Decision, mapping: RoutingMapping): Pick<DecidedStep, 'decision' | 'mapping'> {
	const reason = whyUndeliverable(mapping);
	if (reason === null) return { decision, mapping };
	return {
		decision: { ...decision, needsReview: true, reasons: [...decision.reasons, reason] },
		mapping: { ...INBOX_MAPPING, teamName: mapping.teamName },
	};
}

export function deliveryOf({ record, decision, mapping }: DecidedStep): Delivery {
	const { moved_from: moved } = record;
	return {
		ticketId: record.ticket_id,
		ticket: ticketOf(record),
		classification: record.classification,
		decision,
		mapping: { ...mapping, teamName: record.assigned_to ?? mapping.teamName },
		number: record.delivery_number,
		...(moved && { moved: { system: moved.system, externalId: moved.external_ticket_id } }),
		note: record.corrected_note,
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

/** The target has no room, or is left alone: another try at `until`, which this was none of. */
export function heldStep({ record, events }: Stepped, { until, reason }: Held, at: string): Stepped {
	if (record.error_message === reason) return { record, events };
	const detail = { message: reason, next_attempt_at: new Date(until).toISOString() };
	return {
		record: { ...record, error_message: reason, updated_at: at },
		events: [...events, eventOf(record, 'postponed', detail, at)],
	};
}

/** It does not work, and trying again would not help. */
export function failedStep({ record, events }: Stepped, error: TriageError, at: string): Stepped {
	const inDoubt = record.delivery_state !== null;
	const look = 'It may have arrived all the same: look there before it is sent again';
	const message = inDoubt ? `${error.message}. ${look}` : error.message;
	const detail = { code: error.code, message, ...(inDoubt && { may_be_delivered: true }) };
	return {
		record: { ...record, status: 'failed', error_message: message, updated_at: at },
		events: [...events, eventOf(record, 'failed', detail, at)],
	};
}

export function eventOf(record: TicketRecord, step: Step, detail: Record<string, unknown>, at: string): TicketEvent {
	return { ticket_id: record.ticket_id, step, detail, created_at: at };
}
