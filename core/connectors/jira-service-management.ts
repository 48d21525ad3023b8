import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson } from '../json';
import type { Mapping } from '../mapping';
import { cleanLine, shorten } from '../text';
import {
	baseProblems,
	browseUrl,
	cloudCredentialProblems,
	cloudHeaders,
	contentOf,
	issueKey,
	refusalOf,
	titleOf,
} from './common/atlassian';
import { headerProblems, jsonHeaders } from './common/headers';
import { isText, issueExplanation } from './common/issue';
import { addressOf, isAddress, refuseProblems, settingProblems, settingText, type Setting } from './common/settings';
import { wikiVerbatim } from './common/wiki';
import type { Connector, Delivery, Receipt } from './connector';

/** Jira Service Management: a customer's request. It has no label, so the id is in the description only. */
export const jiraServiceManagement: Connector = {
	system: 'jira_service_management',
	problems,
	request,
	receipt,
	explanation,
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
	const { text, facts } = contentOf(delivery);
	return {
		method: 'POST',
		url: addressOf(mapping, '/rest/servicedeskapi/request'),
		headers: jsonHeaders(mapping, cloudHeaders(mapping)),
		body: JSON.stringify({
			serviceDeskId: settingText(mapping, 'service_desk_id'),
			requestTypeId: settingText(mapping, 'request_type_id'),
			// Text is read as wiki markup here, as in the old API.
			requestFieldValues: {
				summary: titleOf(delivery),
				description: wikiVerbatim([text, '', '--', ...facts].join('\n')),
			},
			...reporter(delivery),
		}),
	};
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
	return said.length > 0 ? shorten(cleanLine(said.join('; ')), 300) : issueExplanation(response);
}
