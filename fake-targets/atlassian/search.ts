import type { JsonRecord } from '../../core/json';
import type { TargetAnswer } from '../target';
import { BAD_PAYLOAD, refusal } from './answers';
import type { Issue, Issues } from './issues';
import { readJql } from './jql';
import { showIssue, type View } from './show-issue';

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const areNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isInteger);

const CLOUD_QUESTION: Record<string, (value: unknown) => boolean> = {
	...{ jql: isText, fields: areTexts, fieldsByKeys: isFlag, expand: isText, properties: areTexts },
	...{ maxResults: isCount, nextPageToken: isText, reconcileIssues: areNumbers },
};
const SERVER_QUESTION: Record<string, (value: unknown) => boolean> = {
	...{ jql: isText, fields: areTexts, expand: areTexts, validateQuery: isFlag },
	...{ startAt: isCount, maxResults: isCount },
};

function fits(body: JsonRecord, question: Record<string, (value: unknown) => boolean>): boolean {
	return Object.entries(body).every(([name, value]) => Object.hasOwn(question, name) && question[name](value));
}

const UNBOUNDED =
	'Unbounded JQL queries are not allowed here. Please add a search restriction to your query. ' +
	'For more information visit https://developer.atlassian.com/changelog/#CHANGE-2046';
const MOST_RECONCILED = 50;

/** `POST /rest/api/3/search/jql`: pages by token, and of each issue no more than its number unless fields are asked for. */
export function searchCloud(body: JsonRecord, issues: Issues, view: View): TargetAnswer {
	const reconciled = Array.isArray(body.reconcileIssues) ? body.reconcileIssues.map(String) : [];
	const start = offsetOf(body.nextPageToken ?? '0');
	if (!fits(body, CLOUD_QUESTION) || reconciled.length > MOST_RECONCILED || start === null) return BAD_PAYLOAD;
	const jql = String(body.jql ?? '');
	if (jql.replace(/\border\s+by\b[^]*$/iu, '').trim() === '') return refusal(400, [UNBOUNDED]);
	const test = readJql(jql);
	if (typeof test === 'string') return refusal(400, [test]);
	const found = issues.indexed(reconciled).filter(test);
	const end = start + Number(body.maxResults ?? 50);
	const fields = (body.fields ?? ['id']) as string[];
	const show = (issue: Issue): JsonRecord =>
		fields.join() === 'id' ? { id: issue.issueId } : showIssue(issue, fields, view);
	const page = found.slice(start, end);
	const next = end < found.length ? { nextPageToken: tokenOf(end) } : {};
	return { status: 200, body: { issues: page.map(show), isLast: end >= found.length, ...next } };
}

function tokenOf(offset: number): string {
	return Buffer.from(`from ${offset}`).toString('base64');
}

function offsetOf(token: unknown): number | null {
	if (token === '0') return 0;
	const [, offset] = /^from (\d{1,9})$/u.exec(Buffer.from(String(token), 'base64').toString()) ?? [];
	return offset === undefined ? null : Number(offset);
}

/** `POST /rest/api/2/search` of Data Center: pages by offset, all fields unless some are asked for. */
export function searchServer(body: JsonRecord, issues: Issues, view: View): TargetAnswer {
	if (!fits(body, SERVER_QUESTION)) return BAD_PAYLOAD;
	const test = readJql(String(body.jql ?? ''));
	if (typeof test === 'string') return refusal(400, [test]);
	const { startAt = 0, maxResults = 50, fields = ['*navigable'] } = body;
	const found = issues.indexed().filter(test);
	const page = found.slice(Number(startAt), Number(startAt) + Number(maxResults));
	const shown = page.map((issue) => showIssue(issue, fields as string[], view));
	return { status: 200, body: { expand: 'schema,names', startAt, maxResults, total: found.length, issues: shown } };
}

/** The search of before, which the Cloud has switched off. */
export function searchRemoved(): TargetAnswer {
	const message =
		'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. ' +
		'A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046';
	return refusal(410, [message]);
}
