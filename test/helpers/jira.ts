import type { Delivery } from '../../core/connectors/connector';
import { buildMapping, buildTicket } from './tickets';

type Mapping = Delivery['mapping'];

export const CLOUD_SETTINGS = { email: 'bot@example.com', api_token: 's3cret', project_key: 'HELP' };
/** bot@example.com:s3cret */
export const CLOUD_AUTHORIZATION = 'Basic Ym90QGV4YW1wbGUuY29tOnMzY3JldA==';

export function buildJiraMapping(settings: Record<string, unknown> = {}, overrides: Partial<Mapping> = {}): Mapping {
	return buildMapping({
		system: 'jira',
		endpoint: 'https://acme.atlassian.net/',
		settings: { ...CLOUD_SETTINGS, ...settings },
		...overrides,
	});
}

/** What the facts of buildDelivery look like below the description. */
export const FACTS = [
	'Ticket: TKT-0123456789ABCDEF0123',
	'Department: IT',
	'Team: IT Support',
	'Priority: medium',
	'Reporter: ana@example.com',
	'Sureness: 90 % (local)',
];

export const MARKER = 'triage-0123456789abcdef0123';

/** Markup of both kinds, mentions, links and control characters in every text of a ticket. */
export const HOSTILE_TEXT =
	'{noformat}[~admin] [~accountid:5] h1. x\n||a|| !https://evil.example/x.png! www.evil.example\n\n\u0000\u0007\ud800{code}\\{noformat}{';

export function hostileTicket(text = HOSTILE_TEXT): Delivery['ticket'] {
	return buildTicket({ title: text, description: text, email: text, source: text, metadata: { [text]: text } });
}

const bad = (settings: Record<string, unknown>, own: Record<string, unknown>): Partial<Mapping> => ({
	settings: { ...own, ...settings },
});

/** Endpoints and headers that no Jira takes. */
export const REFUSED_ADDRESSES: Record<string, Partial<Mapping>> = {
	'no endpoint': { endpoint: '' },
	'another scheme': { endpoint: 'ftp://s3cret.example' },
	'credentials in the endpoint': { endpoint: 'https://bot:s3cret@acme.atlassian.net' },
	'a line break in the endpoint': { endpoint: 'https://acme.atlassian.net\r\nX: s3cret' },
	'the address of another API': { endpoint: 'https://acme.atlassian.net/rest/agile/1.0/s3cret' },
	'an address of the API that is no beginning': { endpoint: 'https://acme.atlassian.net/rest/api/3/issue/s3cret' },
	'a reserved header': { headers: { Host: 's3cret' } },
	'a line break in a header': { headers: { 'x-key': 's3cret\n' } },
};

/** Settings of an issue that must be refused, whatever the credentials. */
export function refusedIssueSettings(own: Record<string, unknown>): Record<string, Partial<Mapping>> {
	return {
		'no project': bad({ project_key: undefined }, own),
		'an empty project': bad({ project_key: '' }, own),
		'a project in lower case': bad({ project_key: 's3cret' }, own),
		'a project that is a query': bad({ project_key: 'A" OR 1=1 s3cret' }, own),
		'a project with a line break': bad({ project_key: 'HELP\n' }, own),
		'an issue type that is an object': bad({ issue_type: { name: 's3cret' } }, own),
		'an invisible issue type': bad({ issue_type: '\u200b' }, own),
		'a label with a space': bad({ labels: ['s3cret label'] }, own),
		'a label with a line break': bad({ labels: ['s3cret\nx'] }, own),
		'a label too long': bad({ labels: 'x'.repeat(256) }, own),
		'labels that are none': bad({ labels: [{ s3cret: 1 }] }, own),
		'labels as an object': bad({ labels: { s3cret: 1 } }, own),
		'priority names as text': bad({ priority_names: 's3cret' }, own),
		'priority names as a list': bad({ priority_names: ['s3cret'] }, own),
		'a name for an unknown priority': bad({ priority_names: { s3cret: 'High' } }, own),
		'a priority without name': bad({ priority_names: { high: ' ' } }, own),
		'a priority whose name is an object': bad({ priority_names: { high: { id: 's3cret' } } }, own),
	};
}

/** What people copy along with the site, and what the Python agent had in its mappings. */
export const API_ENDINGS = [
	'/rest/api/2',
	'/rest/api/3/',
	'/rest/api/latest',
	'/rest/api/2/issue',
	'/rest/api/3/issue/',
	'/rest/api/2?expand=names',
	'///',
	'',
];

export const CLOUD_HEADERS = {
	'content-type': 'application/json',
	accept: 'application/json',
	authorization: CLOUD_AUTHORIZATION,
};

/** Keeps a comment from the customers of a service desk. */
export const TEAM_ONLY = [{ key: 'sd.public.comment', value: { internal: true } }];
