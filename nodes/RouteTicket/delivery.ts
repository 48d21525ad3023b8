import { randomBytes } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Classification } from '../../core/classification';
import type { Delivery } from '../../core/connectors/connector';
import { FALLBACK_DEPARTMENT } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord } from '../../core/json';
import { chooseMapping, INBOX_MAPPING } from '../../core/mapping';
import { readPriority, readTicket, toText } from '../shared/ticket-fields';
import { readMappings } from './mappings';

/**
 * What becomes of an item: whose ticket it is, and by which mapping it goes. Without a department, or without a
 * mapping for it, a person must look.
 * @throws TriageError where a parameter does not make sense
 */
export function readDelivery(context: IExecuteFunctions, index: number): Delivery {
	const read = (name: string): unknown => context.getNodeParameter(name, index, '');
	const triage = readTriage(context.getInputData()[index].json);
	const effectivePriority = readPriority(read('priority')) ?? 'medium';
	const department = String(toText(read('department'))).trim();
	const asked = department === '' || readFlag(read('needsReview'));
	const mappings = readMappings(context.getNodeParameter('mappings', index, {}));
	const mapping = asked ? INBOX_MAPPING : chooseMapping(mappings, department, effectivePriority);
	const needsReview = mapping === INBOX_MAPPING;
	return {
		ticketId: readTicketId(read('ticketId')),
		ticket: readTicket({
			title: read('title'),
			description: read('description'),
			email: toText(read('email')),
			priority: triage.priority ?? effectivePriority,
		}),
		classification: triage.classification,
		decision: { department: department || FALLBACK_DEPARTMENT, needsReview, effectivePriority, reasons: [] },
		mapping,
		number: 1,
	};
}

function readTicketId(value: unknown): string {
	return String(toText(value)).trim() || `TKT-${randomBytes(16).toString('hex').toUpperCase()}`;
}

function readFlag(value: unknown): boolean {
	const text = String(toText(value)).trim().toLowerCase();
	if (text === '' || text === 'false') return false;
	if (text === 'true') return true;
	throw new TriageError('misconfigured', 'Needs Review must be true or false');
}

/** What Ticket Triage left in the item, for the receiving system: the priority as given, and how sure it was. */
function readTriage(json: unknown): { classification: Classification | null; priority: unknown } {
	const triage = isRecord(json) && isRecord(json.triage) ? json.triage : {};
	const said = isRecord(triage.classification) ? triage.classification : {};
	const { department, confidence, reasoning } = said;
	if (typeof department !== 'string' || typeof confidence !== 'number') {
		return { classification: null, priority: triage.priority };
	}
	return {
		priority: triage.priority,
		classification: {
			department,
			confidence,
			reasoning: typeof reasoning === 'string' ? reasoning : '',
			classifier: said.classifier === 'gemini' ? 'gemini' : 'local',
			model: String(said.model),
			alternatives: [],
		},
	};
}
