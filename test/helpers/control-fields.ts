import type { ReceivedRequest } from '../../fake-targets/record';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { isRecord } from '../../core/json';
import { PRIORITIES } from '../../core/ticket';

/** Where a system's request may hold what a stranger wrote; all else steers, and is not theirs. */
const TEXT: Record<string, RegExp> = {
	jira: /^fields\.(?:summary|description(?:\.content\.#)+\.text)$/u,
	jira_server: /^fields\.(?:summary|description)$/u,
	jira_service_management: /^requestFieldValues\.(?:summary|description)$/u,
	freshservice: /^(?:subject|description)$/u,
	zendesk: /^ticket\.(?:subject|comment\.body)$/u,
	servicenow: /^(?:short_description|description|work_notes)$/u,
	slack: /^(?:text|blocks\.#\.(?:fields\.#\.)?text\.text|blocks\.#\.fields\.#\.text)$/u,
	teams: /^attachments\.#\.content\.body\.#\.(?:text|facts\.#\.value)$/u,
	http: /^(?:title|description|source|reasoning|metadata\.[^]*)$/u,
};

/** What the service itself chooses from. */
const CHOICES = new Set<unknown>([
	...PRIORITIES,
	...DEFAULT_DEPARTMENTS.flatMap(({ name, teams }) => [name, ...teams]),
]);

/** Each differs from delivery to delivery, and none is the ticket's. */
const OWN_HEADERS = /^(?:traceparent|content-length|host|webhook-(?:timestamp|signature))$/u;

/** Everything in a request that steers the system: method, address, headers, and all fields but texts, without the ticket's id. */
export function controlFields(system: string, { method, path, query, headers, body }: ReceivedRequest): string[] {
	const named = Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name));
	const fields = flatten(JSON.parse(body)).filter(([at]) => !TEXT[system].test(at));
	const all: [string, unknown][] = [
		['request', `${method} ${path}?${query.toString()}`],
		...named.map(([name, value]): [string, unknown] => [`header ${name}`, value]),
		...fields.map(([at, value]): [string, unknown] => [at, isChosen(value) ? 'chosen' : value]),
	];
	return all.map(([at, value]) => `${at} = ${withoutIds(JSON.stringify(value))}`);
}

function isChosen(value: unknown): boolean {
	return typeof value === 'number' || typeof value === 'boolean' || CHOICES.has(value);
}

function withoutIds(text: string): string {
	return text.replace(/TKT-[0-9A-F]{24}/gu, 'TKT').replace(/triage-[0-9a-f]{24}/gu, 'triage-tkt');
}

/** Leaves with their paths; places in lists are all alike. */
function flatten(value: unknown, at: string[] = []): [string, unknown][] {
	if (Array.isArray(value)) return value.flatMap((item) => flatten(item, [...at, '#']));
	if (isRecord(value)) return Object.entries(value).flatMap(([key, item]) => flatten(item, [...at, key]));
	return [[at.join('.'), value]];
}
