import type { Measured, Recall } from './measure';

/** What the terminal shows of one set of rows. */
export function asTables(title: string, measured: Measured): string {
	const { kinds, languages, all, falseAlarms, clean, characters, missed } = measured;
	const recalls: [string, Recall][] = [...sorted(kinds), ...sorted(languages), ['all', all]];
	const lines = [
		title,
		...recalls.map(
			([name, { planted, found }]) =>
				`  ${name.padEnd(12)}${`${found} of ${planted}`.padStart(12)}${share(found, planted).padStart(9)}`,
		),
		`  Wrongly removed: ${falseAlarms.length} values, ${characters.removed} of ${characters.innocent} characters (${share(characters.removed, characters.innocent)})`,
		`  Rows without personal data that were changed: ${clean.changed} of ${clean.rows}`,
		...missed.map(({ kind, value }) => `  Missed ${kind}: ${oneLine(value)}`),
		...falseAlarms.map(({ kind, text }) => `  Taken for ${kind}: ${oneLine(text)}`),
	];
	return `${lines.join('\n')}\n`;
}

function sorted(recalls: Map<string, Recall>): [string, Recall][] {
	return [...recalls].sort(([a], [b]) => (a < b ? -1 : 1));
}

function share(part: number, of: number): string {
	return of === 0 ? '–' : `${((100 * part) / of).toFixed(2)} %`;
}

function oneLine(text: string): string {
	return text.replace(/\s+/gu, ' ');
}
