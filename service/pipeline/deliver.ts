import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt } from '../../core/connectors/connector';
import type { TriageError } from '../../core/errors';
import type { TicketRecord } from '../store/records';
import type { Held } from '../targets/targets';
import { callFind, callRoute, type CallDeps, type Errand } from './calls';
import {
	foundElsewhereStep,
	foundStep,
	notFoundStep,
	sendingStep,
	sentAgainStep,
	settledStep,
	staysPut,
	unsentStep,
} from './delivery-steps';
import { deliveryOf, type DecidedStep, type Stepped } from './steps';
import { targetOf } from './target';

export interface DeliverDeps extends CallDeps {
	/** 1; less where a search finds sooner what was created. */
	lagScale: number;
	/** Saves a step while the job goes on. */
	keep: (stepped: Stepped) => Promise<void>;
	/** What anything thrown means; hears of bugs. */
	explain: (error: unknown) => TriageError;
}

/** How a delivery ended, and the ticket after it. */
export type Outcome =
	| { end: 'delivered'; stepped: Stepped }
	| { end: 'held'; stepped: Stepped; system: string; held: Held }
	| { end: 'failed'; stepped: Stepped; system: string; error: TriageError; canRepeat: boolean };

/**
 * Sends a decided ticket where it belongs. What was sent before and ended in doubt is not simply sent again: where the
 * target can be asked, it is asked first. The intent is on disk before the request leaves.
 */
export async function deliver(decided: DecidedStep, slot: Errand['slot'], deps: DeliverDeps): Promise<Outcome> {
	const { record, mapping } = decided;
	if (staysPut(decided)) return delivered(decided, standing(record), deps);
	if (mapping.system === 'inbox')
		return delivered(unasked(decided, deps), { externalId: null, externalUrl: null }, deps);
	const delivery = deliveryOf(decided);
	const { ticket, mapping: addressed } = delivery;
	const errand: Errand = { mapping: addressed, ticket, priority: record.effective_priority, slot };
	let reached = decided;
	let sent = false;
	try {
		const asked = await withoutDoubt(decided, delivery, errand, deps);
		if ('end' in asked) return asked;
		// That it is sent again is said when it is.
		if (asked.record.delivery_state === null) reached = asked;
		const before = async (): Promise<void> => {
			const sending = sendingStep(asked, isoTime(deps));
			await deps.keep(sending);
			sent = true;
			reached = { ...sending, events: [] };
		};
		const answer = await callRoute(deliveryOf(asked), errand, before, deps);
		if ('held' in answer) return { end: 'held', stepped: reached, system: mapping.system, held: answer.held };
		return delivered(reached, answer.value, deps);
	} catch (thrown) {
		const error = deps.explain(thrown);
		const { search, knowsRepeats = false } = findConnector(mapping.system);
		// A no to the second request says nothing of the first, where nobody could be asked about that.
		const inDoubt = error.inDoubt || (search === undefined && isInDoubtHere(decided));
		const stepped = sent ? unsentStep(reached, inDoubt, isoTime(deps)) : reached;
		const canRepeat = sent && error.inDoubt && (search !== undefined || knowsRepeats);
		return { end: 'failed', stepped, system: mapping.system, error, canRepeat };
	}
}

/** The ticket free of doubt about an earlier request, or how the delivery ends with what was learnt. @throws TriageError */
async function withoutDoubt(
	decided: DecidedStep,
	delivery: Delivery,
	errand: Errand,
	deps: DeliverDeps,
): Promise<DecidedStep | Outcome> {
	const { record, mapping } = decided;
	if (record.delivery_state === null) return decided;
	const { search } = findConnector(mapping.system);
	if (!search || !isInDoubtHere(decided)) return unasked(decided, deps);
	const answer = await callFind(delivery, errand, deps);
	if ('held' in answer) return { end: 'held', stepped: decided, system: mapping.system, held: answer.held };
	if (answer.value && isForAnother(decided)) return foundElsewhereStep(decided, answer.value, isoTime(deps));
	if (answer.value) return { end: 'delivered', stepped: foundStep(decided, answer.value, isoTime(deps)) };
	const until = Date.parse(record.delivery_at ?? record.updated_at) + search.lagSeconds * 1000 * deps.lagScale;
	if (until <= deps.now()) return notFoundStep(decided, isoTime(deps));
	const reason = `how an earlier request to ${mapping.system} ended is not known, and its search may not show the ticket yet`;
	return { end: 'held', stepped: decided, system: mapping.system, held: { until, reason } };
}

/** An earlier request may have arrived, and nobody is asked. */
function unasked(decided: DecidedStep, deps: DeliverDeps): DecidedStep {
	if (decided.record.delivery_state === null) return decided;
	const { knowsRepeats = false } = findConnector(decided.mapping.system);
	return sentAgainStep(decided, { knowsRepeats, isElsewhere: !isInDoubtHere(decided) }, isoTime(deps));
}

/** Whether how an earlier request to the very same place ended is not known. */
function isInDoubtHere({ record, mapping }: DecidedStep): boolean {
	return record.delivery_state !== null && record.delivery_target === targetOf(mapping).key;
}

/** Whether a person sent the ticket another way after the request in doubt, to the same system. */
function isForAnother({ record, mapping }: DecidedStep): boolean {
	return record.corrected_department !== null && record.delivery_mapping !== mapping.id;
}

function delivered(decided: DecidedStep, receipt: Receipt, deps: DeliverDeps): Outcome {
	return { end: 'delivered', stepped: settledStep(decided, receipt, isoTime(deps)) };
}

function standing({ external_ticket_id, external_url }: TicketRecord): Receipt {
	return { externalId: external_ticket_id, externalUrl: external_url };
}

function isoTime({ now }: DeliverDeps): string {
	return new Date(now()).toISOString();
}
