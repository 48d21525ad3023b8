import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { ROOT, spawnService, newDatabaseUrl } from '../helpers/process';
import { callTo, eventually } from '../helpers/service';
import { alerts, asked, measured, panels, textOf } from './dashboard';
import { promtool, startPrometheus, type Prometheus, type Series } from './prometheus';
import { KEY, keepAsking, keepBusy, startScene, type Scene } from './scene';

const rules = join(ROOT, 'deploy/prometheus/alerts.yml');
const RULE_TESTS = ['deploy/prometheus/alerts.test.yml', 'deploy/prometheus/alerts.week.test.yml'];

interface RuleTests {
	tests: { promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[];
}

describe('promtool', () => {
	it('finds the rules right, and they fire when they should and not otherwise', async () => {
		expect(await promtool('check', 'rules', rules)).toContain(`SUCCESS: ${alerts.length} rules found`);
		expect(await promtool('test', 'rules', ...RULE_TESTS.map((path) => join(ROOT, path)))).toContain('SUCCESS');
	});

	it('every alert has a test in which it fires, and one in which it does not', () => {
		const checks = RULE_TESTS.flatMap((path) => (parse(textOf(path)) as RuleTests).tests).flatMap(
			(test) => test.promql_expr_test,
		);
		const named = (fires: boolean): (string | undefined)[] =>
			checks
				.filter(({ exp_samples }) => exp_samples.length > 0 === fires)
				.map(({ expr }) => /alertname="(\w+)"/.exec(expr)?.[1]);
		for (const fires of [true, false]) {
			expect([...new Set(named(fires))].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
		}
	});

	/** Names that are fixed (docs/monitoring.md), and those that prom-client gives. */
	const EXCUSED = /^(tickets_by_department|nodejs_active_\w+_total) /;

	it('finds the metrics right, but for names that are what they are', async () => {
		const service = await spawnService({ DATABASE_URL: newDatabaseUrl() });
		const { text } = await callTo(service.url)('GET', '/metrics');
		await service.kill('SIGTERM');
		const found = lint(text);
		expect(found.filter((line) => !EXCUSED.test(line))).toEqual([]);
		expect(found.length).toBeGreaterThan(0);
	});
});

/** Its complaints: it says them by its exit code, too. */
function lint(text: string): string[] {
	try {
		execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: 'pipe' });
		return [];
	} catch (error) {
		const { stderr } = error as { stderr: Buffer };
		return stderr.toString('utf8').trim().split('\n');
	}
}

/** Bounds that a minute's trouble does not reach, and what it does reach. */
const BOUNDS: Record<string, [string, string]> = {
	TriageQueueOld: ['> 300', '> 2'],
	TriageReviewOld: ['> 172800', '> 2'],
	TriageReviewGrowing: ['> 50', '> 0'],
	TriageEventsWait: ['> 1000', '> 5'],
	TriageGeminiBudget: ['> 0.8', '> 0.01'],
	TriageMemory: ['> 8e8', '> 1e7'],
	TriageEventLoopLag: ['> 0.5', '> 0.0001'],
};
/** Of last week, and of half an hour: promtool alone sees them fire. */
const UNPROVOKED = ['TriageNoTickets', 'TriageRestarting'];
/** Last week there was nothing. */
const SILENT = ['TriageNoTickets'];
const LATER = ['TriageDatabaseDown', 'TriageRequestsFail', 'TriageDown'];

describe('a Prometheus that reads the running service', () => {
	let scene: Scene;
	let prometheus: Prometheus;
	let traffic: ReturnType<typeof keepBusy>;
	beforeAll(async () => {
		scene = await startScene();
		const targets = [scene.service, scene.idle].map(({ url }) => new URL(url).host);
		prometheus = await startPrometheus({ targets, key: KEY, bounds: BOUNDS });
		traffic = keepBusy(scene);
	});
	afterAll(async () => {
		await traffic?.end();
		await prometheus?.close();
		await scene?.close();
	});

	/** Each of them was seen firing, within two minutes; what they say has all its values. */
	async function expectFiring(names: string[]): Promise<void> {
		const missing = new Set(names);
		for (let tries = 0; tries < 480 && missing.size > 0; tries += 1) {
			for (const { name, annotations } of await prometheus.firing()) {
				missing.delete(name);
				expect(Object.values(annotations).join()).not.toMatch(/<error|<no value>|%!|\{\{/);
			}
			await sleep(250);
		}
		expect([...missing]).toEqual([]);
	}

	it('has a configuration that promtool accepts, and reads all it is told to', async () => {
		expect(await promtool('check', 'config', prometheus.configFile)).toContain('SUCCESS');
		const up = await eventually(async () => {
			const targets = await prometheus.targets();
			return targets.length === 2 && targets.every(({ health }) => health === 'up') ? targets : undefined;
		}, 'both to be read');
		expect(up.map(({ labels, lastError }) => [labels.job, lastError])).toEqual([
			['ticket-triage', ''],
			['ticket-triage', ''],
		]);
	});

	it('nothing is wrong where nothing is: no alert but those whose bounds are made to be passed', async () => {
		await eventually(async () => (await prometheus.query('tickets_total{status="routed"} > 20'))[0], 'tickets', 600);
		const names = new Set((await prometheus.firing()).map(({ name }) => name));
		const provoked = Object.keys(BOUNDS).concat('TriageTicketsGivenUp');
		expect([...names].filter((name) => !provoked.includes(name))).toEqual([]);
	});

	it('sees what goes wrong', async () => {
		await scene.leaveWaiting();
		await scene.places.jira.close();
		scene.takesEvents = false;
		scene.gemini.setRates({ not_found: 0.3, unavailable: 0.7 });
		scene.places.http.answers.push(...Array.from({ length: 12 }, () => ({ status: 400, body: {} })));
		const stranger = callTo(scene.service.url);
		for (let i = 0; i < 30; i += 1) await stranger('GET', '/tickets');
		const others = [...UNPROVOKED, ...LATER];
		await expectFiring(alerts.map(({ alert }) => alert).filter((name) => !others.includes(name)));
	});

	it('sees a database that is gone, and the requests that fail for it', async () => {
		await scene.postgres.end('SIGQUIT');
		const asking = keepAsking(scene);
		await expectFiring(['TriageDatabaseDown', 'TriageRequestsFail']);
		await asking.end();
		await scene.postgres.start();
	});

	const hasValue = ({ value: [, value] }: Series): boolean => value !== 'NaN';

	it.each(alerts)('$alert: what it measures is there', async (alert) => {
		await prometheus.query(alert.expr);
		const found = await prometheus.query(measured(alert));
		expect([alert.alert, found.some(hasValue)]).toEqual([alert.alert, !SILENT.includes(alert.alert)]);
	});

	const queries = panels.flatMap(({ title, targets = [] }) =>
		targets.map(({ expr, legendFormat }) => [title, legendFormat, expr] as const),
	);

	it.each(queries)('panel %s, %s: has values, and all that its legend names', async (_title, legend, expr) => {
		const found = await prometheus.query(asked(expr));
		expect(found.some(hasValue)).toBe(true);
		for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
			for (const { metric } of found) expect(metric[label]).toBeTruthy();
		}
	});

	it('sees a service that is ended', async () => {
		await traffic.end();
		await scene.service.kill('SIGKILL');
		await expectFiring(['TriageDown']);
		const down = (await prometheus.firing()).filter(({ name }) => name === 'TriageDown');
		expect(down.map(({ labels }) => labels.instance)).toEqual([new URL(scene.service.url).host]);
	});
});
