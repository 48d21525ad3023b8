import { TriageError } from '../../errors';
import type { HttpRequest, HttpResponse } from '../../http';
import { isRecord, readJson, type JsonRecord } from '../../json';
import type { Mapping } from '../../mapping';
import { isVisible, plainLine, shorten } from '../../text';
import { PRIORITIES } from '../../ticket';
import type { Delivery, Receipt } from '../connector';
import { browseUrl, issueKey, refusalOf, titleOf } from './atlassian';
import { markerOf } from './message';
import { settingList, settingProblems, settingText, type Setting } from './settings';

const ISSUE_SETTINGS: Setting[] = [
	{
		key: 'project_key',
		is: 'the key of a project such as HELP',
		required: true,
		pattern: /^[A-Z][A-Z0-9_]{0,254}$/u,
	},
	{ key: 'issue_type', is: 'the name or number of an issue type such as Task' },
];

/** What is wrong with the settings that say what an issue looks like. */
export function issueProblems(mapping: Mapping): string[] {
	const { labels, priority_names: names } = mapping.settings;
	return [
		...settingProblems(mapping, ISSUE_SETTINGS),
		...(areLabels(mapping, labels) ? [] : ['settings.labels must be labels of at most 255 characters without spaces']),
		...(arePriorityNames(names)
			? []
			: [`settings.priority_names must give names for some of ${PRIORITIES.join(', ')}, and nothing else`]),
	];
}

function areLabels(mapping: Mapping, labels: unknown): boolean {
	if (labels === undefined || labels === null) return true;
	if (typeof labels !== 'string' && !(Array.isArray(labels) && labels.every((label) => typeof label === 'string'))) {
		return false;
	}
	return settingList(mapping, 'labels').every((label) => /^\S{1,255}$/u.test(label));
}

function arePriorityNames(names: unknown): boolean {
	if (names === undefined || names === null) return true;
	const isName = (name: unknown): boolean => typeof name === 'string' && isVisible(name);
	const isPriority = (key: string): boolean => PRIORITIES.some((priority) => priority === key);
	return isRecord(names) && Object.entries(names).every(([key, name]) => isPriority(key) && isName(name));
}

/** The fields of a new issue, the same in every version of the API but for the form of the description. */
export function issueFields(delivery: Delivery, description: unknown): JsonRecord {
	const { mapping, decision } = delivery;
	const names = mapping.settings.priority_names;
	const priority = isRecord(names) ? names[decision.effectivePriority] : undefined;
	return {
		project: { key: settingText(mapping, 'project_key') },
		issuetype: named(settingText(mapping, 'issue_type') || 'Task'),
		summary: titleOf(delivery),
		description,
		labels: [...new Set([markerOf(delivery), ...settingList(mapping, 'labels')])],
		...(typeof priority === 'string' && { priority: named(priority.trim()) }),
	};
}

function named(text: string): { id: string } | { name: string } {
	return /^\d+$/u.test(text) ? { id: text } : { name: text };
}

/** @throws TriageError rejected or unreadable where no issue is named */
export function issueReceipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	const key = isRecord(body) ? issueKey(body.key) : null;
	if (key === null) throw refusalOf(issueExplanation(response));
	return { externalId: key, externalUrl: browseUrl(mapping, key) };
}

/** Jira's own `errorMessages` and `errors` by field; the gateways before it say `message`. */
export function issueExplanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const messages: unknown[] = Array.isArray(body.errorMessages) ? body.errorMessages : [];
	const errors = isRecord(body.errors) ? Object.entries(body.errors).filter(([, error]) => isText(error)) : [];
	const said = [...messages.filter(isText), ...errors.map(([field, error]) => `${field}: ${String(error)}`)];
	return shorten(plainLine((said.length > 0 ? said : [body.message].filter(isText)).join('; ')), 300);
}

export function isText(value: unknown): value is string {
	return typeof value === 'string' && isVisible(value);
}

/** Keeps a comment from the customers where the project is a service desk; elsewhere it means nothing. */
export const TEAM_ONLY = { properties: [{ key: 'sd.public.comment', value: { internal: true } }] };

/** Asks for the issue that carries the ticket's label. */
export function issueQuestion(delivery: Delivery): Required<Pick<HttpRequest, 'body'>> {
	return { body: JSON.stringify({ jql: `labels = "${markerOf(delivery)}"`, fields: ['key'], maxResults: 1 }) };
}

/** @throws TriageError unreadable where the answer does not say whether there is one */
export function issueFound(response: HttpResponse, delivery: Delivery): Receipt | null {
	const { issues, isLast } = issuesIn(response);
	if (issues.length > 0) return foundIssue(issues[0], delivery);
	if (!isLast) throw unsearchable();
	return null;
}

/** The issues that a search found; `isLast` is false where there are more of them. @throws TriageError unreadable */
export function issuesIn(response: HttpResponse): { issues: unknown[]; isLast: boolean } {
	const body = readJson(response.body);
	if (!isRecord(body) || !Array.isArray(body.issues)) throw unsearchable();
	return { issues: body.issues, isLast: body.isLast !== false && typeof body.nextPageToken !== 'string' };
}

/** @throws TriageError unreadable */
export function foundIssue(issue: unknown, { mapping }: Delivery): Receipt {
	const key = isRecord(issue) ? issueKey(issue.key) : null;
	if (key === null) throw unsearchable();
	return { externalId: key, externalUrl: browseUrl(mapping, key) };
}

export function unsearchable(): TriageError {
	return new TriageError('unreadable', 'Jira did not answer the search for the ticket: look for it there by hand');
}
