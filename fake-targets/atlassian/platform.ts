import { isRecord, type JsonRecord } from '../../core/json';
import { findRoute, type Route } from '../route';
import type { TargetAnswer, TargetRequest } from '../target';
import { BAD_PAYLOAD, NO_ISSUE, NO_METHOD, NO_PAGE, readObject, refusal, siteOf } from './answers';
import { fieldErrors, findNamed, ISSUE_TYPES, PRIORITIES, PROJECTS, textError } from './fields';
import type { Edition, Form, Named } from './fields';
import { descriptionText, type IssueFields, type Issues } from './issues';
import { showMyself } from './myself';
import { identityOf, jiraTime, showIssue, type View } from './show-issue';

type Search = (body: JsonRecord, issues: Issues, view: View) => TargetAnswer;

export interface PlatformOptions {
	edition: Edition;
	/** What the account that signs in shows of itself beside its name. */
	account: JsonRecord;
	/** How each version of the API writes texts. */
	versions: Record<string, Form>;
	/** Searches by their paths below the version. */
	searches: Record<string, Search>;
	issues: Issues;
}

/** The part of Jira that all its products share: issues, comments, the search, and who is signed in. */
export function createPlatform(options: PlatformOptions): (request: TargetRequest) => TargetAnswer {
	const routes = Object.entries(options.versions).flatMap(([version, form]) => routesOf(version, form, options));
	return (request) => {
		const { handle, id, methods } = findRoute(routes, request);
		if (handle) return handle(request, id);
		return methods.length > 0 ? NO_METHOD : NO_PAGE;
	};
}

type Handle = (request: TargetRequest, id: string) => TargetAnswer;

function routesOf(version: string, form: Form, options: PlatformOptions): Route<Handle>[] {
	const { account, edition, issues } = options;
	const at = (path: string): RegExp => new RegExp(`^/rest/api/${version}${path}$`, 'u');
	const viewOf = (request: TargetRequest): View => ({ site: siteOf(request), version, form });
	const withBody =
		(answer: (body: JsonRecord, view: View, id: string) => TargetAnswer): Handle =>
		(request, id) => {
			const read = readObject(request);
			return 'refused' in read ? read.refused : answer(read.body, viewOf(request), id);
		};
	return [
		['GET', at('/myself'), (request) => ({ status: 200, body: showMyself(edition.person, account, viewOf(request)) })],
		['POST', at('/issue'), withBody((body, view) => create(body, { edition, issues, view }))],
		['GET', at('/issue/([\\w-]+)'), (request, id) => show(id, issues, viewOf(request))],
		['POST', at('/issue/([\\w-]+)/comment'), withBody((body, view, id) => comment(body, { id, issues, view }))],
		...Object.entries(options.searches).map(([path, search]): Route<Handle> => [
			'POST',
			at(path),
			withBody((body, view) => search(body, issues, view)),
		]),
	];
}

function create(body: JsonRecord, place: { edition: Edition; issues: Issues; view: View }): TargetAnswer {
	const { edition, issues, view } = place;
	const { fields, properties = [], update = {}, ...others } = body;
	if (Object.keys(others).length > 0 || !isRecord(fields) || !areProperties(properties) || !isEmpty(update)) {
		return BAD_PAYLOAD;
	}
	const errors = fieldErrors(fields, edition, view.form);
	if (Object.keys(errors).length > 0) return refusal(400, [], errors);
	const { summary, description = null, labels = [] } = fields as Partial<IssueFields>;
	const kept: IssueFields = {
		...{ summary: String(summary), description, labels: [...new Set(labels)] },
		issueType: findNamed(ISSUE_TYPES, fields.issuetype) as Named,
		priority: findNamed(PRIORITIES, fields.priority) ?? PRIORITIES[2],
	};
	const project = findNamed(PROJECTS, fields.project) as (typeof PROJECTS)[number];
	return { status: 201, body: identityOf(issues.add(project, kept, body), view) };
}

function areProperties(properties: unknown): boolean {
	const isProperty = (one: unknown): boolean =>
		isRecord(one) && typeof one.key === 'string' && Object.keys(one).sort().join() === 'key,value';
	return Array.isArray(properties) && properties.every(isProperty);
}

function isEmpty(update: unknown): boolean {
	return isRecord(update) && Object.keys(update).length === 0;
}

function show(id: string, issues: Issues, view: View): TargetAnswer {
	const issue = issues.find(id);
	return issue ? { status: 200, body: showIssue(issue, ['*all'], view) } : NO_ISSUE;
}

function comment(body: JsonRecord, { id, issues, view }: { id: string; issues: Issues; view: View }): TargetAnswer {
	const issue = issues.find(id);
	if (!issue) return NO_ISSUE;
	const { body: text, properties = [], ...others } = body;
	const isBlank = typeof text === 'string' && text.trim() === '';
	if (isBlank && view.form === 'text') return refusal(400, [], { comment: 'Comment body can not be empty!' });
	if (Object.keys(others).length > 0 || !areProperties(properties)) return BAD_PAYLOAD;
	if (textError(text, view.form) !== null) return refusal(400, [], { comment: 'Comment body is not valid!' });
	const number = issue.comments.push(descriptionText(text as JsonRecord | string));
	const { self } = identityOf(issue, view);
	const time = jiraTime(Date.now());
	const commentId = `${issue.issueId}${number}`;
	return {
		status: 201,
		body: { self: `${self}/comment/${commentId}`, id: commentId, body: text, created: time, updated: time },
	};
}
