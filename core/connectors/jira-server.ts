import type { HttpRequest } from '../http';
import type { Mapping } from '../mapping';
import { API_TOKEN, baseProblems, contentOf, issueOf, remarkOf, siteAddress } from './common/atlassian';
import { basicAuthorization, headerProblems, jsonHeaders, signsIn } from './common/headers';
import {
	issueExplanation,
	issueFields,
	issueFound,
	issueProblems,
	issueQuestion,
	issueReceipt,
	TEAM_ONLY,
} from './common/issue';
import { refuseProblems, settingProblems, settingText, type Setting } from './common/settings';
import { wikiVerbatim } from './common/wiki';
import type { Connector, Delivery, Remark } from './connector';

/** Jira Data Center and Server: an issue whose description is text, found again by its label. */
export const jiraServer: Connector = {
	system: 'jira_server',
	problems,
	request,
	receipt: issueReceipt,
	explanation: issueExplanation,
	search: { lagSeconds: 30, request: searchRequest, found: issueFound },
	comment,
	pace: { atOnce: 4 },
};

const LOGIN: Setting[] = [
	{
		key: 'username',
		is: 'the name of an account, without a colon',
		required: true,
		pattern: /^[^:\p{Cc}\p{Surrogate}]+$/u,
	},
	{ key: 'password', is: 'the password of the account', required: true, pattern: /^[^\p{Cc}\p{Surrogate}]+$/u },
];

function problems(mapping: Mapping): string[] {
	return [
		...baseProblems(mapping, 'https://jira.example.com'),
		...headerProblems(mapping),
		...credentialProblems(mapping),
		...issueProblems(mapping),
	];
}

function credentialProblems(mapping: Mapping): string[] {
	const { api_token: token, username, password } = mapping.settings;
	if (signsIn(mapping)) return [];
	if (token) return settingProblems(mapping, [API_TOKEN]);
	if (username || password) return settingProblems(mapping, LOGIN);
	return ['credentials are missing: settings.api_token, or settings.username and settings.password'];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('jira_server', problems(mapping));
	const { text, facts } = contentOf(delivery);
	const description = wikiVerbatim([text, '', '--', ...facts].join('\n'));
	return {
		...addressed(mapping, '/rest/api/2/issue'),
		body: JSON.stringify({ fields: issueFields(delivery, description) }),
	};
}

function searchRequest(delivery: Delivery): HttpRequest {
	refuseProblems('jira_server', problems(delivery.mapping));
	return { ...addressed(delivery.mapping, '/rest/api/2/search'), ...issueQuestion(delivery) };
}

function comment({ mapping, receipt, text }: Remark): HttpRequest {
	refuseProblems('jira_server', problems(mapping));
	return {
		...addressed(mapping, `/rest/api/2/issue/${issueOf(receipt)}/comment`),
		body: JSON.stringify({ body: wikiVerbatim(remarkOf(text)), ...TEAM_ONLY }),
	};
}

function addressed(mapping: Mapping, path: string): HttpRequest {
	return { method: 'POST', url: siteAddress(mapping, path), headers: jsonHeaders(mapping, ownHeaders(mapping)) };
}

function ownHeaders(mapping: Mapping): Record<string, string> {
	const accept = 'application/json';
	return signsIn(mapping) ? { accept } : { accept, authorization: authorizationOf(mapping) };
}

function authorizationOf(mapping: Mapping): string {
	const token = settingText(mapping, 'api_token');
	if (token !== '') return `Bearer ${token}`;
	// Not trimmed: white space may be part of a password.
	const password = String(mapping.settings.password);
	return basicAuthorization(settingText(mapping, 'username'), password);
}
