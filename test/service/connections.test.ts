import fc from 'fast-check';
import { CONNECTORS } from '../../core/connectors';
import { INBOX_MAPPING } from '../../core/mapping';
import { resolveReferences } from '../../core/references';
import { CONNECTION_VARIABLES, connectionProblems, readConnections } from '../../service/connections';
import { environmentSchema } from '../../service/config';

const JIRA = {
	JIRA_API_URL: 'https://firm.atlassian.net/rest/api/2',
	JIRA_EMAIL: 'bot@firm.example',
	JIRA_TOKEN: 's3cret-of-jira',
	JIRA_PROJECT_KEY: 'HELP',
};
const SERVER = { JIRA_API_URL: 'https://jira.firm.example', JIRA_TOKEN: 's3cret-of-jira', JIRA_PROJECT_KEY: 'HELP' };
const FRESHSERVICE = {
	FRESHSERVICE_API_URL: 'https://firm.freshservice.com/api/v2',
	FRESHSERVICE_TOKEN: 's3cret-of-freshservice',
	FRESHSERVICE_REQUESTER_EMAIL: 'helpdesk@firm.example',
};
const SLACK = { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T00000000/B00000000/s3cretOfSlack' };

describe('readConnections', () => {
	it('finds nothing where nothing is set', () => {
		expect(readConnections({ JIRA_API_URL: ' ', SLACK_WEBHOOK_URL: '', JIRA_EMAIL: 'bot@firm.example' })).toEqual([]);
	});

	it.each([
		[
			'Jira Cloud',
			JIRA,
			{
				system: 'jira',
				endpoint: '${JIRA_API_URL}',
				headers: {},
				settings: { email: '${JIRA_EMAIL}', api_token: '${JIRA_TOKEN}', project_key: '${JIRA_PROJECT_KEY}' },
			},
		],
		[
			'Jira Server',
			{ ...SERVER, JIRA_ISSUE_TYPE: 'Service Request' },
			{
				system: 'jira_server',
				endpoint: '${JIRA_API_URL}',
				headers: { Authorization: 'Bearer ${JIRA_TOKEN}' },
				settings: { project_key: '${JIRA_PROJECT_KEY}', issue_type: '${JIRA_ISSUE_TYPE}' },
			},
		],
		[
			'Freshservice',
			FRESHSERVICE,
			{
				system: 'freshservice',
				endpoint: '${FRESHSERVICE_API_URL}',
				headers: {},
				settings: { api_key: '${FRESHSERVICE_TOKEN}', requester_email: '${FRESHSERVICE_REQUESTER_EMAIL}' },
			},
		],
		['Slack', SLACK, { system: 'slack', endpoint: '${SLACK_WEBHOOK_URL}', headers: {}, settings: {} }],
	])('%s', (_, env, target) => {
		expect(connectionProblems(env)).toEqual([]);
		const [connection, ...others] = readConnections(env);
		expect([connection.target, others]).toEqual([target, []]);
		expect([...connection.variables].sort()).toEqual(Object.keys(env).sort());
	});

	it('keeps an order, whatever that of the environment is', () => {
		expect(readConnections({ ...SLACK, ...FRESHSERVICE, ...JIRA }).map(({ name }) => name)).toEqual([
			'jira',
			'freshservice',
			'slack',
		]);
	});
});

describe('connectionProblems', () => {
	const names = (env: Record<string, string>): string[] =>
		connectionProblems(env).map((problem) => problem.split(':')[0]);

	it.each<[string, Record<string, string>, string[]]>([
		['an address alone', { JIRA_API_URL: JIRA.JIRA_API_URL }, ['JIRA_TOKEN', 'JIRA_PROJECT_KEY', 'JIRA_EMAIL']],
		['a server alone', { JIRA_API_URL: SERVER.JIRA_API_URL }, ['JIRA_TOKEN', 'JIRA_PROJECT_KEY']],
		['a token alone', { JIRA_TOKEN: JIRA.JIRA_TOKEN }, ['JIRA_API_URL', 'JIRA_PROJECT_KEY']],
		['no project', { ...JIRA, JIRA_PROJECT_KEY: ' ' }, ['JIRA_PROJECT_KEY']],
		['a site of the Cloud without e-mail', { ...JIRA, JIRA_EMAIL: '' }, ['JIRA_EMAIL']],
		['no scheme', { ...JIRA, JIRA_API_URL: 's3cret.atlassian.net' }, ['JIRA_API_URL']],
		['another scheme', { ...JIRA, JIRA_API_URL: 'ftp://s3cret.example' }, ['JIRA_API_URL']],
		['a password in it', { ...JIRA, JIRA_API_URL: 'https://bot:s3cret@jira.example' }, ['JIRA_API_URL']],
		['a space after it', { ...JIRA, JIRA_API_URL: 'https://s3cret.example ' }, ['JIRA_API_URL']],
		['no e-mail address', { ...JIRA, JIRA_EMAIL: 's3cret' }, ['JIRA_EMAIL']],
		['a token on two lines', { ...JIRA, JIRA_TOKEN: 's3cret\n' }, ['JIRA_TOKEN']],
		['a token with a space', { ...SERVER, JIRA_TOKEN: 's3cret token' }, ['JIRA_TOKEN']],
		['a project in small letters', { ...JIRA, JIRA_PROJECT_KEY: 's3cret' }, ['JIRA_PROJECT_KEY']],
		['an invisible issue type', { ...JIRA, JIRA_ISSUE_TYPE: '\u200b' }, ['JIRA_ISSUE_TYPE']],
		['a variable for an address', { ...JIRA, JIRA_API_URL: '${S3CRET}/rest/api/2' }, ['JIRA_API_URL']],
		['a variable for a token', { ...FRESHSERVICE, FRESHSERVICE_TOKEN: '${S3CRET}' }, ['FRESHSERVICE_TOKEN']],
		[
			'nothing but an address',
			{ FRESHSERVICE_API_URL: FRESHSERVICE.FRESHSERVICE_API_URL },
			['FRESHSERVICE_TOKEN', 'FRESHSERVICE_REQUESTER_EMAIL'],
		],
		['nothing but a token', { FRESHSERVICE_TOKEN: 's3cret' }, ['FRESHSERVICE_API_URL', 'FRESHSERVICE_REQUESTER_EMAIL']],
		['user and password as token', { ...FRESHSERVICE, FRESHSERVICE_TOKEN: 's3cret:X' }, ['FRESHSERVICE_TOKEN']],
		[
			'a requester without address',
			{ ...FRESHSERVICE, FRESHSERVICE_REQUESTER_EMAIL: 's3cret' },
			['FRESHSERVICE_REQUESTER_EMAIL'],
		],
		['another host', { SLACK_WEBHOOK_URL: 'https://s3cret.example/services/T/B/x' }, ['SLACK_WEBHOOK_URL']],
		['no TLS', { SLACK_WEBHOOK_URL: 'http://hooks.slack.com/services/T/B/s3cret' }, ['SLACK_WEBHOOK_URL']],
		['the API of Slack', { SLACK_WEBHOOK_URL: 'https://slack.com/api' }, ['SLACK_WEBHOOK_URL']],
		['a Slack workflow', { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/triggers/T/s3cret' }, ['SLACK_WEBHOOK_URL']],
		['a slash too many', { SLACK_WEBHOOK_URL: `${SLACK.SLACK_WEBHOOK_URL}/` }, ['SLACK_WEBHOOK_URL']],
		['no more than the host', { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/' }, ['SLACK_WEBHOOK_URL']],
		[
			'everything at once',
			{ JIRA_API_URL: 's3cret', JIRA_TOKEN: 's3 cret', FRESHSERVICE_TOKEN: 's3cret:', SLACK_WEBHOOK_URL: 's3cret' },
			[
				...['JIRA_PROJECT_KEY', 'JIRA_TOKEN', 'JIRA_API_URL'],
				...['FRESHSERVICE_API_URL', 'FRESHSERVICE_REQUESTER_EMAIL', 'FRESHSERVICE_TOKEN', 'SLACK_WEBHOOK_URL'],
			],
		],
	])('%s', (_, env, wrong) => {
		expect(names(env)).toEqual(wrong);
		expect(connectionProblems(env).join('\n')).not.toMatch(/s3\s?cret/iu);
	});

	it('says what to set', () => {
		const [problem] = connectionProblems({ ...JIRA, JIRA_PROJECT_KEY: '' });
		expect(problem).toBe(
			'JIRA_PROJECT_KEY: is not set, and goes with JIRA_API_URL and JIRA_TOKEN: ' +
				'the key of the project that takes the tickets, such as HELP',
		);
	});

	it('lets nothing through that would be refused when a ticket is sent', () => {
		const base = { ...JIRA, ...FRESHSERVICE, ...SLACK, JIRA_ISSUE_TYPE: 'Task' };
		const known = [...Object.values(base), ...Object.values(SERVER), '', 'https://x.example/rest/servicedeskapi'];
		const value = fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 8 }), fc.webUrl(), fc.emailAddress());
		const change = fc.record(Object.fromEntries(CONNECTION_VARIABLES.map((name) => [name, value])), {
			requiredKeys: [],
		});
		let accepted = 0;
		fc.assert(
			fc.property(change, fc.subarray(CONNECTION_VARIABLES.slice(), { maxLength: 2 }), (changed, names) => {
				const env = { ...base, ...Object.fromEntries(names.map((name) => [name, changed[name]])) };
				if (connectionProblems(env).length > 0) return;
				accepted += 1;
				for (const { target } of readConnections(env)) {
					const resolved = resolveReferences({ ...INBOX_MAPPING, ...target }, (name) => env[name as keyof typeof env]);
					expect(CONNECTORS[target.system].problems(resolved)).toEqual([]);
				}
			}),
			{ numRuns: 500 },
		);
		expect(accepted).toBeGreaterThan(50);
	});
});

it('holds no variable that is the service’s own', () => {
	expect(CONNECTION_VARIABLES.filter((name) => Object.hasOwn(environmentSchema.shape, name))).toEqual([]);
});
