import { element, label } from './svg';

/** A square of data in a picture: x and y turn values into places. */
export interface Plot {
	left: number;
	top: number;
	right: number;
	bottom: number;
	x(value: number): number;
	y(value: number): number;
}

/** `lowest` is the y value at the bottom; 0–1 from left to right and up to the top. */
export function createPlot(box: { left: number; top: number; width: number; height: number }, lowest = 0): Plot {
	const { left, top, width, height } = box;
	const within = (value: number): number => Math.min(1, Math.max(0, value));
	return {
		left,
		top,
		right: left + width,
		bottom: top + height,
		x: (value) => left + width * within(value),
		y: (value) => top + height * (1 - within((value - lowest) / (1 - lowest))),
	};
}

interface Axis {
	title: string;
	ticks: number[];
	write(value: number): string;
}

/** Grid lines, what they stand for, and what the axes show. */
export function drawAxes(plot: Plot, { across, up }: { across: Axis; up: Axis }): string {
	const { left, right, top, bottom } = plot;
	const columns = across.ticks.map((tick) => {
		const x = plot.x(tick);
		return (
			element('line', { class: 'grid', x1: x, x2: x, y1: top, y2: bottom }) +
			label(across.write(tick), { x, y: bottom + 18, look: 'quiet' })
		);
	});
	const lines = up.ticks.map((tick) => {
		const y = plot.y(tick);
		return (
			element('line', { class: 'grid', x1: left, x2: right, y1: y, y2: y }) +
			label(up.write(tick), { x: left - 8, y: y + 4, anchor: 'end', look: 'quiet' })
		);
	});
	return [
		...columns,
		...lines,
		label(across.title, { x: (left + right) / 2, y: bottom + 40 }),
		label(up.title, { x: left - 40, y: top - 26, anchor: 'start' }),
	].join('');
}

/** From `first` to `last` in steps, free of the dust of adding fractions. */
export function ticks(first: number, last: number, step: number): number[] {
	const count = Math.round((last - first) / step);
	return Array.from({ length: count + 1 }, (_, i) => Number((first + i * step).toFixed(4)));
}
