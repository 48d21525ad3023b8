import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REDACTION_KINDS, type RedactionKind } from '../../core/redaction';

export interface Planted {
	kind: RedactionKind;
	value: string;
}

/** A piece of a ticket and the values in it that must not leave, in order of appearance; none where it only looks so. */
export interface PlantedRow {
	text: string;
	planted: Planted[];
	language: string;
	/** Written apart from the rules, and run only when they were done: no rule may be made by them. */
	held?: true;
}

/** @throws Error naming the line that is no row */
export function readPlanted(root: string): PlantedRow[] {
	const lines = readFileSync(join(root, 'corpus', 'redaction', 'rows', 'planted.jsonl'), 'utf8').split('\n');
	return lines.filter((line) => line !== '').map(readRow);
}

function readRow(line: string, at: number): PlantedRow {
	const row = JSON.parse(line) as PlantedRow;
	let from = 0;
	for (const { kind, value } of row.planted) {
		const start = row.text.indexOf(value, from);
		if (start < 0 || !REDACTION_KINDS.includes(kind)) throw new Error(`Line ${at + 1} does not hold its ${kind}`);
		from = start + value.length;
	}
	return row;
}
