import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFile } from '../../corpus/evaluate/svg';
import { ROOT } from '../helpers/process';
import { asked, rowsOf, type Panel } from './dashboard';
import { drawRow, roundUp, type Chart, type Line } from './draw';
import { startPrometheus, type Prometheus, type Series } from './prometheus';
import { KEY, keepBusy, startScene } from './scene';

const HALF_MS = 60_000;
const MOST_POINTS = 40;
const LARGEST_TOGETHER = 150_000;

test.each([
	[0, 0],
	[0.003, 0.005],
	[1, 1],
	[3, 5],
	[5.1, 10],
	[120, 200],
])('an axis for %d goes up to %d', (value, top) => expect(roundUp(value)).toBeCloseTo(top, 10));

(process.env.METRICS_PICTURES ? it : it.skip)('the panels, of two minutes in which things go wrong', async () => {
	const scene = await startScene();
	const prometheus = await startPrometheus({ targets: [new URL(scene.service.url).host], key: KEY });
	const traffic = keepBusy(scene, 120);
	await sleep(8000);
	const from = Date.now() / 1000;
	await sleep(HALF_MS);
	await scene.places.jira.close();
	scene.gemini.setRates({ unavailable: 0.8 });
	await sleep(HALF_MS);
	const span: [number, number] = [from, Date.now() / 1000];
	const files: [string, string][] = [];
	for (const [title, panels] of rowsOf()) {
		const lines = panels.filter(({ type }) => type === 'timeseries');
		const charts = await Promise.all(lines.map((panel) => chartOf(panel, prometheus, span)));
		const picture = drawRow(title, charts, span);
		files.push([picture.name, asFile(picture)]);
	}
	await traffic.end();
	await prometheus.close();
	await scene.close();
	expect(files.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)).toBeLessThan(LARGEST_TOGETHER);
	for (const [name, text] of files) writeFileSync(join(ROOT, 'docs/pictures', `${name}.svg`), text);
});

async function chartOf(panel: Panel, prometheus: Prometheus, [from, to]: [number, number]): Promise<Chart> {
	const found = await Promise.all(
		(panel.targets ?? []).map(async ({ expr, legendFormat }) => {
			const series = await prometheus.range(asked(expr, '8s'), from, to);
			return series.map((one) => lineOf(one, legendFormat));
		}),
	);
	const largest = ({ points }: Line): number => Math.max(0, ...points.map(([, value]) => value));
	// What never happened is no line of its own, unless nothing did.
	const lines = found.flat().sort((a, b) => largest(b) - largest(a));
	const living = lines.filter((line) => largest(line) > 0);
	return { panel, lines: living.length > 0 ? living : lines.slice(0, 1) };
}

function lineOf({ metric, values }: Series, legend: string): Line {
	const name = legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) =>
		label === 'instance' ? 'triage-agent:8000' : metric[label],
	);
	const step = Math.ceil(values.length / MOST_POINTS);
	const points = values
		.filter(([, value], i) => value !== 'NaN' && i % step === 0)
		.map(([time, value]): [number, number] => [time, Number(value)]);
	return { name, points };
}
