import { randomBytes } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Classification } from '../../core/classification';
import type { Delivery } from '../../core/connectors/connector';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord, type JsonRecord } from '../../core/json';
import { chooseMapping, INBOX_MAPPING } from '../../core/mapping';
import type { Priority, Ticket } from '../../core/ticket';
import { isTool } from '../shared/agent';
import { labelOf } from '../shared/labels';
import { readPriority, readTicketFields, ticketOf, toText } from '../shared/ticket-fields';
import { together } from '../shared/together';
import { decisionProperties } from './decision-properties';
import { placeOf, readMappings } from './mappings';

/** What an item says about its ticket. */
export interface Wish {
	ticket: Ticket;
	/** Null where the item has none, and a new one is to be made. */
	ticketId: string | null;
	/** Empty where nobody said whose it is. */
	department: string;
	/** Whether a person must look first. */
	needsReview: boolean;
	priority: Priority;
	classification: Classification | null;
}

/** @throws TriageError with every parameter that does not make sense */
export function readWish(context: IExecuteFunctions, index: number): Wish {
	const read = (name: string): unknown => context.getNodeParameter(name, index, '');
	const { json } = context.getInputData()[index];
	// Into the item of a tool n8n mixes whatever the model says, declared or not: no triage can be told from an invented one.
	const isTriaged = !isTool(context.getNode()) && isRecord(json) && isRecord(json.triage);
	const triage = isTriaged ? (json.triage as JsonRecord) : {};
	const label = (name: string): string => labelOf(decisionProperties, name);
	const [ticket, priority, isFlagged] = together(
		() => ticketOf(context, index, triage.priority === undefined ? {} : { priority: triage.priority }),
		() => readPriority(read('priority'), label('priority')),
		() => readFlag(read('needsReview'), label('needsReview')),
	);
	const department = text(read('department'));
	return {
		ticket,
		ticketId: text(read('ticketId')) || text(readTicketFields(context, index).ticketId) || null,
		department,
		needsReview: department === '' || isFlagged,
		priority: priority ?? ticket.priority,
		classification: readClassification(triage),
	};
}

export interface Planned {
	delivery: Delivery;
	/** Which row of the table it goes by, as messages call it. */
	place: string;
}

/**
 * By which mapping of the node's table an item goes. Without a department, or without a mapping for it, a person must look.
 * @throws TriageError misconfigured with every row that cannot be read
 */
export function toDelivery(context: IExecuteFunctions, wish: Wish, index: number): Planned {
	const { ticket, department, priority, classification } = wish;
	const mappings = readMappings(context.getNodeParameter('mappings', index, {}));
	const mapping = wish.needsReview ? INBOX_MAPPING : chooseMapping(mappings, department, priority);
	const delivery: Delivery = {
		ticketId: wish.ticketId ?? `TKT-${randomBytes(16).toString('hex').toUpperCase()}`,
		ticket,
		classification,
		decision: {
			department: department || FALLBACK_DEPARTMENT,
			needsReview: mapping === INBOX_MAPPING,
			effectivePriority: priority,
			reasons: [],
		},
		mapping,
		number: 1,
	};
	return { delivery, place: placeOf(mappings.indexOf(mapping), mapping) };
}

function text(value: unknown): string {
	return String(toText(value)).trim();
}

function readFlag(value: unknown, name: string): boolean {
	const said = text(value).toLowerCase();
	if (said === '' || said === 'false') return false;
	if (said === 'true') return true;
	throw new TriageError('misconfigured', `${name} must be true or false`);
}

/** What Ticket Triage left in the item for the receiving team, in its long form or its short one. */
function readClassification(triage: JsonRecord): Classification | null {
	const said = isRecord(triage.classification) ? triage.classification : triage;
	const { department, confidence, reasoning, model } = said;
	if (typeof department !== 'string' || typeof confidence !== 'number') return null;
	return {
		department,
		confidence,
		reasoning: typeof reasoning === 'string' ? reasoning : '',
		classifier: said.classifier === 'gemini' ? 'gemini' : 'local',
		model: typeof model === 'string' ? model : '',
		alternatives: [],
	};
}
