import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { freePort } from '../helpers/process';
import { eventually } from '../helpers/service';
import { alerts, textOf } from './dashboard';

const run = promisify(execFile);

/** Runs promtool; resolves with all it says. @throws where it finds something wrong */
export async function promtool(...args: string[]): Promise<string> {
	const { stdout, stderr } = await run('promtool', args);
	return stdout + stderr;
}

export interface Series {
	metric: Record<string, string>;
	/** Seconds since 1970, and the value as text. */
	value: [number, string];
	values: [number, string][];
}

/** An alert that fires. */
export interface Firing {
	name: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
}

export interface Prometheus {
	/** Where its own configuration lies. */
	configFile: string;
	query(expr: string): Promise<Series[]>;
	/** Each second between two times, in seconds since 1970. */
	range(expr: string, from: number, to: number): Promise<Series[]>;
	firing(): Promise<Firing[]>;
	targets(): Promise<{ health: string; lastError: string; labels: Record<string, string> }[]>;
	close(): Promise<void>;
}

interface Options {
	/** host:port of the services. */
	targets: string[];
	key: string;
	/** What alerts wait for made short: bounds that take too long to reach, by alert. */
	bounds?: Record<string, [from: string, to: string]>;
}

/** A real Prometheus with the project's own configuration, but for who is read, how often, and how long alerts wait. */
export async function startPrometheus({ targets, key, bounds = {} }: Options): Promise<Prometheus> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-prometheus-'));
	const configFile = join(folder, 'prometheus.yml');
	writeFileSync(join(folder, 'key'), key);
	writeFileSync(configFile, configured(join(folder, 'key'), targets));
	writeFileSync(join(folder, 'alerts.yml'), hurried(bounds));
	const address = `127.0.0.1:${await freePort()}`;
	const args = [`--config.file=${configFile}`, `--storage.tsdb.path=${join(folder, 'data')}`];
	const child = spawn('prometheus', [...args, `--web.listen-address=${address}`, '--log.level=warn'], {
		stdio: 'inherit',
	});
	const ask = asking(`http://${address}`);
	await eventually(
		() =>
			fetch(`http://${address}/-/ready`).then(
				({ ok }) => ok || undefined,
				() => undefined,
			),
		'Prometheus',
	);
	return {
		configFile,
		query: async (expr) => (await ask('query', { query: expr })).result as Series[],
		range: async (expr, from, to) =>
			(await ask('query_range', { query: expr, start: `${from}`, end: `${to}`, step: '1' })).result as Series[],
		firing: async () => firingIn((await ask('alerts')).alerts as FoundAlert[]),
		targets: async () => (await ask('targets')).activeTargets as Awaited<ReturnType<Prometheus['targets']>>,
		close: () => close(child, folder),
	};
}

/** A connection that breaks is no answer: only what Prometheus itself refuses is thrown. */
function asking(url: string) {
	return async (path: string, form: Record<string, string> = {}): Promise<Record<string, unknown>> => {
		const response = await fetch(`${url}/api/v1/${path}?${String(new URLSearchParams(form))}`);
		const answer = (await response.json()) as { status: string; error?: string; data: Record<string, unknown> };
		if (answer.status !== 'success') throw new Error(`${form.query}: ${answer.error}`);
		return answer.data;
	};
}

interface FoundAlert extends Omit<Firing, 'name'> {
	state: string;
}

function firingIn(found: FoundAlert[]): Firing[] {
	return found
		.filter(({ state }) => state === 'firing')
		.map(({ labels, annotations }) => ({ name: labels.alertname, labels, annotations }));
}

interface Config {
	global: Record<string, string>;
	scrape_configs: { authorization: { credentials_file: string }; static_configs: { targets: string[] }[] }[];
}

function configured(keyFile: string, targets: string[]): string {
	const config = parse(textOf('deploy/prometheus/prometheus.yml')) as Config;
	config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
	const [scrape] = config.scrape_configs;
	scrape.authorization.credentials_file = keyFile;
	scrape.static_configs = [{ targets }];
	return stringify(config);
}

function hurried(bounds: NonNullable<Options['bounds']>): string {
	const rules = alerts.map((rule) => {
		const [from, to] = bounds[rule.alert] ?? ['', ''];
		if (!rule.expr.includes(from)) throw new Error(`${rule.alert} has no bound ${from}`);
		return { ...rule, for: '1s', expr: rule.expr.replace(from, to) };
	});
	return stringify({ groups: [{ name: 'hurried', rules }] });
}

async function close(child: ChildProcess, folder: string): Promise<void> {
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	await ended;
	rmSync(folder, { recursive: true, force: true });
}
