import type { JsonRecord } from '../../core/json';
import { REQUEST_TYPE_ID, SERVICE_DESK_ID } from './desk-request';
import { descriptionText, type Issue } from './issues';
import { jiraTime } from './show-issue';

/** A customer's request as the service desk shows it. */
export function showRequest({ id, issueId, fields, createdAt }: Issue, site: string): JsonRecord {
	const { summary, description } = fields;
	return {
		_expands: ['participant', 'status', 'sla', 'requestType', 'serviceDesk', 'attachment', 'action', 'comment'],
		issueId,
		issueKey: id,
		summary,
		requestTypeId: REQUEST_TYPE_ID,
		serviceDeskId: SERVICE_DESK_ID,
		createdDate: dateOf(createdAt),
		requestFieldValues: [
			{ fieldId: 'summary', label: 'What do you need?', value: summary },
			{ fieldId: 'description', label: 'Why do you need this?', value: descriptionText(description) },
		],
		currentStatus: { status: 'Waiting for support', statusCategory: 'NEW', statusDate: dateOf(createdAt) },
		_links: {
			jiraRest: `${site}/rest/api/2/issue/${issueId}`,
			web: `${site}/servicedesk/customer/portal/${SERVICE_DESK_ID}/${id}`,
			agent: `${site}/browse/${id}`,
			self: `${site}/rest/servicedeskapi/request/${issueId}`,
		},
	};
}

export interface SaidComment {
	text: string;
	isPublic: boolean;
	/** Which of the request's comments it is, from 1. */
	number: number;
}

export function showComment({ issueId }: Issue, { text, isPublic, number }: SaidComment, site: string): JsonRecord {
	const id = `${issueId}${number}`;
	return {
		_expands: ['attachment', 'renderedBody'],
		id,
		body: text,
		public: isPublic,
		created: dateOf(Date.now()),
		_links: { self: `${site}/rest/servicedeskapi/request/${issueId}/comment/${id}` },
	};
}

function dateOf(epochMillis: number): JsonRecord {
	const jira = jiraTime(epochMillis);
	return { epochMillis, jira, iso8601: jira.replace(/\.\d+/u, ''), friendly: new Date(epochMillis).toUTCString() };
}
