import type { TriageError } from '../../core/errors';
import { ticketOf, type MovedFrom, type TicketRecord } from '../store/records';
import { callComment, type CallDeps, type Errand } from './calls';
import { isSameWay, linkedStep } from './delivery-steps';
import type { RoutingMapping, Stepped } from './steps';
import { targetOf } from './target';

export interface LinkDeps extends CallDeps {
	mappings: () => Promise<readonly RoutingMapping[]>;
	explain: (error: unknown) => TriageError;
	/** There is no further try. */
	isLast: boolean;
}

/** Linked, or why not; or that it is worth another try, at `until` where that is known. */
export type Linked =
	{ stepped: Stepped } | { error: TriageError; until?: undefined } | { until: number; error?: undefined };

/** Leaves a note where a moved ticket stood, if the system there takes one. */
export async function linkStep(record: TicketRecord, slot: Errand['slot'], deps: LinkDeps): Promise<Linked> {
	const at = new Date(deps.now()).toISOString();
	const { moved_from: from } = record;
	if (from === null) return { stepped: { record, events: [] } };
	const linked = (why: string | null): Linked => ({ stepped: linkedStep(record, { why }, at) });
	if (from.external_ticket_id === null) return linked(`${from.system} gave the ticket no name`);
	const mapping = (await deps.mappings()).find(({ id }) => id === from.mapping);
	if (!mapping || !leadsTo(from, mapping)) return linked('the mapping it went by is gone or leads elsewhere');
	const remark = { mapping, receipt: receiptOf(from), text: remarkOf(record) };
	try {
		const errand: Errand = { mapping, ticket: ticketOf(record), priority: record.effective_priority, slot };
		const answer = await callComment(remark, errand, deps);
		if ('held' in answer) return deps.isLast ? linked(answer.held.reason) : { until: answer.held.until };
		return linked(answer.value ? null : `${from.system} takes no notes on a ticket`);
	} catch (thrown) {
		const error = deps.explain(thrown);
		return error.retryable && !deps.isLast ? { error } : linked(error.message);
	}
}

/** A system of the same kind at another address may have a ticket of that name, and it would be another. */
function leadsTo(from: MovedFrom, mapping: RoutingMapping): boolean {
	return isSameWay(from, mapping) && from.target === targetOf(mapping).key;
}

function receiptOf({ external_ticket_id, external_url }: MovedFrom) {
	return { externalId: external_ticket_id, externalUrl: external_url };
}

/** Without the ticket's own text, which stands there already. */
function remarkOf({
	ticket_id,
	department,
	assigned_to,
	routed_to_system,
	external_ticket_id,
	...rest
}: TicketRecord): string {
	const where = [routed_to_system, external_ticket_id].filter((part) => part !== null).join(' ');
	const lines = [
		`A person moved this ticket to ${department ?? 'another department'} (${assigned_to ?? 'no team named'}): ${where}`,
		rest.external_url,
		rest.corrected_note,
		`Ticket: ${ticket_id}`,
	];
	return lines.filter((line) => line !== null && line !== '').join('\n');
}
