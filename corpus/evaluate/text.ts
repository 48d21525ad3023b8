import type { Evaluated } from './evaluation';
import { summaryTable, tablesOf, type Table } from './tables';

/** What the terminal shows: every evaluation at a glance, the first in full. */
export function asText(evaluated: Evaluated): string {
	const { title, model, notes, evaluations } = evaluated;
	const [first] = evaluations;
	const head = [title, `Model: ${model}`, ...notes].join('\n');
	const meanings = evaluations.map(({ name, meaning }) => `${name}: ${meaning}`).join('\n');
	const parts = [head, layOut(summaryTable(evaluated)), meanings];
	return `${[...parts, `${first.name}, in full`, ...tablesOf(first).map(layOut)].join('\n\n')}\n`;
}

/** Names to the left, numbers to the right. */
function layOut({ caption, head, rows }: Table): string {
	const widths = head.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i].length)));
	const line = (row: string[]): string =>
		row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
	return [caption, ...[head, ...rows].map((row) => `  ${line(row)}`.trimEnd())].join('\n');
}
