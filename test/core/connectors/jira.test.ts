import { jira } from '../../../core/connectors/jira';
import { PRIORITIES } from '../../../core/ticket';
import {
	API_ENDINGS,
	buildJiraMapping,
	CLOUD_HEADERS as headers,
	CLOUD_SETTINGS,
	FACTS,
	hostileTicket,
	MARKER,
	REFUSED_ADDRESSES,
	refusedIssueSettings,
	TEAM_ONLY,
} from '../../helpers/jira';
import { buildDecision, buildDelivery, buildResponse, buildTicket, thrownBy } from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const without = (key: string) => ({ settings: { ...CLOUD_SETTINGS, [key]: undefined } });
const withSettings = (settings: object) => ({ settings: { ...CLOUD_SETTINGS, ...settings } });

interface Fields {
	summary: string;
	labels: string[];
	issuetype: unknown;
	priority?: unknown;
}

const fieldsOf = (overrides: Parameters<typeof buildDelivery>[0]): Fields => {
	const body = jira.request(buildDelivery({ mapping: buildJiraMapping(), ...overrides }))?.body ?? '';
	return (JSON.parse(body) as { fields: Fields }).fields;
};
const fieldsWith = (settings: object): Fields => fieldsOf({ mapping: buildJiraMapping({ ...settings }) });

describeConnector(jira, {
	mapping: buildJiraMapping(),
	request: {
		method: 'POST',
		url: 'https://acme.atlassian.net/rest/api/3/issue',
		headers,
		body: {
			fields: {
				project: { key: 'HELP' },
				issuetype: { name: 'Task' },
				summary: 'Printer on floor 3 is jammed',
				description: {
					version: 1,
					type: 'doc',
					content: [
						paragraph('It pulls two sheets at once and then stops.'),
						{ type: 'rule' },
						{
							type: 'bulletList',
							content: FACTS.map((fact) => ({ type: 'listItem', content: [paragraph(fact)] })),
						},
					],
				},
				labels: [MARKER],
			},
		},
	},
	refusedMappings: {
		...REFUSED_ADDRESSES,
		...refusedIssueSettings(CLOUD_SETTINGS),
		'no settings': { settings: {} },
		'no e-mail address': without('email'),
		'no token': without('api_token'),
		'an empty token': withSettings({ api_token: '' }),
		'a token with a line break': withSettings({ api_token: 's3cret\r\nx: 1' }),
		'an account that is no address': withSettings({ email: 's3cret' }),
		'half a character in the account': withSettings({ email: '\ud800s3cret@example.com' }),
		'a colon in the account': withSettings({ email: 'a:s3cret@example.com' }),
		'an API token as Bearer': { headers: { Authorization: 'Bearer s3cret' } },
	},
	receipts: {
		'an issue': {
			response: { status: 201, body: '{"id":"10000","key":"HELP-24","self":"https://evil.example/10000"}' },
			receipt: { externalId: 'HELP-24', externalUrl: 'https://acme.atlassian.net/browse/HELP-24' },
		},
	},
	refusals: {
		'errors instead of an issue': {
			response: { body: '{"errorMessages":["Project is archived"],"errors":{}}' },
			code: 'rejected',
		},
		'a page to log in': { response: { body: '<html>Log in</html>' }, code: 'unreadable' },
		'a key that is a path': { response: { status: 201, body: '{"key":"../../evil"}' }, code: 'unreadable' },
		'a key with more before it': { response: { body: '{"key":"x/HELP-1"}' }, code: 'unreadable' },
		'a key with more after it': { response: { body: '{"key":"HELP-1/x"}' }, code: 'unreadable' },
		'a key that is another host': { response: { body: '{"key":"@evil.example"}' }, code: 'unreadable' },
	},
	explanations: {
		'messages and fields': {
			response: { body: '{"errorMessages":["No","Never"],"errors":{"priority":"is required","x":{}}}' },
			explanation: 'No; Never; priority: is required',
		},
		'fields alone': { response: { body: '{"errors":{"labels":"bad\\nlabel"}}' }, explanation: 'labels: bad label' },
		'the gateway’s message': {
			response: { body: '{"message":"not authenticated"}' },
			explanation: 'not authenticated',
		},
		'none that is text': { response: { body: '{"errorMessages":[1,{}],"errors":["x"]}' }, explanation: '' },
		shortened: {
			response: { body: JSON.stringify({ errorMessages: ['x'.repeat(400)] }) },
			explanation: 'x'.repeat(300),
		},
	},
	search: {
		request: {
			method: 'POST',
			url: 'https://acme.atlassian.net/rest/api/3/search/jql',
			headers,
			body: { jql: `labels = "${MARKER}"`, fields: ['key'], maxResults: 1 },
		},
		found: {
			'an issue': {
				response: { body: '{"issues":[{"id":"10000","key":"HELP-24"}],"isLast":true}' },
				receipt: { externalId: 'HELP-24', externalUrl: 'https://acme.atlassian.net/browse/HELP-24' },
			},
			nothing: { response: { body: '{"issues":[],"isLast":true}' }, receipt: null },
		},
	},
	comment: {
		receipt: { externalId: 'HELP-24', externalUrl: null },
		request: {
			method: 'POST',
			url: 'https://acme.atlassian.net/rest/api/3/issue/HELP-24/comment',
			headers,
			body: { body: { version: 1, type: 'doc', content: [paragraph(REMARK)] }, properties: TEAM_ONLY },
		},
	},
});

test.each([
	['an issue whose key cannot be read', '{"issues":[{"key":"?"}]}'],
	['an empty page with more behind it', '{"issues":[],"nextPageToken":"x"}'],
	['an empty page that is not the last', '{"issues":[],"isLast":false}'],
])('%s is not taken for none', (_, body) => {
	const search = () => jira.search?.found(buildResponse({ body }), buildDelivery());
	expect(search).toThrow('Jira did not answer the search');
});

test.each(API_ENDINGS)('an endpoint that ends in %j is that of the site', (ending) => {
	const mapping = buildJiraMapping({}, { endpoint: `https://acme.atlassian.net${ending}` });
	expect(jira.problems(mapping)).toEqual([]);
	expect(jira.request(buildDelivery({ mapping }))?.url).toBe('https://acme.atlassian.net/rest/api/3/issue');
	const receipt = jira.receipt(buildResponse({ body: '{"key":"HELP-1"}' }), buildDelivery({ mapping }));
	expect(receipt.externalUrl).toBe('https://acme.atlassian.net/browse/HELP-1');
});

test('a site that calls for a Bearer token is known once its reference is resolved', () => {
	const mapping = buildJiraMapping({}, { endpoint: '${JIRA_API_URL}', headers: { Authorization: 'Bearer x' } });
	expect(jira.problems(mapping)).toEqual([]);
	const resolved = { ...mapping, endpoint: 'https://acme.atlassian.net/rest/api/2' };
	expect(thrownBy(() => jira.request(buildDelivery({ mapping: resolved }))).message).toContain('no Bearer token');
});

test('what a reference is followed by must be the site all the same', () => {
	const mapping = buildJiraMapping({}, { endpoint: '${JIRA_API_URL}/rest/agile/1.0' });
	expect(jira.problems(mapping)).toEqual([expect.stringContaining('must end before /rest')]);
	expect(jira.problems({ ...mapping, endpoint: '${JIRA_API_URL}/rest/api/2' })).toEqual([]);
});

test('nothing is searched for with a mapping that cannot be used', () => {
	expect(() => jira.search?.request(buildDelivery({ mapping: buildJiraMapping({ email: '' }) }))).toThrow(
		'cannot be used',
	);
});

test('the question cannot be broken out of by a ticket’s id', () => {
	const delivery = buildDelivery({ mapping: buildJiraMapping(), ticketId: 'X" OR project = "HR' });
	expect(jira.search?.request(delivery).body).toContain('labels = \\"triage-x--or-project----hr\\"');
});

test.each([
	['Incident', { name: 'Incident' }],
	['10001', { id: '10001' }],
	[10001, { id: '10001' }],
	['Service Request', { name: 'Service Request' }],
])('the issue type %j is sent as %j', (issue_type, sent) => {
	expect(fieldsWith({ issue_type }).issuetype).toEqual(sent);
});

test.each([
	[
		['a', 'b'],
		[MARKER, 'a', 'b'],
	],
	['a, b', [MARKER, 'a', 'b']],
	[
		[MARKER, 'a', 'a'],
		[MARKER, 'a'],
	],
	['', [MARKER]],
])('the labels %j are sent as %j', (labels, sent) => {
	expect(fieldsWith({ labels }).labels).toEqual(sent);
});

test.each(PRIORITIES)('the priority %s is sent only under a name that was given', (effectivePriority) => {
	const decision = buildDecision({ effectivePriority });
	const mapping = buildJiraMapping({ priority_names: { high: 'P2', critical: '1' } });
	const sent: Record<string, unknown> = { high: { name: 'P2' }, critical: { id: '1' } };
	expect(fieldsOf({ decision, mapping }).priority).toEqual(sent[effectivePriority]);
});

test('the reporter is named in the text, never in a field that wants an account', () => {
	expect(Object.keys(fieldsOf({}))).toEqual(['project', 'issuetype', 'summary', 'description', 'labels']);
});

test('the summary is one line of at most 255, and no link', () => {
	const title = `https://evil.example\n${'x'.repeat(300)}`;
	const { summary } = fieldsOf({ ticket: buildTicket({ title }) });
	expect(summary).toHaveLength(255);
	expect(summary).toMatch(/^hxxps:\/\/evil\.example x+…$/u);
});

test('hostile text is neither link nor control character, and the facts stay one line each', () => {
	const body = jira.request(buildDelivery({ mapping: buildJiraMapping(), ticket: hostileTicket() }))?.body ?? '';
	expect(body).not.toMatch(/https:\/\/evil|www\.evil|\\u0000|\\u0007|\\ud800|"marks"|"attrs"/u);
	expect(body.match(/"listItem"/gu)).toHaveLength(FACTS.length + 1);
});

test('an authorization header of the mapping wins, and no credentials are needed then', () => {
	const mapping = buildJiraMapping({ email: '', api_token: '' }, { headers: { Authorization: 'Basic eA==' } });
	expect(jira.request(buildDelivery({ mapping }))?.headers.authorization).toBe('Basic eA==');
});

test('the gateway takes Bearer, and has no page that a person could open', () => {
	const endpoint = 'https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555';
	const mapping = buildJiraMapping({}, { endpoint, headers: { Authorization: 'Bearer ${TOKEN}' } });
	expect(jira.problems(mapping)).toEqual([]);
	const receipt = jira.receipt(buildResponse({ body: '{"key":"HELP-1"}' }), buildDelivery({ mapping }));
	expect(receipt).toEqual({ externalId: 'HELP-1', externalUrl: null });
});

test('references count as well-formed, and every problem is said at once', () => {
	const references = { email: '${MAIL}', api_token: '${TOKEN}', project_key: '${KEY}', labels: ['${LABEL}'] };
	expect(jira.problems(buildJiraMapping(references))).toEqual([]);
	const nothing = { email: '', api_token: '', project_key: '', labels: 'a b', priority_names: 1 };
	expect(jira.problems(buildJiraMapping(nothing, { endpoint: 'x' }))).toHaveLength(6);
});
