import { withoutInvisible } from '../text';
import { REDACTION_KINDS, REPLACED } from './finder';

/** What a placeholder looks like, whoever wrote it. */
export const PLACEHOLDER = new RegExp(
	String.raw`\[(?:${REDACTION_KINDS.map((kind) => kind.toUpperCase()).join('|')})_\d+\]`,
	'gu',
);

/** A text as the finders read it, and where each of its units stood. */
export interface Folded {
	text: string;
	/** Of each unit of `text`: the place in the original of the character it comes from … */
	from: number[];
	/** … and the end of that character, its accents included. */
	to: number[];
}

/**
 * Compatibility forms (full-width digits, no-break spaces) as their plain ones, accents and invisible characters gone, one
 * kind of dash, and each placeholder as REPLACED. Case stays.
 */
export function fold(original: string): Folded {
	const folded: { units: string[]; from: number[]; to: number[] } = { units: [], from: [], to: [] };
	const add = (units: string, start: number, end: number): void => {
		for (const unit of units.split('')) {
			folded.units.push(unit);
			folded.from.push(start);
			folded.to.push(end);
		}
	};
	let at = 0;
	const addUpTo = (stop: number): void => {
		for (const character of original.slice(at, stop)) {
			const end = at + character.length;
			const plain = foldCharacter(character);
			if (plain === '' && folded.to.at(-1) === at && /\p{M}/u.test(character)) folded.to[folded.to.length - 1] = end;
			add(plain, at, end);
			at = end;
		}
	};
	for (const { 0: placeholder, index } of original.matchAll(PLACEHOLDER)) {
		addUpTo(index);
		at = index + placeholder.length;
		add(REPLACED, index, at);
	}
	addUpTo(original.length);
	return { text: folded.units.join(''), from: folded.from, to: folded.to };
}

function foldCharacter(character: string): string {
	if (character <= '\u007f') return character;
	return withoutInvisible(character)
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.replace(/\p{Pd}/gu, '-');
}
