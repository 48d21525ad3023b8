import { shorten } from '../../core/text';
import type { Scores } from '../measure';
import { element, label, tooltip, type Picture } from './svg';
import { percent } from './tables';

const LONGEST_NAME = 16;
const LETTER = 7.6;
const HEIGHT = 44;
const TOP = 64;
/** From this shade on dark text on the cell is harder to read than light text (the other way round in dark). */
const DARK = 0.7;

/** A heat map: the darker a cell, the more of its row's tickets went there. */
export function confusionPicture({ departments, confusion }: Scores): Picture {
	const names = departments.map(({ department }) => department);
	const longest = Math.min(LONGEST_NAME, Math.max(...names.map((name) => name.length)));
	const width = Math.max(60, longest * LETTER + 10);
	const left = longest * LETTER + 36;
	const place = { left, width };
	const columns = names.map((name, c) =>
		label(brief(name), { x: left + (c + 0.5) * width, y: TOP - 10, look: 'quiet' }),
	);
	const rows = names.map((name, r) => {
		const middle = TOP + (r + 0.5) * HEIGHT + 5;
		const cells = names.map((guess, c) => drawCell({ ...place, r, c }, confusion[r], { name, guess }));
		return label(brief(name), { x: left - 10, y: middle, anchor: 'end', look: 'quiet' }) + cells.join('');
	});
	return {
		name: 'confusion',
		title: 'Confusion: which department tickets of each department were taken for',
		width: left + names.length * width + 16,
		height: TOP + names.length * HEIGHT + 16,
		body: [
			label('Rows: what tickets are. Columns: what they were taken for.', { x: 16, y: 24, anchor: 'start' }),
			...columns,
			...rows,
		].join(''),
	};
}

function drawCell(
	{ left, width, r, c }: { left: number; width: number; r: number; c: number },
	row: readonly number[],
	{ name, guess }: { name: string; guess: string },
): string {
	const total = row.reduce((sum, count) => sum + count, 0);
	const share = total === 0 ? 0 : row[c] / total;
	const [x, y] = [left + c * width, TOP + r * HEIGHT];
	const box = { x: x + 1, y: y + 1, width: width - 2, height: HEIGHT - 2 };
	const look = share >= DARK ? 'over' : row[c] === 0 ? 'quiet' : 'ink';
	return element(
		'g',
		{},
		tooltip(`${name} taken for ${guess}: ${row[c]} of ${total} (${percent(share)})`) +
			element('rect', { class: 'grid', ...box }) +
			element('rect', { class: 'accent', ...box, 'fill-opacity': share }) +
			label(String(row[c]), { x: x + width / 2, y: y + HEIGHT / 2 + 5, look }),
	);
}

function brief(name: string): string {
	return name.length > LONGEST_NAME ? `${shorten(name, LONGEST_NAME - 1)}…` : name;
}
