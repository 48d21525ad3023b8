import type { Scores } from '../measure';
import { createPlot, drawAxes, ticks, type Plot } from './plot';
import { element, label, tooltip, type Picture } from './svg';
import { percent, ratio } from './tables';

const BAR_GAP = 2;

/** A reliability diagram: where the bars end on the dashed line, tickets said with 80 % are right in 80 %. */
export function calibrationPicture({ bins, calibrationError }: Scores): Picture {
	const plot = createPlot({ left: 64, top: 64, width: 500, height: 320 });
	const tenths = { ticks: ticks(0, 1, 0.1), write: (value: number) => percent(value, 0) };
	const { left, right, bottom } = plot;
	return {
		name: 'calibration',
		title: `Calibration: how often tickets of each confidence were right; calibration error ${ratio(calibrationError)}`,
		width: 588,
		height: 464,
		body: [
			label(`Calibration error ${ratio(calibrationError)}`, { x: right, y: 24, anchor: 'end' }),
			drawAxes(plot, { across: { ...tenths, title: 'Confidence' }, up: { ...tenths, title: 'Share that was right' } }),
			...bins.map((bin, b) => drawBin(bin, { from: b / bins.length, to: (b + 1) / bins.length }, plot)),
			element('line', { class: 'guide', x1: left, y1: bottom, x2: right, y2: plot.y(1) }),
			...bins.map((bin) => drawMean(bin, plot)),
			label('rows', { x: left - 8, y: bottom + 62, anchor: 'end', look: 'quiet' }),
		].join(''),
	};
}

type Bin = Scores['bins'][number];

/** Its rows are counted below it: few rows say little. */
function drawBin({ rows, accuracy }: Bin, { from, to }: { from: number; to: number }, plot: Plot): string {
	const x = plot.x(from) + BAR_GAP;
	const width = plot.x(to) - plot.x(from) - 2 * BAR_GAP;
	const y = plot.y(accuracy);
	const count = label(String(rows), { x: x + width / 2, y: plot.bottom + 62, look: 'quiet' });
	if (rows === 0) return count;
	return element('rect', { class: 'accent', x, y, width, height: plot.bottom - y, 'fill-opacity': 0.55 }) + count;
}

function drawMean({ rows, confidence, accuracy }: Bin, plot: Plot): string {
	if (rows === 0) return '';
	const said = `${rows} rows: said with ${percent(confidence)}, right in ${percent(accuracy)}`;
	const place = { cx: plot.x(confidence), cy: plot.y(accuracy), r: 5 };
	return element('circle', { class: 'mark', ...place }, tooltip(said));
}
