import { jira } from '../../core/connectors/jira';
import type { HttpRequest } from '../../core/http';
import { CLOUD_ACCOUNT } from '../../fake-targets/atlassian/cloud';
import { CLOUD_EMAIL, CLOUD_TOKEN, createJira } from '../../fake-targets/jira';
import { hostileTicket } from '../helpers/jira';
import { buildDecision, buildDelivery, buildMapping } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const SITE = 'http://jira.example';
const settings = { email: CLOUD_EMAIL, api_token: CLOUD_TOKEN, project_key: 'HELP' };
const mapping = buildMapping({ system: 'jira', endpoint: SITE, settings });
const delivery = buildDelivery({ mapping });
const valid = jira.request(delivery)!;
const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const doc = (...content: object[]) => ({ type: 'doc', version: 1, content });
const NEW = {
	project: { key: 'HELP' },
	issuetype: { name: 'Task' },
	summary: 'Printer',
	description: doc(paragraph('x')),
};
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const at = (path: string, body?: unknown, method: HttpRequest['method'] = 'POST'): HttpRequest => ({
	...valid,
	method,
	url: `${SITE}${path}`,
	body: body === undefined ? undefined : JSON.stringify(body),
});
const creating = (fields: object, version = '3'): HttpRequest => at(`/rest/api/${version}/issue`, { fields });
const OWN_ADDRESS = /^http:\/\/localhost\/rest\/api\/\w+\/issue\/10000$/u;
const answerTo = (request: HttpRequest) => {
	const site = createJira();
	const { status, body } = ask(site, request);
	return { status, body: bodyOf({ body }), held: site.tickets.length };
};

describe('a delivery', () => {
	it('becomes an issue, which is found and commented', () => {
		const site = createJira();
		const full = {
			...settings,
			labels: 'it, printers',
			priority_names: { critical: 'Highest' },
			issue_type: 'Incident',
		};
		const own = buildDelivery({
			mapping: { ...mapping, settings: full },
			decision: buildDecision({ effectivePriority: 'critical' }),
			ticket: hostileTicket(),
		});
		const receipt = delivered(site, jira, own);
		expect(receipt).toEqual({ externalId: 'HELP-1', externalUrl: `${SITE}/browse/HELP-1` });
		expect(lookedFor(site, jira, own)).toEqual(receipt);
		expect(ask(site, jira.comment!({ mapping, receipt, text: 'Moved\n\nto Facilities' })).status).toBe(201);
		const [issue] = site.tickets;
		expect(issue).toMatchObject({ id: 'HELP-1', ticketId: own.ticketId, body: bodyOf(jira.request(own)!) });
		expect(issue.comments).toEqual(['Moved\nto Facilities']);
		expect(issue.fields).toMatchObject({ issueType: { name: 'Incident' }, priority: { name: 'Highest' } });
	});

	it('is another issue each time, numbered by project', () => {
		const site = createJira();
		const inOps = { ...delivery, mapping: { ...mapping, settings: { ...settings, project_key: 'OPS' } } };
		const keys = [delivery, delivery, inOps].map((one) => delivered(site, jira, one).externalId);
		expect(keys).toEqual(['HELP-1', 'HELP-2', 'OPS-1']);
		expect(lookedFor(site, jira, delivery)?.externalId).toBe('OPS-1');
	});

	it('is not found by another delivery, and not until it is indexed', () => {
		let now = 1000;
		const site = createJira({ indexLagMs: 500, now: () => now });
		delivered(site, jira, delivery);
		expect(lookedFor(site, jira, delivery)).toBeNull();
		now = 1500;
		expect(lookedFor(site, jira, delivery)?.externalId).toBe('HELP-1');
		expect(lookedFor(site, jira, { ...delivery, number: 2 })).toBeNull();
	});
});

it.each([
	['3', NEW.description, NEW.description],
	['latest', NEW.description, NEW.description],
	['2', 'two\nlines', 'two\nlines'],
])('an issue of version %s is read as it was written', (version, description, read) => {
	const site = createJira();
	const created = bodyOf(ask(site, creating({ ...NEW, description, labels: ['a', 'a'] }, version)));
	expect(created).toEqual({ id: '10000', key: 'HELP-1', self: expect.stringMatching(OWN_ADDRESS) });
	for (const name of ['HELP-1', '10000']) {
		const shown = bodyOf(ask(site, at(`/rest/api/${version}/issue/${name}`, undefined, 'GET')));
		expect(shown).toMatchObject({ key: 'HELP-1', fields: { summary: 'Printer', description: read, labels: ['a'] } });
	}
});

it('turns rich text into words and words into rich text for the other version', () => {
	const site = createJira();
	ask(site, creating({ ...NEW, description: doc(paragraph('one'), { type: 'rule' }, paragraph('two')) }));
	ask(site, creating({ ...NEW, description: 'one\ntwo' }, '2'));
	const read = (key: string, version: string) =>
		(bodyOf(ask(site, at(`/rest/api/${version}/issue/${key}`, undefined, 'GET'))).fields as { description: unknown })
			.description;
	expect(read('HELP-1', '2')).toBe('one\n\ntwo');
	expect(read('HELP-2', '3')).toEqual(doc(paragraph('one'), paragraph('two')));
});

const DENIED: [string, Record<string, string>, number, object][] = [
	['no credentials', { authorization: undefined as never }, 401, { errorMessages: [expect.any(String)], errors: {} }],
	['a wrong token', { authorization: basic(`${CLOUD_EMAIL}:x`) }, 401, { message: expect.stringContaining('Client') }],
	['another account', { authorization: basic(`x@example.com:${CLOUD_TOKEN}`) }, 401, { 'status-code': 401 }],
	['a token alone as Basic', { authorization: `Basic ${CLOUD_TOKEN}` }, 401, { 'status-code': 401 }],
	[
		'an API token as Bearer, as the predecessor sent it',
		{ authorization: `Bearer ${CLOUD_TOKEN}` },
		403,
		{ error: 'Failed to parse Connect Session Auth Token' },
	],
	['a browser', { 'user-agent': 'Mozilla/5.0' }, 403, { errorMessages: ['XSRF check failed'] }],
	['no type of content', { 'content-type': undefined as never }, 415, { errorMessages: ['Unsupported Media Type'] }],
	['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, {}],
];

it.each(DENIED)('refuses %s', (_, headers, status, body) => {
	const request = withHeaders(valid, headers);
	const given = Object.entries(request.headers).filter(([, value]) => value !== undefined);
	const refused = answerTo({ ...request, headers: Object.fromEntries(given) });
	expect(refused).toMatchObject({ status, body, held: 0 });
});

it('lets a browser pass that means it', () => {
	const headers = { 'user-agent': 'Mozilla/5.0', 'x-atlassian-token': 'no-check' };
	expect(answerTo(withHeaders(valid, headers)).status).toBe(201);
});

const PAYLOAD = /Invalid request payload/u;
it.each([
	['no JSON', '{', /error parsing JSON/u],
	['an empty body', '', /error parsing JSON/u],
	['a list', '[]', PAYLOAD],
	['no fields', '{}', PAYLOAD],
	['fields as a list', '{"fields":[]}', PAYLOAD],
	['a field beside fields', JSON.stringify({ fields: NEW, labels: [] }), PAYLOAD],
	['an update that is none', JSON.stringify({ fields: NEW, update: 5 }), PAYLOAD],
	['properties without a value', JSON.stringify({ fields: NEW, properties: [{ key: 'a' }] }), PAYLOAD],
])('refuses %s', (_, body, message) => {
	const refused = answerTo(withBody(valid, body));
	expect(refused).toMatchObject({ status: 400, held: 0 });
	expect(refused.body).toEqual({ errorMessages: [expect.stringMatching(message)], errors: {} });
});

const DOCUMENT = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
const STRING = 'Operation value must be a string';
const long = 'x'.repeat(40_000);
const REFUSED: [string, object, Record<string, string>][] = [
	['no project', { project: undefined }, { project: 'Specify a valid project ID or key' }],
	['an unknown project', { project: { key: 'NOPE' } }, { project: 'Specify a valid project ID or key' }],
	['a project as text', { project: 'HELP' }, { project: 'Specify a valid project ID or key' }],
	['no issue type', { issuetype: undefined }, { issuetype: 'Specify a valid issue type' }],
	['an unknown issue type', { issuetype: { name: 'Epic' } }, { issuetype: 'Specify a valid issue type' }],
	['an unknown number of a type', { issuetype: { id: '1' } }, { issuetype: 'Specify a valid issue type' }],
	['no summary', { summary: undefined }, { summary: 'You must specify a summary of the issue.' }],
	['a blank summary', { summary: ' ' }, { summary: 'You must specify a summary of the issue.' }],
	['a summary that is no text', { summary: 1 }, { summary: STRING }],
	['a summary too long', { summary: 'x'.repeat(256) }, { summary: "Summary can't exceed 255 characters." }],
	[
		'a summary of two lines',
		{ summary: 'a\nb' },
		{ summary: 'The summary is invalid because it contains newline characters.' },
	],
	['text for rich text', { description: 'text' }, { description: DOCUMENT }],
	['rich text that is none', { description: { type: 'doc', version: 1 } }, { description: DOCUMENT }],
	['rich text too long', { description: doc(paragraph(long)) }, { description: expect.stringContaining('32,767') }],
	['labels as text', { labels: 'a' }, { labels: 'data was not an array' }],
	['a label that is no text', { labels: ['a', 1] }, { labels: 'string expected at index 1' }],
	['a label with a space', { labels: ['a b'] }, { labels: "The label 'a b' contains spaces which is invalid." }],
	['a label too long', { labels: ['x'.repeat(256)] }, { labels: expect.stringContaining('max length') }],
	['an unknown priority', { priority: { name: 'P1' } }, { priority: 'The priority selected is invalid.' }],
	['a priority as text', { priority: 'High' }, { priority: 'The priority selected is invalid.' }],
	[
		'the reporter by e-mail, as the predecessor sent it',
		{ reporter: { emailAddress: 'ana@example.com' } },
		{ reporter: 'Specify a valid value for reporter' },
	],
	['the reporter by name', { reporter: { name: 'bot' } }, { reporter: 'Specify a valid value for reporter' }],
	['the reporter as text', { reporter: 'ana@example.com' }, { reporter: 'data was not an object' }],
	[
		'fields that are on no screen',
		{ team: 'IT', toString: 1 },
		{
			team: "Field 'team' cannot be set. It is not on the appropriate screen, or unknown.",
			toString: expect.stringContaining('cannot be set') as string,
		},
	],
	['several things at once', { summary: '', labels: 1 }, { summary: expect.any(String), labels: expect.any(String) }],
];

it.each(REFUSED)('refuses %s', (_, change, errors) => {
	const refused = answerTo(creating({ ...NEW, ...change }));
	expect(refused).toEqual({ status: 400, body: { errorMessages: [], errors }, held: 0 });
});

it.each([
	['rich text, as the predecessor sent it', NEW.description, STRING],
	['a text too long', long, 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.'],
])('refuses %s in version 2', (_, description, error) => {
	expect(answerTo(creating({ ...NEW, description }, '2')).body).toEqual({
		errorMessages: [],
		errors: { description: error },
	});
});

it('takes references by number, an account as reporter, properties, and no description', () => {
	const fields = {
		...{ project: { id: '10002' }, issuetype: { id: '10001' }, summary: 'x'.repeat(255), priority: { id: '1' } },
		...{ reporter: { accountId: CLOUD_ACCOUNT }, description: null },
	};
	const body = { fields, properties: [{ key: 'a', value: 1 }], update: {} };
	expect(answerTo(at('/rest/api/3/issue', body))).toMatchObject({ status: 201, body: { key: 'SEC-1' } });
});

it.each([
	['GET', '/rest/api/3/issue/HELP-9', 404],
	['POST', '/rest/api/3/issue/HELP-9/comment', 404],
	['POST', '/rest/api/3/issues', 404],
	['POST', '/rest/api/4/issue', 404],
	['POST', '/', 404],
	['GET', '/rest/api/3/issue', 405],
	['PUT', '/rest/api/3/issue/HELP-1', 405],
	['POST', '/rest/api/3/search', 410],
	['POST', '/rest/api/2/search', 410],
] as const)('%s %s is %i', (method, path, status) => {
	const refused = answerTo(at(path, method === 'POST' ? { body: doc() } : undefined, method));
	expect(refused).toMatchObject({ status, body: { errorMessages: [expect.any(String)] } });
});

describe('a comment', () => {
	const comment = (version: string, body: unknown) => {
		const site = createJira();
		ask(site, valid);
		const { status, body: said } = ask(site, at(`/rest/api/${version}/issue/HELP-1/comment`, body));
		return { status, body: bodyOf({ body: said }), held: site.tickets[0].comments };
	};

	it.each([
		['3', doc(paragraph('seen')), 'seen'],
		['2', 'seen', 'seen'],
	])('is taken by version %s in its form', (version, body, held) => {
		const properties = [{ key: 'sd.public.comment', value: { internal: true } }];
		const taken = comment(version, { body, properties });
		expect(taken).toMatchObject({ status: 201, held: [held], body: { id: '100001', body } });
	});

	it.each([
		['3', 'text', 'Comment body is not valid!'],
		['3', undefined, 'Comment body is not valid!'],
		['2', doc(), 'Comment body is not valid!'],
		['2', ' ', 'Comment body can not be empty!'],
	])('is refused by version %s in another form: %j', (version, body, error) => {
		expect(comment(version, { body })).toEqual({
			...{ status: 400, held: [], body: { errorMessages: [], errors: { comment: error } } },
		});
	});

	it.each([[{ body: doc(), text: 'x' }], [{ body: doc(), properties: 1 }]])('is refused with %j', (body) => {
		expect(comment('3', body)).toMatchObject({
			status: 400,
			body: { errorMessages: [expect.stringMatching(PAYLOAD)] },
		});
	});
});
