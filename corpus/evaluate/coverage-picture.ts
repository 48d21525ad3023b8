import type { CurvePoint } from '../measure';
import type { Evaluation } from './evaluation';
import { createPlot, drawAxes, ticks, type Plot } from './plot';
import { element, label, type Picture } from './svg';
import { percent, ratio } from './tables';

/** More than a screen shows make the file long and the curve no finer. */
const MOST_POINTS = 400;
/** Among the very surest a single error weighs a lot: they do not decide how much the picture shows. */
const TELLING_SHARE = 0.05;
const LEGEND = 20;

/** How right the surest tickets are, from the surest one to all of them. */
export function coveragePicture({ scores, curve }: Pick<Evaluation, 'scores' | 'curve'>): Picture {
	const { coverage } = scores;
	const lowest = lowestShown(curve);
	const plot = createPlot({ left: 64, top: 60, width: 500, height: 320 }, lowest);
	const write = (value: number): string => percent(value, 0);
	const path = thin(curve).map(({ share, precision }) => `${plot.x(share).toFixed(1)},${plot.y(precision).toFixed(1)}`);
	return {
		name: 'coverage',
		title: `Coverage: precision against the share of tickets decided. ${coverage.map(describe).join('; ')}`,
		width: 588,
		height: 440 + LEGEND * (coverage.length + 0.5),
		body: [
			drawAxes(plot, {
				across: { title: 'Share of tickets decided, the surest first', ticks: ticks(0, 1, 0.1), write },
				up: { title: 'Precision among them', ticks: ticks(lowest, 1, lowest < 0.5 ? 0.1 : 0.05), write },
			}),
			...coverage.map((mark) => drawGuides(mark, plot)),
			element('polyline', { class: 'curve', points: path.join(' ') }),
			...coverage.map((mark) => drawMark(mark, curve, plot)),
			...coverage.map((mark, i) => label(describe(mark), { x: 64, y: 448 + i * LEGEND, anchor: 'start' })),
		].join(''),
	};
}

type Mark = Evaluation['scores']['coverage'][number];

function describe({ precision, share, threshold }: Mark): string {
	if (threshold === null) return `${percent(precision, 0)} precision is not reached`;
	return `${percent(precision, 0)} precision: ${percent(share)} decided, confidence from ${ratio(threshold)} on`;
}

function drawGuides({ precision, share, threshold }: Mark, plot: Plot): string {
	const y = plot.y(precision);
	const across = element('line', { class: 'guide', x1: plot.left, x2: plot.right, y1: y, y2: y });
	if (threshold === null) return across;
	const x = plot.x(share);
	return across + element('line', { class: 'guide', x1: x, x2: x, y1: y, y2: plot.bottom });
}

function drawMark({ threshold }: Mark, curve: readonly CurvePoint[], plot: Plot): string {
	const point = curve.find((each) => each.threshold === threshold);
	if (!point) return '';
	const [x, y] = [plot.x(point.share), plot.y(point.precision)];
	// Towards the middle, where there is room.
	const side = point.share > 0.7 ? { x: x - 9, anchor: 'end' } : { x: x + 9, anchor: 'start' };
	return (
		element('circle', { class: 'mark', cx: x, cy: y, r: 5 }) +
		label(`from ${ratio(point.threshold)}`, { ...side, y: y - 7 })
	);
}

function lowestShown(curve: readonly CurvePoint[]): number {
	const telling = curve.filter(({ share }) => share >= TELLING_SHARE).map(({ precision }) => precision);
	return Math.min(0.8, Math.floor(Math.min(...telling) * 10) / 10);
}

function thin(curve: readonly CurvePoint[]): CurvePoint[] {
	const step = Math.ceil(curve.length / MOST_POINTS);
	return curve.filter((_, i) => i % step === 0 || i === curve.length - 1);
}
