import type { JsonRecord } from '../../../core/json';
import { ISSUE_TYPES, PRIORITIES, PROJECTS } from '../../../fake-targets/atlassian/fields';
import { createIssues, type IssueFields, type Issues } from '../../../fake-targets/atlassian/issues';
import { searchCloud, searchServer } from '../../../fake-targets/atlassian/search';
import type { View } from '../../../fake-targets/atlassian/show-issue';

const VIEW: View = { site: 'http://localhost', version: '3', form: 'document' };
const BASE = { labels: [], issueType: ISSUE_TYPES[0], priority: PRIORITIES[2] };

let now = 1000;
function filled(): Issues {
	const issues = createIssues({ indexLagMs: 100, now: () => now });
	const add = (project: number, fields: Partial<IssueFields>): void =>
		void issues.add(PROJECTS[project], { ...BASE, summary: 'A summary', description: null, ...fields }, {});
	now = 1000;
	add(0, { labels: ['triage-1', 'it'], description: 'The fax, on floor 3, is dead.\nTicket: TKT-AB1' });
	add(0, { labels: ['triage-2'], description: 'Ticket: TKT-AB1-2', summary: 'Fax: dead again' });
	add(1, { labels: ['Triage-1'], description: { type: 'doc', content: [{ type: 'text', text: 'Über "fax"' }] } });
	now = 2000;
	issues.all[2].comments.push('See TKT-AB1, they say');
	return issues;
}

const found = ({ body }: { body: unknown }): unknown[] =>
	(body as { issues: { id: string }[] }).issues.map(({ id }) => Number(id) - 10_000);
const ask = (body: JsonRecord): unknown[] => found(searchCloud(body, filled(), VIEW));

it.each([
	['labels = "triage-1"', [0]],
	['labels = triage-1', [0]],
	["labels = 'it'", [0]],
	['labels = "it" AND labels = "triage-1"', [0]],
	['labels = "it" and labels = "triage-2"', []],
	['labels = "triage"', []],
	['project = OPS', [2]],
	['project = "Help desk" ORDER BY created DESC, key', [1, 0]],
	['summary ~ "dead fax"', [1]],
	['summary ~ "\\"dead fax\\""', []],
	['summary ~ "\\"fax dead\\""', [1]],
	['text ~ "\\"fax on\\""', [0]],
	['text ~ "\\"TKT-AB1\\""', [2, 1, 0]],
	['description ~ "\\"TKT-AB1\\""', [1, 0]],
	['description ~ "\\"TKT-AB1-2\\""', [1]],
	['comment ~ "they"', [2]],
	['text ~ "\\"über fax\\""', [2]],
	['text ~ "\\"fa\\""', []],
	['labels = "a\\"b"', []],
])('%s finds %j', (jql, issues) => {
	expect(ask({ jql })).toEqual(issues);
	expect(found(searchServer({ jql }, filled(), VIEW))).toEqual(issues);
});

const SYNTAX = 'Error in the JQL Query: Expecting a clause such as field = "value".';
const REFUSED: [string, string][] = [
	['labels', SYNTAX],
	['labels = "a" AND', SYNTAX],
	['labels = "a" OR labels = "b"', SYNTAX],
	['labels = "a', SYNTAX],
	['labels = "a" labels = "b"', SYNTAX],
	['labels in (a)', SYNTAX],
	['labels ~ a', "The operator '~' is not supported by the 'labels' field."],
	['labels != a', "The operator '!=' is not supported by the 'labels' field."],
	['text = a', "The operator '=' is not supported by the 'text' field."],
	['tostring = a', "Field 'tostring' does not exist or you do not have permission to view it."],
	['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
];

it.each(REFUSED)('%s is refused', (jql, message) => {
	const answer = { status: 400, body: { errorMessages: [message], errors: {} } };
	expect(searchCloud({ jql }, filled(), VIEW)).toEqual(answer);
	expect(searchServer({ jql }, filled(), VIEW)).toEqual(answer);
});

describe('the Cloud', () => {
	it.each([[{}], [{ jql: '' }], [{ jql: 'ORDER BY created' }]])('refuses %j, which has no bounds', (body) => {
		expect(searchCloud(body, filled(), VIEW)).toMatchObject({
			status: 400,
			body: { errorMessages: [expect.stringMatching(/^Unbounded JQL queries are not allowed here\./u)] },
		});
	});

	it.each([
		[{ startAt: 0 }],
		[{ validateQuery: true }],
		[{ fields: 'key' }],
		[{ maxResults: '1' }],
		[{ maxResults: -1 }],
		[{ nextPageToken: 'x' }],
		[{ nextPageToken: 1 }],
		[{ reconcileIssues: ['1'] }],
		[{ reconcileIssues: Array<number>(51).fill(1) }],
		[{ toString: 1 }],
		[{ jql: 1 }],
	])('refuses %j', (change) => {
		const answer = searchCloud({ jql: 'labels = a', ...change }, filled(), VIEW);
		expect(answer).toMatchObject({ status: 400, body: { errorMessages: [expect.stringContaining('payload')] } });
	});

	it('names numbers alone, and fields where they are asked for', () => {
		const answer = (fields?: string[]): unknown => {
			const body = { jql: 'labels = it', ...(fields && { fields }) };
			return (searchCloud(body, filled(), VIEW).body as { issues: unknown[] }).issues[0];
		};
		const own = { id: '10000', key: 'HELP-1', self: 'http://localhost/rest/api/3/issue/10000' };
		expect(answer()).toEqual({ id: '10000' });
		expect(answer(['key'])).toEqual({ expand: expect.any(String), ...own });
		expect(answer(['key', 'summary'])).toEqual({
			expand: expect.any(String),
			...own,
			fields: { summary: 'A summary' },
		});
		expect(answer(['*all'])).toMatchObject({
			fields: { description: { type: 'doc' }, labels: ['triage-1', 'it'], project: { key: 'HELP' } },
		});
	});

	it('gives pages, each with the token of the next', () => {
		const page = (token?: string): JsonRecord => {
			const body = { jql: 'project = HELP', maxResults: 1, ...(token !== undefined && { nextPageToken: token }) };
			return searchCloud(body, filled(), VIEW).body as JsonRecord;
		};
		const { issues, isLast, nextPageToken } = page();
		expect([issues, isLast]).toEqual([[{ id: '10001' }], false]);
		expect(page(String(nextPageToken))).toEqual({ issues: [{ id: '10000' }], isLast: true });
	});

	it('finds the new only after a while, unless it is named', () => {
		const issues = filled();
		issues.add(PROJECTS[0], { ...BASE, summary: 'new', description: null, labels: ['new'] }, {});
		const all = (body: JsonRecord = {}): unknown[] =>
			found(searchCloud({ jql: 'labels = new', ...body }, issues, VIEW));
		now = 2099;
		expect([all(), all({ reconcileIssues: [10_003] })]).toEqual([[], [3]]);
		now = 2100;
		expect(all()).toEqual([3]);
	});
});

describe('Data Center', () => {
	it('gives all there is for no question, in pages by offset, with all fields', () => {
		const view: View = { ...VIEW, version: '2', form: 'text' };
		const answer = searchServer({ startAt: 1, maxResults: 1 }, filled(), view).body as { issues: unknown[] };
		expect(answer).toMatchObject({ expand: 'schema,names', startAt: 1, maxResults: 1, total: 3 });
		expect(answer.issues).toMatchObject([
			{ key: 'HELP-2', fields: { summary: 'Fax: dead again', description: 'Ticket: TKT-AB1-2' } },
		]);
	});

	it.each([[{ nextPageToken: 'x' }], [{ startAt: -1 }], [{ fields: 'key' }], [{ jql: 1 }]])('refuses %j', (body) => {
		expect(searchServer(body, filled(), VIEW)).toMatchObject({ status: 400 });
	});
});
