import type { IDataObject } from 'n8n-workflow';
import { createFreshservice, FRESHSERVICE_KEY } from '../../fake-targets/freshservice';
import { CLOUD_EMAIL, CLOUD_TOKEN, createJira } from '../../fake-targets/jira';
import { createJiraServer, SERVER_LOGIN } from '../../fake-targets/jira-server';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createServicenow, SERVICENOW_ACCOUNT } from '../../fake-targets/servicenow';
import type { FakeTarget, TargetAnswer, TargetRequest } from '../../fake-targets/target';
import { createZendesk, ZENDESK_ACCOUNT } from '../../fake-targets/zendesk';
import { testCredential } from '../helpers/credential-test';
import { GEMINI_KEY } from '../helpers/gemini-server';
import { startLocalServer, type Answer, type Recorded } from '../helpers/local-server';
import { loadPackage, type Package } from '../helpers/n8n';
import { startService } from '../helpers/service';

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

interface Subject {
	type: string;
	/** Without the URL. */
	data: IDataObject;
	/** The field that is the secret. */
	secret: string;
	/** What people copy behind the address. */
	tail: string;
	/** What is asked. */
	asked: string;
	/** What a page of documentation says a known account gets. */
	answer: unknown;
	/** A stand-in whose sign-in decides. */
	target?: () => FakeTarget;
	/** Other fields in place of `url`. */
	field?: string;
	refusal?: Answer;
}

const { username, password } = SERVICENOW_ACCOUNT;
const SLACK = { ok: true, url: 'https://acme.slack.com/', team_id: 'T0', user_id: 'U0', bot_id: 'B0' };
const GEMINI_REFUSAL = { error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } };

const SUBJECTS: Subject[] = [
	{
		...{ type: 'triageJiraCloudApi', data: { email: CLOUD_EMAIL, apiToken: CLOUD_TOKEN }, secret: 'apiToken' },
		...{ tail: '/rest/api/3/issue/', asked: '/rest/api/3/myself', answer: { accountId: '5b10' }, target: createJira },
	},
	{
		...{ type: 'triageJiraServerApi', data: { token: SERVER_LOGIN.token }, secret: 'token' },
		...{ tail: '/rest/api/2', asked: '/rest/api/2/myself', answer: { name: 'bot' }, target: createJiraServer },
	},
	{
		...{ type: 'triageFreshserviceApi', data: { apiKey: FRESHSERVICE_KEY }, secret: 'apiKey', tail: '/api/v2/' },
		...{ asked: '/api/v2/tickets?per_page=1', answer: { tickets: [] }, target: createFreshservice },
	},
	{
		...{ type: 'triageZendeskApi', data: { ...ZENDESK_ACCOUNT }, secret: 'apiToken', tail: '/api/v2/tickets.json' },
		...{ asked: '/api/v2/users/me.json', answer: { user: { id: 1, role: 'agent' } }, target: createZendesk },
	},
	{
		...{ type: 'triageServiceNowApi', data: { username, password }, secret: 'password', answer: { result: [] } },
		...{ tail: '/api/now/table/incident', asked: '/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id' },
		target: createServicenow,
	},
	{
		...{ type: 'triageSlackBotApi', data: { botToken: 'xoxb-fake' }, secret: 'botToken', answer: SLACK },
		...{ tail: '/', asked: '/auth.test', refusal: { body: { ok: false, error: 'invalid_auth' } } },
	},
	{
		...{ type: 'triageGeminiApi', data: { apiKey: GEMINI_KEY }, secret: 'apiKey', answer: { models: [] } },
		...{ tail: '/', asked: '/v1beta/models?pageSize=1', field: 'baseUrl' },
		refusal: { status: 400, body: GEMINI_REFUSAL },
	},
];

/** The stand-in, with the page that only tests ask for: whoever it would refuse elsewhere is refused there. */
function askable(target: FakeTarget, { asked, answer }: Subject): FakeTarget {
	const own = (request: TargetRequest): TargetAnswer => {
		const elsewhere = target.answer(request);
		return [401, 403].includes(elsewhere.status) ? elsewhere : { status: 200, body: answer };
	};
	return { ...target, answer: (request) => (asked.startsWith(request.path) ? own(request) : target.answer(request)) };
}

interface Asked {
	url: string;
	close(): Promise<void>;
	requests: readonly { method: string; path: string }[];
}

async function startSubject(subject: Subject): Promise<Asked> {
	if (subject.target) {
		const running: RunningTarget = await startFakeTarget(askable(subject.target(), subject));
		return running;
	}
	const secret = String(subject.data[subject.secret]);
	const isKnown = ({ headers }: Recorded): boolean =>
		headers.authorization === `Bearer ${secret}` || headers['x-goog-api-key'] === secret;
	return await startLocalServer((request) => (isKnown(request) ? { body: subject.answer } : (subject.refusal ?? {})));
}

describe.each(SUBJECTS)('$type', (subject) => {
	const { type, data, secret, tail, asked, field = 'url' } = subject;
	let server: Asked;

	beforeAll(async () => {
		server = await startSubject(subject);
	});

	afterAll(() => server.close());

	test.each(['', '/', tail])('is right with "%s" behind the URL', async (behind) => {
		const result = await testCredential(pack, type, { ...data, [field]: `${server.url}${behind}` });
		expect(result).toEqual({ status: 'OK', message: 'Connection successful!' });
		const [path, query] = asked.split('?');
		expect(server.requests.at(-1)).toMatchObject({ method: 'GET' });
		expect([path, asked]).toContain(server.requests.at(-1)?.path);
		expect(query ?? '').not.toContain(String(data[secret]));
	});

	test('a wrong key is named as such, and not shown', async () => {
		const { status, message } = await testCredential(pack, type, { ...data, [field]: server.url, [secret]: 'wrong-1' });
		expect(status).toBe('Error');
		expect(message).toMatch(/ refused the /u);
		expect(message).not.toContain('wrong-1');
	});

	test.each<[string, Answer, RegExp]>([
		['nothing there', { status: 404, body: '<html>Not found</html>' }, /^There is no .* at this URL/u],
		[
			'a page',
			{ status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } },
			/^What answers at this URL is not /u,
		],
		['other JSON', { status: 200, body: { hello: 'world' } }, /^What answers at this URL is not /u],
		['an empty answer', { status: 200 }, /^What answers at this URL is not /u],
		[
			'a redirect',
			{ status: 302, headers: { location: 'http://127.0.0.1:1/login' } },
			/^This URL leads on to another/u,
		],
		['a forbidding system', { status: 403, body: {} }, /let|may/u],
		['a failure', { status: 502, body: 'Bad Gateway' }, /^Bad Gateway$/u],
	])('%s is told from a wrong key', async (_, answer, expected) => {
		const other = await startLocalServer(() => answer);
		const { status, message } = await testCredential(pack, type, { ...data, [field]: other.url });
		await other.close();
		expect(status).toBe('Error');
		expect(message).toMatch(expected);
		expect(message).not.toMatch(/ refused the /u);
		expect(other.requests).toHaveLength(1);
	});

	test('nobody listening is told as well', async () => {
		const gone = await startLocalServer(() => ({}));
		await gone.close();
		const result = await testCredential(pack, type, { ...data, [field]: gone.url });
		expect(result).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});
});

test.each<[string, string, unknown, RegExp]>([
	['an anonymous visitor of Zendesk', 'triageZendeskApi', { user: { id: null, role: 'end-user' } }, /visitor/u],
	['an end user of Zendesk', 'triageZendeskApi', { user: { id: 7, role: 'end-user' } }, /email of an agent/u],
	['a removed bot', 'triageSlackBotApi', { ok: false, error: 'account_inactive' }, /was removed/u],
	['a revoked token', 'triageSlackBotApi', { ok: false, error: 'token_revoked' }, /refused the bot token/u],
	['another refusal of Slack', 'triageSlackBotApi', { ok: false, error: 'ekm_access_denied' }, /does not take/u],
])('%s does not pass', async (_, type, body, expected) => {
	const server = await startLocalServer(() => ({ body }));
	const data = { url: server.url, email: 'a@example.com', apiToken: 'x', botToken: 'xoxb-x' };
	const result = await testCredential(pack, type, data);
	await server.close();
	expect(result).toEqual({ status: 'Error', message: expect.stringMatching(expected) as string });
});

describe('triageServiceApi', () => {
	const KEY = 'a-key-of-n8n-1234';

	test.each([
		['the right key', '', KEY, 'OK', /successful/u],
		['a slash behind the URL', '/', KEY, 'OK', /successful/u],
		['the path of the webhook', '/webhook/ticket', KEY, 'OK', /successful/u],
		['a wrong key', '', 'wrong-key-12345678', 'Error', /^The triage service refused the API key/u],
		['no key', '', '', 'Error', /^The triage service refused the API key/u],
		['a wrong path', '/elsewhere', KEY, 'Error', /^There is no Triage Service at this URL/u],
	])('with %s', async (...[, behind, apiKey, status, message]) => {
		const service = await startService({ TRIAGE_API_KEYS: `n8n:${KEY}` });
		const result = await testCredential(pack, 'triageServiceApi', { url: `${service.url}${behind}`, apiKey });
		await service.close();
		expect(result).toEqual({ status, message: expect.stringMatching(message) as string });
	});

	test('without keys no key is needed', async () => {
		const service = await startService();
		const result = await testCredential(pack, 'triageServiceApi', { url: service.url });
		await service.close();
		expect(result.status).toBe('OK');
	});
});
