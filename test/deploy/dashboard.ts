import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../helpers/process';

export interface Panel {
	id: number;
	type: string;
	title: string;
	description?: string;
	datasource?: { uid: string };
	gridPos: { x: number; y: number; w: number; h: number };
	fieldConfig?: { defaults: { unit?: string; min?: number; max?: number } };
	targets?: { expr: string; legendFormat: string }[];
}

export interface Alert {
	alert: string;
	expr: string;
	for: string;
	labels: { severity: string };
	annotations: { summary: string; description: string; runbook_url: string };
}

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const dashboard = JSON.parse(textOf('deploy/grafana/dashboards/ticket-triage.json')) as {
	uid: string;
	panels: Panel[];
	templating: { list: { name: string; query: { query: string } }[] };
};

export const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** The panels of each row, by its title. */
export function rowsOf(): Map<string, Panel[]> {
	const rows = new Map<string, Panel[]>();
	let row: Panel[] = [];
	for (const panel of dashboard.panels) {
		if (panel.type === 'row') rows.set(panel.title, (row = []));
		else row.push(panel);
	}
	return rows;
}

export const alerts = (
	parse(textOf('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] }
).groups.flatMap(({ rules }) => rules);

/** A panel's query as Grafana asks it, for all processes. */
export function asked(expr: string, rate = '1m'): string {
	return expr.replaceAll('$__rate_interval', rate).replaceAll('$instance', '.*');
}

/** What an alert compares, without the bounds. */
export function measured({ expr }: Alert): string {
	return expr.replace(/ (?:==|>) [\de.]+/g, '');
}

/** The names of metrics in a query. */
export function metricsIn(expr: string): string[] {
	return [...expr.matchAll(/([a-z_0-9]+)\{/g)].map(([, name]) => name);
}
