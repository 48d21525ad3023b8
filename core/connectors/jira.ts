import type { HttpRequest } from '../http';
import type { Mapping } from '../mapping';
import { adfDocument } from './common/adf';
import { baseProblems, cloudCredentialProblems, cloudHeaders, contentOf } from './common/atlassian';
import { headerProblems, jsonHeaders } from './common/headers';
import { issueExplanation, issueFields, issueFound, issueProblems, issueQuestion, issueReceipt } from './common/issue';
import { addressOf, refuseProblems } from './common/settings';
import type { Connector, Delivery } from './connector';

/** Jira Cloud: an issue with a rich-text description, found again by its label. */
export const jira: Connector = {
	system: 'jira',
	problems,
	request,
	receipt: issueReceipt,
	explanation: issueExplanation,
	search: { request: searchRequest, found: issueFound },
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

function addressed(mapping: Mapping, path: string): HttpRequest {
	return { method: 'POST', url: addressOf(mapping, path), headers: jsonHeaders(mapping, cloudHeaders(mapping)) };
}
