import { jiraServer } from '../../../core/connectors/jira-server';
import {
	API_ENDINGS,
	buildJiraMapping,
	FACTS,
	hostileTicket,
	MARKER,
	REFUSED_ADDRESSES,
	refusedIssueSettings,
	TEAM_ONLY,
} from '../../helpers/jira';
import { buildDelivery, buildMapping } from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const SETTINGS = { api_token: 's3cret', project_key: 'HELP' };
const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: 'Bearer s3cret' };
const withSettings = (settings: object) => ({ settings: { ...SETTINGS, api_token: undefined, ...settings } });
const buildServerMapping = (settings: Record<string, unknown> = SETTINGS) =>
	buildMapping({ system: 'jira_server', endpoint: 'https://desk.example.com/jira', settings });

const requestWith = (settings: object) =>
	jiraServer.request(buildDelivery({ mapping: buildServerMapping({ project_key: 'HELP', ...settings }) }));

describeConnector(jiraServer, {
	mapping: buildServerMapping(),
	request: {
		method: 'POST',
		url: 'https://desk.example.com/jira/rest/api/2/issue',
		headers,
		body: {
			fields: {
				project: { key: 'HELP' },
				issuetype: { name: 'Task' },
				summary: 'Printer on floor 3 is jammed',
				description: [
					'{noformat}',
					'It pulls two sheets at once and then stops.',
					'',
					'--',
					...FACTS,
					'{noformat}',
				].join('\n'),
				labels: [MARKER],
			},
		},
	},
	refusedMappings: {
		...REFUSED_ADDRESSES,
		...refusedIssueSettings(SETTINGS),
		'no settings': { settings: {} },
		'no credentials': withSettings({}),
		'a token with a line break': withSettings({ api_token: 's3cret\n' }),
		'a token that is an object': withSettings({ api_token: { s3cret: 1 } }),
		'a password for nobody': withSettings({ password: 's3cret' }),
		'an account without password': withSettings({ username: 's3cret' }),
		'a colon in the account': withSettings({ username: 's3cret:x', password: 'x' }),
		'half a character in the account': withSettings({ username: '\ud800s3cret', password: 'x' }),
		'half a character in the password': withSettings({ username: 'bot', password: 's3cret\ud800' }),
		'a line break in the password': withSettings({ username: 'bot', password: 's3cret\n' }),
	},
	receipts: {
		'an issue': {
			response: { status: 201, body: '{"id":"1","key":"HELP_2-7","self":"https://desk.example.com/jira/rest/1"}' },
			receipt: { externalId: 'HELP_2-7', externalUrl: 'https://desk.example.com/jira/browse/HELP_2-7' },
		},
	},
	refusals: {
		'errors instead of an issue': { response: { body: '{"errors":{"project":"is required"}}' }, code: 'rejected' },
		'a page to log in': { response: { body: '<html>Log in</html>' }, code: 'unreadable' },
	},
	explanations: {
		fields: { response: { body: '{"errorMessages":[],"errors":{"project":"no"}}' }, explanation: 'project: no' },
		'a page': { response: { body: '<html>Unauthorized (401)</html>' }, explanation: '' },
	},
	search: {
		request: {
			method: 'POST',
			url: 'https://desk.example.com/jira/rest/api/2/search',
			headers,
			body: { jql: `labels = "${MARKER}"`, fields: ['key'], maxResults: 1 },
		},
		found: {
			'an issue': {
				response: { body: '{"startAt":0,"maxResults":1,"total":1,"issues":[{"key":"HELP-7"}]}' },
				receipt: { externalId: 'HELP-7', externalUrl: 'https://desk.example.com/jira/browse/HELP-7' },
			},
			nothing: { response: { body: '{"total":0,"issues":[]}' }, receipt: null },
		},
	},
	comment: {
		receipt: { externalId: 'HELP-7', externalUrl: null },
		request: {
			method: 'POST',
			url: 'https://desk.example.com/jira/rest/api/2/issue/HELP-7/comment',
			headers,
			body: { body: `{noformat}\n${REMARK}\n{noformat}`, properties: TEAM_ONLY },
		},
	},
});

test.each(API_ENDINGS)('an endpoint that ends in %j is that of the site, below its own path', (ending) => {
	const mapping = { ...buildServerMapping(), endpoint: `https://desk.example.com/jira${ending}` };
	expect(jiraServer.problems(mapping)).toEqual([]);
	expect(jiraServer.request(buildDelivery({ mapping }))?.url).toBe('https://desk.example.com/jira/rest/api/2/issue');
});

test('a name and a password go as Basic, white space in the password included', () => {
	const request = requestWith({ username: 'bot', password: 'p:ä ' });
	expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('bot:p:ä ').toString('base64')}`);
});

test('an authorization header of the mapping wins, and no credentials are needed then', () => {
	const mapping = { ...buildServerMapping({ project_key: 'HELP' }), headers: { Authorization: 'Basic eA==' } };
	expect(jiraServer.request(buildDelivery({ mapping }))?.headers.authorization).toBe('Basic eA==');
});

test.each([
	['jql', () => jiraServer.search?.request(buildDelivery({ mapping: buildServerMapping({}) }))],
	['issue', () => jiraServer.request(buildDelivery({ mapping: buildServerMapping({}) }))],
])('nothing is asked with a mapping that cannot be used (%s)', (_, ask) => {
	expect(ask).toThrow('cannot be used');
});

test('of both, the token is used', () => {
	const request = requestWith({ api_token: 't0ken', username: 'bot', password: 'x' });
	expect(request?.headers.authorization).toBe('Bearer t0ken');
});

test('hostile text stays within its block, names nobody and links nowhere', () => {
	const body = jiraServer.request(buildDelivery({ mapping: buildServerMapping(), ticket: hostileTicket() }))?.body;
	const { description, summary } = (JSON.parse(body ?? '') as { fields: Record<string, string> }).fields;
	expect(description.match(/\{\s*noformat/giu)).toHaveLength(2);
	expect(`${summary}${description}`).not.toMatch(/https:\/\/evil|www\.evil|[\0\x07\ud800]/u);
	expect(description).not.toContain('[~');
	expect(description.split('\n--\n')[1].split('\n')).toHaveLength(FACTS.length + 2);
});

test('the settings of the Cloud do: its token is taken for a personal one', () => {
	expect(jiraServer.problems(buildJiraMapping())).toEqual([]);
});
