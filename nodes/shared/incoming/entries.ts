import { isRecord, type JsonRecord } from '../../../core/json';
import { isVisible } from '../../../core/text';
import type { Found, Reader } from './found';
import { labelsOf, readByLabel, ticketIdIn, type Labelled } from './labels';
import { own, textOf } from './values';

const LONGEST_ANSWER = 500;
/** What the Form Trigger, these nodes and On Error add to the answers. */
const NO_ANSWERS = new Set(['submittedAt', 'formMode', 'formQueryParameters', 'triage', 'route', 'error']);

/**
 * n8n Form Trigger and n8n Form: the labels of the form are the keys, with the answers as text, number or list
 * (packages/nodes-base/nodes/Form/utils/utils.ts, addFormResponseDataToReturnItem). All answers belong to the ticket:
 * those that are neither title nor address nor priority stand below the description.
 */
export const readForm: Reader = (item) => {
	if (own(item, 'submittedAt') === undefined || own(item, 'formMode') === undefined) return undefined;
	const answers = labelsOf(item).filter(({ name }) => !NO_ANSWERS.has(name));
	const { found, rest } = readByLabel(answers);
	const others = rest.map(answerLine).filter((line) => line !== undefined);
	const description = [textOf(found.description), others.join('\n')].filter(Boolean).join('\n\n');
	return { ...found, description, source: 'form' };
};

/** Rows of sheets and JSON of one's own: by the names of columns and keys alone. */
export function readEntries(item: JsonRecord): Found {
	const fields = labelsOf(item);
	const { found } = readByLabel(fields);
	const isRow = own(item, 'row_number') !== undefined;
	const said = own(item, 'source');
	return {
		...found,
		source: isRow ? 'spreadsheet' : typeof said === 'string' ? said : undefined,
		ticketId: ticketIdIn(fields),
	};
}

function answerLine({ name, value }: Labelled): string | undefined {
	const text = isRecord(value) ? undefined : textOf(value);
	if (text === undefined || !isVisible(text.slice(0, LONGEST_ANSWER))) return undefined;
	return `${name.slice(0, LONGEST_ANSWER)}: ${text.slice(0, LONGEST_ANSWER)}`;
}
