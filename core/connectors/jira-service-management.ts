import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson } from '../json';
import type { Mapping } from '../mapping';
import { plainLine, shorten } from '../text';
import {
	baseProblems,
	browseUrl,
	cloudCredentialProblems,
	cloudHeaders,
	contentOf,
	issueKey,
	issueOf,
	refusalOf,
	remarkOf,
	siteAddress,
	titleOf,
} from './common/atlassian';
import { headerProblems, jsonHeaders } from './common/headers';
import { isText, issueExplanation } from './common/issue';
import { isAddress, refuseProblems, settingProblems, settingText, type Setting } from './common/settings';
import { textFound, textQuestion } from './common/issue-text';
import { wikiVerbatim } from './common/wiki';
import type { Connector, Delivery, Receipt, Remark } from './connector';

/** Jira Service Management: a customer's request. It takes no label, so it is found again by its description. */
export const jiraServiceManagement: Connector = {
	system: 'jira_service_management',
	problems,
	request,
	receipt,
	explanation,
	search: { lagSeconds: 60, request: searchRequest, found: textFound },
	comment,
	pace: { atOnce: 8 },
};

const SETTINGS: Setting[] = [
	{ key: 'service_desk_id', is: 'the number of a service desk', required: true, pattern: /^\d+$/u },
	{ key: 'request_type_id', is: 'the number of a request type', required: true, pattern: /^\d+$/u },
	{ key: 'raise_on_behalf_of', is: 'true or false', pattern: /^(?:true|yes|on|1|false|no|off|0)$/iu },
];
const YES = /^(?:true|yes|on|1)$/iu;

/** Nothing but an address: no name, no list, no comment. */
const PLAIN_EMAIL = /^[a-z\d.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z\d-]{1,63}\.)+[a-z]{2,63}$/iu;

function problems(mapping: Mapping): string[] {
	const { raise_on_behalf_of: behalf } = mapping.settings;
	const settings = typeof behalf === 'boolean' ? { ...mapping.settings, raise_on_behalf_of: '' } : mapping.settings;
	return [
		...baseProblems(mapping, 'https://example.atlassian.net'),
		...headerProblems(mapping),
		...cloudCredentialProblems(mapping),
		...settingProblems({ ...mapping, settings }, SETTINGS),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('jira_service_management', problems(mapping));
	const onBehalf = reporter(delivery);
	const { text, facts } = contentOf(delivery, onBehalf.raiseOnBehalfOf === undefined ? 'team' : 'reporter');
	return {
		...addressed(mapping, '/rest/servicedeskapi/request'),
		body: JSON.stringify({
			serviceDeskId: settingText(mapping, 'service_desk_id'),
			requestTypeId: settingText(mapping, 'request_type_id'),
			// Text is read as wiki markup here, as in the old API.
			requestFieldValues: {
				summary: titleOf(delivery),
				description: wikiVerbatim([text, '', '--', ...facts].join('\n')),
			},
			...onBehalf,
		}),
	};
}

function searchRequest(delivery: Delivery): HttpRequest {
	refuseProblems('jira_service_management', problems(delivery.mapping));
	return { ...addressed(delivery.mapping, '/rest/api/3/search/jql'), ...textQuestion(delivery) };
}

function comment(remark: Remark): HttpRequest {
	const { mapping } = remark;
	refuseProblems('jira_service_management', problems(mapping));
	return {
		...addressed(mapping, `/rest/servicedeskapi/request/${issueOf(remark.receipt)}/comment`),
		body: JSON.stringify({ body: wikiVerbatim(remarkOf(remark.text)), public: false }),
	};
}

function addressed(mapping: Mapping, path: string): HttpRequest {
	return { method: 'POST', url: siteAddress(mapping, path), headers: jsonHeaders(mapping, cloudHeaders(mapping)) };
}

function reporter({ ticket, mapping }: Delivery): { raiseOnBehalfOf?: string } {
	const wanted = YES.test(String(mapping.settings.raise_on_behalf_of).trim());
	return wanted && PLAIN_EMAIL.test(ticket.email) ? { raiseOnBehalfOf: ticket.email } : {};
}

function receipt(response: HttpResponse, { mapping }: Delivery): Receipt {
	const body = readJson(response.body);
	const key = isRecord(body) ? issueKey(body.issueKey) : null;
	if (!isRecord(body) || key === null) throw refusalOf(explanation(response));
	const web = isRecord(body._links) ? body._links.web : undefined;
	return { externalId: key, externalUrl: isOwn(web, mapping) ? web : browseUrl(mapping, key) };
}

/** Whether a link leads to the host that was asked, and nowhere else. */
function isOwn(link: unknown, { endpoint }: Mapping): link is string {
	const origin = originOf(endpoint);
	return (
		typeof link === 'string' && link.length <= 500 && isAddress(link) && origin !== null && originOf(link) === origin
	);
}

function originOf(address: string): string | null {
	return /^https?:\/\/[^/?#]+/iu.exec(address)?.[0].toLowerCase() ?? null;
}

/** `errorMessage`, or the key of its translation, and what is wrong with single answers; before it, Jira's own shape. */
function explanation(response: HttpResponse): string {
	const body = readJson(response.body);
	if (!isRecord(body)) return '';
	const key = isRecord(body.i18nErrorMessage) ? body.i18nErrorMessage.i18nKey : undefined;
	const errors: unknown[] = Array.isArray(body.errors) ? body.errors : [];
	const details = errors.map((error) => (isRecord(error) ? error.detail : undefined));
	const said = [isText(body.errorMessage) ? body.errorMessage : key, ...details].filter(isText);
	return said.length > 0 ? shorten(plainLine(said.join('; ')), 300) : issueExplanation(response);
}
