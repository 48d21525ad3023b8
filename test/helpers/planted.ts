import { createHash } from 'node:crypto';

/** A value that stands nowhere by chance, and where it may be found. */
export interface Planted {
	name: string;
	value: string;
	/** Columns that may hold it, as `table.column`; none without. */
	columns?: RegExp;
	/** Answers that may show it, as `METHOD /path`; none without. */
	answers?: RegExp;
}

/** Letters and digits alone, so that JSON and addresses write them as they are. */
export function plant(name: string, allowed: Omit<Planted, 'name' | 'value'> = {}): Planted {
	const value = `zq${name.replace(/\W/gu, '')}${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
	return { name, value, ...allowed };
}

/** The forms in which the text holds the value: as it is in any case, in hex, in base64 wherever it begins there. */
export function formsIn(text: string, value: string): string[] {
	const bytes = Buffer.from(value, 'utf8');
	const lower = text.toLowerCase();
	const forms: [string, boolean][] = [
		['plain', lower.includes(value.toLowerCase())],
		['hex', lower.includes(bytes.toString('hex'))],
		['JSON', text.includes(JSON.stringify(value).slice(1, -1))],
		['address', text.includes(encodeURIComponent(value))],
		['base64', [0, 1, 2].some((skip) => isCoded(text, bytes.subarray(skip)))],
	];
	return forms.filter(([, found]) => found).map(([form]) => form);
}

/** Groups of three bytes are coded by themselves. */
function isCoded(text: string, bytes: Buffer): boolean {
	const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
	return text.includes(whole.toString('base64')) || text.includes(whole.toString('base64url'));
}

export interface Place {
	/** What kind of place it is decides what may stand there. */
	kind: 'log' | 'metrics' | 'answer' | 'column';
	name: string;
	text: string;
}

/** Everything that is where it must not be, in words that can be read. */
export function leaksIn(places: readonly Place[], planted: readonly Planted[]): string[] {
	return places.flatMap(({ kind, name, text }) =>
		planted
			.filter(({ columns, answers }) => {
				const allowed = kind === 'column' ? columns : kind === 'answer' ? answers : undefined;
				return allowed?.test(name) !== true;
			})
			.flatMap((one) => {
				const forms = formsIn(text, one.value);
				return forms.length === 0 ? [] : [`${kind} ${name} holds ${one.name} (${forms.join(', ')})`];
			}),
	);
}
