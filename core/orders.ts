import { plainText, withoutInvisible } from './text';
import type { Ticket } from './ticket';

/** What stands around messages where models are spoken to, and how they are told to answer. */
const FRAMES: RegExp[] = [
	/<\/?\s{0,3}(?:system|assistant|user|ticket|instructions?|prompt)(?:\s[^<>]{0,80})?\/?>/iu,
	/<\|[a-z_]{1,30}\|>|\[\/?(?:inst|system)\]|<<\/?sys>>/iu,
	/["'](?:department|confidence|classification|needs_review)["']\s{0,3}:/iu,
	/\b(?:department|label|confidence)\s{0,3}=\s{0,3}["']?[\p{L}\d.]{1,40}["']?\s{0,3}[;,]\s{0,3}(?:department|label|confidence)\s{0,3}=/iu,
];

/** In plain text: see core/text. */
const ORDERS = [
	'(?:ignore|disregard|forget|override) (?:all |any |the |your |of |previous |prior |above |earlier |preceding |these ){1,5}(?:instructions?|rules|prompts?|guidelines|directions)',
	'(?:ignoriere|ignorier|vergiss|missachte) (?:alle |die |deine |bisherigen |vorherigen |obigen |vorigen ){1,4}(?:anweisungen|instruktionen|regeln|vorgaben)',
	'(?:ignora|olvida|descarta) (?:todas |las |tus |sus |anteriores ){1,4}(?:instrucciones|reglas|indicaciones)',
	'(?:ignore|ignorez|oublie|oubliez) (?:toutes |les |tes |vos |precedentes ){1,4}(?:instructions|consignes|regles)',
	'(?:ignore|ignora|esqueca|desconsidere) (?:todas |as |suas |tuas |anteriores ){1,4}(?:instrucoes|regras)',
];
const ORDER = new RegExp(`(?<![\\p{L}\\p{N}])(?:${ORDERS.join('|')})(?![\\p{L}\\p{N}])`, 'u');

/**
 * Whether a ticket speaks to the model that reads it rather than to people. No list of phrases keeps a model from obeying;
 * this one only has a person look where a model decided about such a text.
 */
export function givesOrders({ title, description }: Pick<Ticket, 'title' | 'description'>): boolean {
	const text = withoutInvisible(`${title}\n${description}`);
	return FRAMES.some((frame) => frame.test(text)) || ORDER.test(plainText(text));
}
