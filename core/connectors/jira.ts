import type { HttpRequest } from '../http';
import type { Mapping } from '../mapping';
import { adfDocument } from './common/adf';
import {
	baseProblems,
	cloudCredentialProblems,
	cloudHeaders,
	contentOf,
	issueOf,
	remarkOf,
	siteAddress,
} from './common/atlassian';
import { headerProblems, jsonHeaders } from './common/headers';
import {
	issueExplanation,
	issueFields,
	issueFound,
	issueProblems,
	issueQuestion,
	issueReceipt,
	TEAM_ONLY,
} from './common/issue';
import { refuseProblems } from './common/settings';
import type { Connector, Delivery, Remark } from './connector';

/** Jira Cloud: an issue with a rich-text description, found again by its label. */
export const jira: Connector = {
	system: 'jira',
	problems,
	request,
	receipt: issueReceipt,
	explanation: issueExplanation,
	search: { lagSeconds: 60, request: searchRequest, found: issueFound },
	comment,
	pace: { atOnce: 8 },
};

function problems(mapping: Mapping): string[] {
	return [
		...baseProblems(mapping, 'https://example.atlassian.net'),
		...headerProblems(mapping),
		...cloudCredentialProblems(mapping),
		...issueProblems(mapping),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('jira', problems(mapping));
	const { text, facts } = contentOf(delivery);
	return {
		...addressed(mapping, '/rest/api/3/issue'),
		body: JSON.stringify({ fields: issueFields(delivery, adfDocument(text, facts)) }),
	};
}

function searchRequest(delivery: Delivery): HttpRequest {
	refuseProblems('jira', problems(delivery.mapping));
	return { ...addressed(delivery.mapping, '/rest/api/3/search/jql'), ...issueQuestion(delivery) };
}

function comment({ mapping, receipt, text }: Remark): HttpRequest {
	refuseProblems('jira', problems(mapping));
	return {
		...addressed(mapping, `/rest/api/3/issue/${issueOf(receipt)}/comment`),
		body: JSON.stringify({ body: adfDocument(remarkOf(text), []), ...TEAM_ONLY }),
	};
}

function addressed(mapping: Mapping, path: string): HttpRequest {
	return { method: 'POST', url: siteAddress(mapping, path), headers: jsonHeaders(mapping, cloudHeaders(mapping)) };
}
