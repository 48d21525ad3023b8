import { createPlot, type Plot } from '../../corpus/evaluate/plot';
import { element, label, type Picture } from '../../corpus/evaluate/svg';
import type { Panel } from './dashboard';

export interface Line {
	name: string;
	/** Seconds since 1970, and the value; values that are none are left out. */
	points: [number, number][];
}

export interface Chart {
	panel: Panel;
	lines: Line[];
}

const COLUMNS = 3;
const [WIDTH, HEIGHT, HEAD] = [370, 246, 34];
const MOST_NAMED = 6;
/** Told apart also by those who see few colours, on white and on black. */
const COLOURS = ['#2f7ed8', '#e07b00', '#2ca05a', '#c2405a', '#8a63d2', '#7f8c8d', '#b8860b', '#00a0a8'];

/** The panels of a row, side by side, as Grafana draws them. */
export function drawRow(title: string, charts: Chart[], [from, to]: [number, number]): Picture {
	const drawn = charts.map((chart, i) => {
		const place = `translate(${(i % COLUMNS) * WIDTH} ${HEAD + Math.floor(i / COLUMNS) * HEIGHT})`;
		return element('g', { transform: place }, drawChart(chart, from, to));
	});
	const rows = Math.ceil(charts.length / COLUMNS);
	return {
		name: `metrics-${title.toLowerCase()}`,
		title: `${title}: ${charts.map(({ panel }) => panel.title).join(', ')}`,
		...{ width: COLUMNS * WIDTH, height: HEAD + rows * HEIGHT },
		body: element('text', { class: 'ink', x: 16, y: 24, 'font-size': 16, 'font-weight': 600 }, title) + drawn.join(''),
	};
}

function drawChart({ panel, lines }: Chart, from: number, to: number): string {
	const plot = createPlot({ left: 62, top: 34, width: WIDTH - 80, height: 108 });
	const { unit = 'short', max } = panel.fieldConfig?.defaults ?? {};
	const top = max ?? roundUp(Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value))));
	const curves = lines.map(({ points }, i) => drawLine(points, { plot, from, to, top }, COLOURS[i % COLOURS.length]));
	return [
		label(panel.title, { x: 16, y: 20, anchor: 'start' }),
		drawGrid(plot, top, unit),
		...curves,
		label('0 s', { x: plot.left, y: plot.bottom + 16, look: 'quiet' }),
		label(`${Math.round(to - from)} s`, { x: plot.right - 8, y: plot.bottom + 16, look: 'quiet' }),
		drawLegend(lines, plot),
	].join('');
}

function drawGrid(plot: Plot, top: number, unit: string): string {
	return [0, 0.5, 1]
		.map((share) => {
			const y = plot.y(share);
			const line = element('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y, y2: y });
			return line + label(written(share * top, unit), { x: plot.left - 6, y: y + 4, anchor: 'end', look: 'quiet' });
		})
		.join('');
}

interface Scale {
	plot: Plot;
	from: number;
	to: number;
	top: number;
}

function drawLine(points: Line['points'], { plot, from, to, top }: Scale, stroke: string): string {
	const places = points.map(([time, value]) => {
		return `${plot.x((time - from) / (to - from)).toFixed(0)},${plot.y(top === 0 ? 0 : value / top).toFixed(1)}`;
	});
	return element('polyline', { fill: 'none', stroke, 'stroke-width': 1.5, points: places.join(' ') });
}

/** The largest first; how many more there are. */
function drawLegend(lines: Line[], plot: Plot): string {
	const shown = lines.slice(0, MOST_NAMED);
	const names = shown.map(({ name }, i) => {
		const [x, y] = [plot.left - 46 + (i % 2) * 174, plot.bottom + 36 + Math.floor(i / 2) * 17];
		const text = name.length > 26 ? `${name.slice(0, 25)}…` : name;
		return (
			element('rect', { x, y: y - 8, width: 10, height: 4, fill: COLOURS[i % COLOURS.length] }) +
			element('text', { class: 'quiet', x: x + 14, y, 'font-size': 11 }, text.replaceAll('&', '&amp;'))
		);
	});
	const left = lines.length - shown.length;
	if (left === 0) return names.join('');
	const more = element(
		'text',
		{ class: 'quiet', x: plot.right, y: 20, 'text-anchor': 'end', 'font-size': 11 },
		`and ${left} more`,
	);
	return names.join('') + more;
}

/** 1, 2 or 5 times a power of ten, or 0. */
export function roundUp(value: number): number {
	if (value <= 0) return 0;
	const power = 10 ** Math.floor(Math.log10(value));
	return Number(([1, 2, 5, 10].find((factor) => factor * power >= value * 0.999) ?? 10) * power);
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 });
const compact = (value: number): string => COMPACT.format(value);

const WRITERS: Record<string, (value: number) => string> = {
	percentunit: (value) => `${Math.round(value * 100)} %`,
	s: (value) => (value > 0 && value < 1 ? `${compact(value * 1000)} ms` : `${compact(value)} s`),
	bytes: (value) => `${Math.round(value / 1e6)} MB`,
	currencyUSD: (value) => `$${compact(value)}`,
	cpm: (value) => `${compact(value)}/min`,
	reqps: (value) => `${compact(value)}/s`,
	short: compact,
};

function written(value: number, unit: string): string {
	return WRITERS[unit](value);
}
