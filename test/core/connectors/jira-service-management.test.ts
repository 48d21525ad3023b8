import { jiraServiceManagement } from '../../../core/connectors/jira-service-management';
import {
	API_ENDINGS,
	buildJiraMapping,
	CLOUD_HEADERS as headers,
	FACTS,
	hostileTicket,
	REFUSED_ADDRESSES,
} from '../../helpers/jira';
import { buildDelivery, buildResponse, buildTicket } from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const SETTINGS = { email: 'bot@example.com', api_token: 's3cret', service_desk_id: '10', request_type_id: 25 };
const withSettings = (settings: object) => ({ settings: { ...SETTINGS, ...settings } });
const mappingWith = (settings: object = {}) =>
	buildJiraMapping({}, { system: 'jira_service_management', ...withSettings(settings) });
const bodyOf = (overrides: Parameters<typeof buildDelivery>[0]): Record<string, unknown> =>
	JSON.parse(jiraServiceManagement.request(buildDelivery(overrides))?.body ?? '') as Record<string, unknown>;

const PORTAL = 'https://acme.atlassian.net/servicedesk/customer/portal/10/HELP-1';
const BROWSE = 'https://acme.atlassian.net/browse/HELP-1';
const created = (web: unknown) => ({ status: 201, body: JSON.stringify({ issueKey: 'HELP-1', _links: { web } }) });

const DESCRIPTION = `{noformat}
It pulls two sheets at once and then stops.

--
${FACTS.join('\n')}
{noformat}`;
const asAnswer = (...descriptions: unknown[]) => ({
	body: JSON.stringify({
		issues: descriptions.map((description, i) => ({ key: `HELP-${i + 1}`, fields: { description } })),
		isLast: true,
	}),
});

describeConnector(jiraServiceManagement, {
	mapping: mappingWith(),
	request: {
		method: 'POST',
		url: 'https://acme.atlassian.net/rest/servicedeskapi/request',
		headers,
		body: {
			serviceDeskId: '10',
			requestTypeId: '25',
			requestFieldValues: {
				summary: 'Printer on floor 3 is jammed',
				description: DESCRIPTION,
			},
		},
	},
	refusedMappings: {
		...REFUSED_ADDRESSES,
		'no settings': { settings: {} },
		'no service desk': withSettings({ service_desk_id: undefined }),
		'no request type': withSettings({ request_type_id: '' }),
		'a service desk that is a path': withSettings({ service_desk_id: '10/s3cret' }),
		'a request type that is a name': withSettings({ request_type_id: 's3cret' }),
		'a request type that is an object': withSettings({ request_type_id: { id: 's3cret' } }),
		'neither yes nor no': withSettings({ raise_on_behalf_of: 's3cret@example.com' }),
		'yes as an object': withSettings({ raise_on_behalf_of: { s3cret: true } }),
		'no e-mail address': withSettings({ email: '' }),
		'no token': withSettings({ api_token: null }),
		'an API token as Bearer': { headers: { Authorization: 'Bearer s3cret' } },
	},
	receipts: {
		'a request': { response: created(PORTAL), receipt: { externalId: 'HELP-1', externalUrl: PORTAL } },
		'no link': { response: created(undefined), receipt: { externalId: 'HELP-1', externalUrl: BROWSE } },
		...Object.fromEntries(
			[
				'https://evil.example/HELP-1',
				'https://acme.atlassian.net.evil.example/HELP-1',
				'https://acme.atlassian.net@evil.example/HELP-1',
				'https://evil.example\\@acme.atlassian.net/HELP-1',
				'https://acme.atlassian.net\\.evil.example/HELP-1',
				'https://acme.atlassian.net:8443/HELP-1',
				'http://acme.atlassian.net/HELP-1',
				'//acme.atlassian.net/HELP-1',
				'javascript:alert(1)',
				`${PORTAL} x`,
				`${PORTAL}${'x'.repeat(500)}`,
				5,
			].map((web) => [
				`the link ${JSON.stringify(web).slice(0, 80)} is not followed`,
				{ response: created(web), receipt: { externalId: 'HELP-1', externalUrl: BROWSE } },
			]),
		),
	},
	refusals: {
		'an error instead of a request': { response: { body: '{"errorMessage":"No such type"}' }, code: 'rejected' },
		'a page to log in': { response: { body: '<html>Log in</html>' }, code: 'unreadable' },
		'a key that is a path': { response: { body: '{"issueKey":"../x"}' }, code: 'unreadable' },
	},
	explanations: {
		'its message': {
			response: { body: '{"errorMessage":"Summary is required","i18nErrorMessage":{"i18nKey":"sd.error"}}' },
			explanation: 'Summary is required',
		},
		'its key alone': {
			response: { body: '{"i18nErrorMessage":{"i18nKey":"sd.error","parameters":[]}}' },
			explanation: 'sd.error',
		},
		'what is wrong with a form': {
			response: { body: '{"errorMessage":"Invalid","errors":[{"detail":"The field is required"},{"detail":1}]}' },
			explanation: 'Invalid; The field is required',
		},
		'Jira’s own shape': { response: { body: '{"errorMessages":["Down"]}' }, explanation: 'Down' },
		'none that is text': { response: { body: '{"errorMessage":5,"i18nErrorMessage":[]}' }, explanation: '' },
	},
	search: {
		request: {
			method: 'POST',
			url: 'https://acme.atlassian.net/rest/api/3/search/jql',
			headers,
			body: { jql: 'text ~ "\\"TKT-0123456789ABCDEF0123\\""', fields: ['key', 'description'], maxResults: 50 },
		},
		found: {
			'its description': {
				response: asAnswer(DESCRIPTION),
				receipt: { externalId: 'HELP-1', externalUrl: BROWSE },
			},
			'after one that names it in a comment': {
				response: asAnswer(null, 'Something else', DESCRIPTION),
				receipt: { externalId: 'HELP-3', externalUrl: 'https://acme.atlassian.net/browse/HELP-3' },
			},
			nothing: { response: asAnswer(), receipt: null },
		},
	},
	comment: {
		receipt: { externalId: 'HELP-1', externalUrl: PORTAL },
		request: {
			method: 'POST',
			url: 'https://acme.atlassian.net/rest/servicedeskapi/request/HELP-1/comment',
			headers,
			body: { body: `{noformat}\n${REMARK}\n{noformat}`, public: false },
		},
	},
});

test.each(API_ENDINGS)('an endpoint that ends in %j is that of the site', (ending) => {
	const mapping = { ...mappingWith(), endpoint: `https://acme.atlassian.net${ending}` };
	const { url } = jiraServiceManagement.request(buildDelivery({ mapping })) ?? {};
	expect(url).toBe('https://acme.atlassian.net/rest/servicedeskapi/request');
});

test.each(['true', 'Yes', '1', 'on', true, 1])('on behalf of the reporter if so set: %j', (raise_on_behalf_of) => {
	const { raiseOnBehalfOf, requestFieldValues } = bodyOf({ mapping: mappingWith({ raise_on_behalf_of }) });
	expect(raiseOnBehalfOf).toBe('ana@example.com');
	expect((requestFieldValues as { description: string }).description.split('\n--\n')[1]).toBe(
		`${FACTS.slice(0, 2).join('\n')}\n{noformat}`,
	);
});

test.each(['false', 'no', '0', 'off', false, '', undefined])('not on behalf of anyone: %j', (raise_on_behalf_of) => {
	expect(bodyOf({ mapping: mappingWith({ raise_on_behalf_of }) })).not.toHaveProperty('raiseOnBehalfOf');
});

test.each([
	'',
	'ana',
	'Ana <ana@example.com>',
	'ana@example.com, admin@example.com',
	'ana@example.com\nadmin@example.com',
	'ana@localhost',
	'"ana"@example.com',
	'ana@example.com(admin)',
	'5b10a2844c20165700ede21g',
])('never on behalf of %j, which is no plain address', (email) => {
	const mapping = mappingWith({ raise_on_behalf_of: 'true' });
	expect(bodyOf({ mapping, ticket: buildTicket({ email }) })).not.toHaveProperty('raiseOnBehalfOf');
});

test('hostile text stays within its block, and the id is in it', () => {
	const { requestFieldValues } = bodyOf({ mapping: mappingWith(), ticket: hostileTicket() });
	const { description } = requestFieldValues as { description: string };
	expect(description.match(/\{\s*noformat/giu)).toHaveLength(2);
	expect(description).not.toMatch(/\[~|https:\/\/evil|www\.evil/u);
	expect(description).toContain('\nTicket: TKT-0123456789ABCDEF0123\n');
});

test('through the gateway, where links are another host’s, there is none', () => {
	const mapping = { ...mappingWith(), endpoint: 'https://api.atlassian.com/ex/jira/1' };
	const receipt = jiraServiceManagement.receipt(buildResponse(created(PORTAL)), buildDelivery({ mapping }));
	expect(receipt).toEqual({ externalId: 'HELP-1', externalUrl: null });
});
