import type { JsonRecord } from '../../core/json';
import { documentOfText } from './adf';
import type { Form } from './fields';
import { descriptionText, type Issue, type IssueFields } from './issues';

/** Where an issue is looked at: the site's address, the API's version and how that writes texts. */
export interface View {
	site: string;
	version: string;
	form: Form;
}

/** An issue as it is read, with these of its fields; `*all` and `*navigable` stand for all of them. */
export function showIssue(issue: Issue, names: readonly string[], view: View): JsonRecord {
	const all = fieldsOf(issue, view.form);
	const isAll = names.some((name) => name === '*all' || name === '*navigable');
	const shown = isAll ? all : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
	return {
		expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
		...identityOf(issue, view),
		...(Object.keys(shown).length > 0 && { fields: shown }),
	};
}

/** What a creation is answered with. */
export function identityOf({ id, issueId }: Issue, { site, version }: View): { id: string; key: string; self: string } {
	return { id: issueId, key: id, self: `${site}/rest/api/${version}/issue/${issueId}` };
}

function fieldsOf({ project, fields, createdAt }: Issue, form: Form): JsonRecord {
	const { summary, description, labels, issueType, priority } = fields;
	return {
		project,
		summary,
		labels,
		priority,
		issuetype: { ...issueType, subtask: false },
		description: shownText(description, form),
		status: { id: '1', name: 'Open' },
		created: jiraTime(createdAt),
	};
}

function shownText(text: IssueFields['description'], form: Form): JsonRecord | string | null {
	if (text === null) return null;
	if (form === 'text') return descriptionText(text);
	return typeof text === 'string' ? documentOfText(text) : text;
}

/** `2015-10-08T14:42:00.000+0000` */
export function jiraTime(milliseconds: number): string {
	return new Date(milliseconds).toISOString().replace('Z', '+0000');
}
