import type { Receipt } from '../../core/connectors/connector';
import type { MovedFrom, TicketRecord } from '../store/records';
import { eventOf, type DecidedStep, type RoutingMapping, type Stepped } from './steps';
import { targetOf } from './target';

/** What a person moved begins another delivery, and remembers where it stood; what has not left yet just changes its way. */
export function movedStep(decided: DecidedStep, at: string): DecidedStep {
	const { record, events, mapping } = decided;
	if (record.routed_to_system === null) return backStep(decided, at);
	if (staysPut(decided)) return decided;
	const wasOutside = record.routed_to_system !== 'inbox';
	const moved: TicketRecord = {
		...record,
		delivery_number: record.delivery_number + (wasOutside ? 1 : 0),
		routed_to_system: null,
		external_ticket_id: null,
		external_url: null,
		moved_from: wasOutside ? placeOf(record) : record.moved_from,
	};
	if (!wasOutside) return { ...decided, record: moved };
	const { routed_to_system: from, external_ticket_id, external_url } = record;
	const detail = { from, external_ticket_id, external_url, to: mapping.system };
	const untold = record.moved_from ? linkedStep(record, { why: 'it was moved on before that' }, at).events : [];
	return { ...decided, record: moved, events: [...events, ...untold, eventOf(record, 'moved', detail, at)] };
}

/** What never got away from where it stood, and is to go there, stands there still. */
function backStep(decided: DecidedStep, at: string): DecidedStep {
	const { record, events, mapping } = decided;
	const { moved_from: from, delivery_state: state } = record;
	if (from === null || !isSameWay(from, mapping)) return decided;
	const { system, external_ticket_id, external_url, target } = from;
	const back: TicketRecord = {
		...record,
		routed_to_system: system,
		delivery_state: null,
		delivery_mapping: from.mapping,
		delivery_target: target,
		external_ticket_id,
		external_url,
		moved_from: null,
	};
	const why = 'how the request to where it was to go ended is not known: the ticket may be there as well';
	const doubt = state === null ? [] : [eventOf(record, 'not_linked', { why }, at)];
	return { ...decided, record: back, events: [...events, ...doubt] };
}

/** Whether the ticket is there already: the department changed, and the same mapping takes both. */
export function staysPut({ record, mapping }: DecidedStep): boolean {
	const { routed_to_system: system, delivery_state: state } = record;
	return system !== null && system !== 'inbox' && state === null && isSameWay(placeOf(record), mapping);
}

/** Whether the mapping is the one by which the ticket came to a place, and has not been given to another system since. */
export function isSameWay({ system, mapping: id }: MovedFrom, mapping: RoutingMapping): boolean {
	return id !== null && id === mapping.id && system === mapping.system;
}

function placeOf(record: TicketRecord): MovedFrom {
	const { routed_to_system: system, external_ticket_id, external_url } = record;
	const [mapping, target] = [record.delivery_mapping, record.delivery_target];
	return { system: String(system), mapping, target, external_ticket_id, external_url };
}

/** The request is about to leave: from here on nobody knows, until there is an answer. */
export function sendingStep(decided: DecidedStep, at: string): DecidedStep {
	const { record, mapping } = decided;
	const sending: TicketRecord = {
		...record,
		delivery_state: 'sending',
		delivery_target: targetOf(mapping).key,
		delivery_mapping: mapping.id ?? null,
		delivery_at: at,
		updated_at: at,
	};
	return { ...decided, record: sending };
}

/** The request ended without a receipt: surely without effect, or nobody knows. */
export function unsentStep<S extends Stepped>(stepped: S, inDoubt: boolean, at: string): S {
	const delivery_state = inDoubt ? 'in_doubt' : null;
	return { ...stepped, record: { ...stepped.record, delivery_state, delivery_at: at } };
}

/** The target was asked and has no such ticket. */
export function notFoundStep(decided: DecidedStep, at: string): DecidedStep {
	const { record, events, mapping } = decided;
	const asked = eventOf(record, 'asked', { system: mapping.system, found: false }, at);
	return { ...decided, record: { ...record, delivery_state: null }, events: [...events, asked] };
}

/** The target was asked, and the earlier request had arrived. */
export function foundStep(decided: DecidedStep, receipt: Receipt, at: string): Stepped {
	const { record, events, mapping } = decided;
	const asked = eventOf(record, 'asked', { system: mapping.system, found: true }, at);
	return settledStep({ ...decided, events: [...events, asked] }, receipt, at);
}

/** It had arrived by a mapping that the ticket is no longer to go by: it is moved on from there. */
export function foundElsewhereStep(decided: DecidedStep, receipt: Receipt, at: string): DecidedStep {
	const { record, events, mapping } = decided;
	const { externalId, externalUrl } = receipt;
	const standing: TicketRecord = {
		...record,
		routed_to_system: mapping.system,
		external_ticket_id: externalId,
		external_url: externalUrl,
		delivery_state: null,
	};
	const asked = eventOf(record, 'asked', { system: mapping.system, found: true }, at);
	return movedStep({ ...decided, record: standing, events: [...events, asked] }, at);
}

/** An earlier request may have arrived and nobody can be asked: whoever reads the history has to know. */
export function sentAgainStep(
	decided: DecidedStep,
	why: { knowsRepeats: boolean; isElsewhere: boolean },
	at: string,
): DecidedStep {
	const { record, events, mapping } = decided;
	const detail = { system: mapping.system, may_be_double: why.isElsewhere || !why.knowsRepeats, why: whyAgain(why) };
	return { ...decided, events: [...events, eventOf(record, 'sent_again', detail, at)] };
}

function whyAgain({ knowsRepeats, isElsewhere }: { knowsRepeats: boolean; isElsewhere: boolean }): string {
	if (isElsewhere) return 'an earlier request went elsewhere, and how it ended is not known: the ticket may be double';
	if (knowsRepeats) return 'how the earlier request ended is not known: sent again with the same webhook-id';
	return 'how the earlier request ended is not known, and the system cannot be asked: the ticket may be double';
}

/** The ticket is where it belongs. */
export function settledStep({ record, events, mapping }: DecidedStep, receipt: Receipt, at: string): Stepped {
	const { externalId, externalUrl } = receipt;
	const detail = { system: mapping.system, assigned_to: record.assigned_to, external_ticket_id: externalId };
	return {
		record: {
			...record,
			status: record.needs_review ? 'needs_review' : 'routed',
			routed_to_system: mapping.system,
			external_ticket_id: externalId,
			external_url: externalUrl,
			error_message: null,
			delivery_state: null,
			updated_at: at,
		},
		events: [...events, eventOf(record, 'routed', detail, at)],
	};
}

/** The place where the ticket stood before says where it went, or why it does not. */
export function linkedStep(record: TicketRecord, linked: { why: string | null }, at: string): Stepped {
	const { system = null, external_ticket_id = null } = record.moved_from ?? {};
	const to = { to: record.routed_to_system, to_external_ticket_id: record.external_ticket_id };
	const detail = { system, external_ticket_id, ...to, ...(linked.why !== null && { why: linked.why }) };
	const step = linked.why === null ? 'linked' : 'not_linked';
	return { record: { ...record, moved_from: null }, events: [eventOf(record, step, detail, at)] };
}
