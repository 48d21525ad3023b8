import { cleanLine, shorten } from '../../text';
import type { Delivery } from '../connector';
import { factsOf, plainText, summaryOf, withoutLinks } from './message';

/** What the stock columns take, in UTF-16 units; beyond it ServiceNow cuts, and the facts stand last. */
const MOST = { summary: 160, text: 4000 };
const SHORTENED = '… [shortened]';

/** The fields of a record that are text. The caller reads the description, and the team alone the work notes. */
export function textsOf(delivery: Delivery): { short_description: string; description: string; work_notes: string } {
	const { ticket } = delivery;
	const [title, description] = [ticket.title, ticket.description].map(withoutLinks);
	const harmless = { ...delivery, ticket: { ...ticket, title, description } };
	const facts = factsOf(delivery).map(([name, value]) => `${name}: ${cleanLine(value)}`);
	return {
		short_description: summaryOf(harmless, MOST.summary),
		description: descriptionOf(harmless),
		work_notes: noteOf(facts.join('\n')),
	};
}

function descriptionOf(delivery: Delivery): string {
	const { ticket } = delivery;
	const whole = plainText(delivery, 'reporter');
	const surplus = whole.length - MOST.text;
	if (surplus <= 0) return whole;
	const most = Math.max(0, ticket.description.length - surplus - SHORTENED.length);
	const description = `${shorten(ticket.description, most)}${SHORTENED}`;
	return shorten(plainText({ ...delivery, ticket: { ...ticket, description } }, 'reporter'), MOST.text);
}

/** Text of a journal field, where `[code]` would make HTML of what follows. */
export function noteOf(text: string): string {
	const inert = withoutLinks(text).replace(/\[(?=\s*(?:\/\s*)?code\b)/giu, '(');
	return inert.length <= MOST.text ? inert : `${shorten(inert, MOST.text - SHORTENED.length)}${SHORTENED}`;
}
