import { isRecord } from '../../../core/json';
import { EMAIL } from '../../../core/parse';
import { isVisible } from '../../../core/text';
import { LIMITS } from '../../../core/ticket';
import { documentToText } from './document';

const MOST_VALUES = 50;
const MOST_ADDRESSES = 20;
/** Where mail parsers, Microsoft Graph, Jira and Freshservice keep the address of a person. */
const ADDRESS_FIELDS = ['address', 'email', 'emailAddress', 'value', 'text'];

/** A record's own field, whatever names its prototype has. */
export function own(value: unknown, ...path: string[]): unknown {
	let at: unknown = value;
	for (const name of path) {
		if (!isRecord(at) || !Object.hasOwn(at, name)) return undefined;
		at = at[name];
	}
	return at;
}

/** The text of a value: of several, all of them; of a choice, its name; of a rich text, what it says. */
export function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (Array.isArray(value)) {
		const texts = value.slice(0, MOST_VALUES).filter((item) => typeof item === 'string' || typeof item === 'number');
		return texts.length > 0 ? texts.join(', ') : undefined;
	}
	if (own(value, 'type') === 'doc') return documentToText(value);
	const name = own(value, 'name') ?? own(value, 'value');
	return typeof name === 'string' ? name : undefined;
}

/** The first of the values that says something. */
export function firstText(...values: unknown[]): string | undefined {
	return values.map(textOf).find((text) => text !== undefined && isVisible(text.slice(0, LIMITS.description)));
}

/**
 * The first e-mail address in texts such as `Ana <ana@example.com>`, where a name may look like one too, and in the
 * records that systems make of them.
 */
export function addressOf(value: unknown, levels = 4): string | undefined {
	if (typeof value === 'string') {
		const text = value.slice(0, MOST_ADDRESSES * LIMITS.email);
		const named = Array.from(text.matchAll(/<([^<>\s]+)>/gu), ([, inner]) => inner);
		return [...named, ...text.split(/[<>,;\s"()]+/u)].find(isAddress);
	}
	if (levels === 0) return undefined;
	const inside = Array.isArray(value) ? value.slice(0, MOST_ADDRESSES) : ADDRESS_FIELDS.map((name) => own(value, name));
	for (const inner of inside) {
		const address = inner === undefined ? undefined : addressOf(inner, levels - 1);
		if (address !== undefined) return address;
	}
	return undefined;
}

function isAddress(text: string): boolean {
	return text.length <= LIMITS.email && EMAIL.test(text);
}

/** The system's name and the item's number there, where that is short and plain enough to be asked for again. */
export function idIn(system: string, number: unknown): string | undefined {
	const text = typeof number === 'number' || typeof number === 'string' ? String(number) : '';
	return /^[\w.-]{1,80}$/u.test(text) ? `${system}-${text}` : undefined;
}
