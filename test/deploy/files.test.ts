import { parse } from 'yaml';
import { samplesIn } from '../helpers/samples';
import { startService, type RunningService } from '../helpers/service';
import { alerts, dashboard, metricsIn, panels, rowsOf, textOf } from './dashboard';

const guide = textOf('docs/monitoring.md');
const headings = [...guide.matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);
/** As GitHub makes anchors of headings. */
const anchors = headings.map((text) =>
	text
		.toLowerCase()
		.replace(/[^\w\- ]/g, '')
		.replaceAll(' ', '-'),
);

describe('alerts', () => {
	it.each(alerts)('$alert says what happened, what to do and where there is more', ({ alert, labels, annotations }) => {
		const { summary, description, runbook_url } = annotations;
		expect(alert).toMatch(/^Triage[A-Z]\w+$/);
		expect(['critical', 'warning']).toContain(labels.severity);
		expect([summary.length > 10, description.length > 40]).toEqual([true, true]);
		const [page, anchor] = runbook_url.split('#');
		expect(page).toMatch(/\/docs\/monitoring\.md$/);
		expect(anchors).toContain(anchor);
	});

	it('each has a section of its own, and each section an alert', () => {
		const sections = headings.filter((text) => text.startsWith('Triage'));
		expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
	});
});

describe('the dashboard', () => {
	it('has rows of panels that do not lie over each other', () => {
		expect([...rowsOf().keys()]).toEqual(['Traffic', 'Decisions', 'Delivery', 'Gemini', 'Health']);
		const taken = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
			Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
		);
		expect(new Set(taken).size).toBe(taken.length);
		expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
		expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
	});

	it.each(panels)('$title: a panel of Grafana itself, with a unit, for the processes that are chosen', (panel) => {
		expect(['timeseries', 'stat']).toContain(panel.type);
		expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
		expect(panel.description).toBeTruthy();
		for (const { expr, legendFormat } of panel.targets ?? []) {
			const selectors = expr.match(/\{[^}]*\}/g) ?? [];
			expect(selectors.length).toBeGreaterThan(0);
			for (const selector of selectors) expect(selector).toContain('job="ticket-triage", instance=~"$instance"');
			expect(legendFormat).toBeTruthy();
		}
	});

	it('asks the source that is provisioned', () => {
		const sources = parse(textOf('deploy/grafana/provisioning/datasources/prometheus.yaml')) as {
			datasources: { uid: string }[];
		};
		const uids = sources.datasources.map(({ uid }) => uid);
		for (const { datasource } of panels) expect(uids).toContain(datasource?.uid);
	});
});

describe('what alerts and dashboard ask for', () => {
	let app: RunningService;
	beforeAll(async () => {
		app = await startService({
			GEMINI_API_KEY: 'fake',
			GEMINI_BASE_URL: 'http://127.0.0.1:9',
			GEMINI_REQUESTS_PER_DAY: '9',
		});
	});
	afterAll(() => app.close());

	it('there is in /metrics, by name', async () => {
		await app.call('GET', '/livez');
		const { text } = await app.call('GET', '/metrics');
		const known = new Set([...text.matchAll(/^# TYPE (\S+) (\w+)/gm)].map(([, name]) => name));
		const parts = new Set([...samplesIn(text).keys()].map((name) => name.replace(/\{.*/, '')));
		const wanted = [
			...alerts.map(({ expr }) => expr),
			...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
		];
		const names = [...new Set(wanted.flatMap(metricsIn))].filter((name) => name !== 'up');
		expect(names.length).toBeGreaterThan(25);
		expect(names.filter((name) => !known.has(name) && !parts.has(name))).toEqual([]);
	});
});
