import { isRecord, readJson, type JsonRecord } from '../core/json';
import { withoutInvisible } from '../core/text';
import type { AskedTicket } from './question';

/** What a ticket tells the model to answer. */
export interface Orders {
	/** Fields of the answer, those that nobody asked for among them. */
	fields: JsonRecord;
	/** Whether they are meant for the other tickets of the request as well. */
	forAll: boolean;
}

const NAMES: Record<string, string> = {
	department: 'department|abteilung|departamento|d[ée]partement',
	priority: 'priority|priorit[äa]t|prioridad|priorit[ée]|prioridade',
	confidence: 'confidence|konfidenz|confianza|confiance|confian[çc]a',
	assigned_to: 'assign(?:ed)?(?: it)? to|zuweisen an|asignar a|assigner [àa]|atribuir a',
	channel: 'channel|kanal|canal',
	project_key: 'project(?:[ _]key)?|projekt|proyecto|projet|projeto',
};

/** What stands between a name and its value, in any of the languages. */
const JOINED = '["”]?\\s*(?:is|to|auf|ist|en|a|es|[àa]|est|como|[ée])?\\s*[=:]?\\s+["“„«\']?';
const VALUE = '([#\\p{L}\\p{N}][\\p{L}\\p{N}_.&/-]{0,60})';

const ORDERS = Object.entries(NAMES).map(([field, names]) => {
	return { field, pattern: new RegExp(`(?<![\\p{L}_])(?:${names})${JOINED}${VALUE}`, 'giu') };
});

const ADDRESS = /\bh(?:tt|xx)ps?:\/\/[^\s"'<>)\]]+/giu;
const OBJECT = /\{[^{}]*\}/gu;
const ENCODED = /[A-Za-z0-9+/]{24,}={0,2}/gu;
const EVERYBODY =
	/all (?:other )?tickets|alle(?:n|r)? (?:anderen )?tickets|tod[oa]s l[oa]s tickets|tous les tickets|todos os tickets/iu;

/** Reads orders wherever they hide: in comments, in base64, between invisible characters, as JSON. The last one counts. */
export function ordersIn({ title, description }: AskedTicket): Orders {
	const open = withoutInvisible(`${title}\n${description}`);
	const hidden = Array.from(open.matchAll(ENCODED), ([code]) => Buffer.from(code, 'base64').toString('utf8'));
	const text = [open, ...hidden].join('\n');
	const said = ORDERS.flatMap(({ field, pattern }) =>
		Array.from(text.matchAll(pattern), ([, value]) => [field, valueOf(value)] as const),
	);
	const [address] = text.match(ADDRESS) ?? [];
	const objects = (text.match(OBJECT) ?? []).map((json) => readJson(json)).filter(isRecord);
	const fields = Object.assign(
		{},
		Object.fromEntries(said),
		address && { endpoint: address },
		...objects,
	) as JsonRecord;
	return { fields, forAll: EVERYBODY.test(text) };
}

function valueOf(text: string): string | number {
	const value = text.replace(/\.+$/u, '');
	return /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : value;
}

/**
 * An answer's entries as a model gives them that takes tickets for its masters: sure of itself, with whatever fields it was
 * told to add, and with all of the ticket as its reason. Which ticket is meant stays as it was asked, or nothing would be read.
 */
export function obey(entries: readonly JsonRecord[], tickets: readonly AskedTicket[]): JsonRecord[] {
	const orders = tickets.map(ordersIn);
	const common = orders.filter(({ forAll }) => forAll).map(({ fields }) => fields);
	return entries.map((entry, i) => {
		const { fields } = orders[i];
		const given = Object.assign({}, ...common, fields) as JsonRecord;
		const reasoning = `${tickets[i].title}\n${tickets[i].description}`;
		return { ...entry, confidence: 1, reasoning, ...given, id: entry.id };
	});
}
