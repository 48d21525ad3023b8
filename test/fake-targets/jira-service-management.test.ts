import { jiraServiceManagement as connector } from '../../core/connectors/jira-service-management';
import type { HttpRequest } from '../../core/http';
import { CLOUD_EMAIL, CLOUD_TOKEN } from '../../fake-targets/jira';
import {
	createJiraServiceManagement,
	REQUEST_TYPE_ID,
	SERVICE_DESK_ID,
	type ServiceManagementOptions,
} from '../../fake-targets/jira-service-management';
import { hostileTicket } from '../helpers/jira';
import { buildDelivery, buildMapping, buildTicket } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const SITE = 'http://localhost';
const settings = {
	...{ email: CLOUD_EMAIL, api_token: CLOUD_TOKEN },
	...{ service_desk_id: SERVICE_DESK_ID, request_type_id: REQUEST_TYPE_ID },
};
const mapping = buildMapping({ system: 'jira_service_management', endpoint: SITE, settings });
const delivery = buildDelivery({ mapping });
const valid = connector.request(delivery)!;
const NEW = bodyOf(valid);
const doc = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'rich' }] }] };

const at = (path: string, body?: unknown, method: HttpRequest['method'] = 'POST'): HttpRequest => ({
	...valid,
	method,
	url: `${SITE}${path}`,
	body: body === undefined ? undefined : JSON.stringify(body),
});
const answerTo = (request: HttpRequest, options: ServiceManagementOptions = {}) => {
	const site = createJiraServiceManagement(options);
	const { status, body } = ask(site, request);
	return { status, body: bodyOf({ body }), held: site.tickets.length };
};
const refusal = (errorMessage: unknown) => ({
	errorMessage,
	i18nErrorMessage: { i18nKey: expect.stringMatching(/^sd\./u) as string, parameters: [] },
});

describe('a delivery', () => {
	it.each([
		['plain', buildTicket()],
		['hostile', hostileTicket()],
		['that names another ticket', buildTicket({ description: 'As in\nTicket: TKT-OTHER\n', title: 'TKT-OTHER' })],
	])('%s becomes a request, which is found and commented', (_, ticket) => {
		const site = createJiraServiceManagement();
		const own = { ...delivery, ticket };
		const receipt = delivered(site, connector, own);
		expect(receipt).toEqual({
			externalId: 'HELP-1',
			externalUrl: `${SITE}/servicedesk/customer/portal/${SERVICE_DESK_ID}/HELP-1`,
		});
		// A search knows an issue, not what its customer sees.
		expect(lookedFor(site, connector, own)).toEqual({ externalId: 'HELP-1', externalUrl: `${SITE}/browse/HELP-1` });
		expect(ask(site, connector.comment!({ mapping, receipt, text: 'Moved' })).status).toBe(201);
		expect(site.tickets).toMatchObject([{ id: 'HELP-1', ticketId: delivery.ticketId, body: { serviceDeskId: '10' } }]);
		expect(site.tickets[0].comments).toEqual([expect.stringContaining('Moved')]);
	});

	it('is not taken for another that quotes it, nor found before it is indexed', () => {
		let now = 0;
		const site = createJiraServiceManagement({ indexLagMs: 10, now: () => now });
		delivered(site, connector, { ...delivery, number: 2 });
		const quoting = buildTicket({ description: `Ticket: ${delivery.ticketId}` });
		delivered(site, connector, { ...delivery, ticketId: 'TKT-FFFF', ticket: quoting });
		delivered(site, connector, delivery);
		expect(lookedFor(site, connector, delivery)).toBeNull();
		now = 10;
		expect(lookedFor(site, connector, delivery)?.externalId).toBe('HELP-3');
	});

	it('may be raised for its reporter by who may', () => {
		const own = { ...delivery, mapping: { ...mapping, settings: { ...settings, raise_on_behalf_of: true } } };
		const request = connector.request(own)!;
		expect(bodyOf(request).raiseOnBehalfOf).toBe('ana@example.com');
		expect(answerTo(request).status).toBe(201);
		expect(answerTo(request, { mayRaiseForOthers: false })).toEqual({
			...{ status: 403, held: 0 },
			body: refusal('You do not have permission to raise a request on behalf of others.'),
		});
	});
});

it('shows a request to its portal, and as an issue', () => {
	const site = createJiraServiceManagement();
	ask(site, valid);
	const shown = bodyOf(ask(site, at('/rest/servicedeskapi/request/HELP-1', undefined, 'GET')));
	expect(shown).toMatchObject({
		...{ issueId: '10000', issueKey: 'HELP-1', serviceDeskId: '10', requestTypeId: '25' },
		requestFieldValues: [{ fieldId: 'summary' }, { fieldId: 'description', value: expect.stringContaining('TKT-') }],
	});
	const issue = bodyOf(ask(site, at('/rest/api/3/issue/HELP-1', undefined, 'GET')));
	expect(issue).toMatchObject({ key: 'HELP-1', fields: { description: { content: [{ type: 'codeBlock' }] } } });
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
	['a wrong token', basic(`${CLOUD_EMAIL}:x`), 401, { 'status-code': 401 }],
	[
		'an API token as Bearer, as the predecessor sent it',
		`Bearer ${CLOUD_TOKEN}`,
		403,
		{ error: 'Failed to parse Connect Session Auth Token' },
	],
])('refuses %s', (_, authorization, status, body) => {
	expect(answerTo(withHeaders(valid, { authorization }))).toMatchObject({ status, body, held: 0 });
});

it('refuses whoever does not say who, browsers, and what is no JSON', () => {
	const { authorization: _, ...headers } = valid.headers;
	const anonymous = answerTo({ ...valid, headers });
	expect(anonymous).toEqual({ status: 401, body: refusal('You are not logged in.'), held: 0 });
	expect(answerTo(withHeaders(valid, { 'user-agent': 'Mozilla/5.0' })).status).toBe(403);
	expect(answerTo(withHeaders(valid, { 'content-type': 'text/plain' }))).toMatchObject({
		...{ status: 415, body: refusal('Unsupported Media Type') },
	});
	expect(answerTo(withBody(valid, '{'))).toMatchObject({ status: 400, body: refusal(expect.stringContaining('JSON')) });
});

const values = NEW.requestFieldValues as object;
const REFUSED: [string, object, number, string][] = [
	['labels', { labels: [] }, 400, 'Unrecognized field "labels"'],
	['a field named like a property of objects', { toString: 1 }, 400, 'Unrecognized field "toString"'],
	['a desk by number', { serviceDeskId: 10 }, 400, 'Can not deserialize the field "serviceDeskId"'],
	['values as a list', { requestFieldValues: [] }, 400, 'Can not deserialize the field "requestFieldValues"'],
	['participants as text', { requestParticipants: 'a' }, 400, 'Can not deserialize the field "requestParticipants"'],
	['a form', { form: { answers: {} } }, 400, 'Unrecognized field "form"'],
	['an unknown desk', { serviceDeskId: '11' }, 404, 'The Service Desk you are trying to view does not exist.'],
	['no desk', { serviceDeskId: undefined }, 404, 'The Service Desk'],
	['an unknown request type', { requestTypeId: '26' }, 400, 'The request type you are trying to view does not exist.'],
	['no request type', { requestTypeId: undefined }, 400, 'The request type'],
	['a customer who cannot be', { raiseOnBehalfOf: 'Ana' }, 400, 'The customer the request is raised for'],
	['no values', { requestFieldValues: undefined }, 400, 'summary: You must specify a summary'],
	['no summary', { requestFieldValues: {} }, 400, 'summary: You must specify a summary'],
	['a summary of two lines', { requestFieldValues: { summary: 'a\nb' } }, 400, 'contains newline characters'],
	['a summary too long', { requestFieldValues: { summary: 'x'.repeat(256) } }, 400, "can't exceed 255"],
	['fields of no form', { requestFieldValues: { ...values, labels: [] } }, 400, "The fields 'labels' are not valid"],
	['rich text without saying so', { requestFieldValues: { ...values, description: doc } }, 400, 'must be a string'],
	['text that is said to be rich', { isAdfRequest: true }, 400, 'must be an Atlassian Document'],
	['a flag as text', { isAdfRequest: 'true' }, 400, 'Can not deserialize the field "isAdfRequest"'],
];

it.each(REFUSED)('refuses %s', (_, change, status, message) => {
	const refused = answerTo(withBody(valid, { ...NEW, ...change }));
	expect(refused).toEqual({ status, body: refusal(expect.stringContaining(message)), held: 0 });
});

it('takes rich text that is said to be, and a request without description', () => {
	const rich = { ...NEW, isAdfRequest: true, requestFieldValues: { summary: 'a', description: doc } };
	expect(answerTo(withBody(valid, rich)).status).toBe(201);
	const bare = { ...NEW, requestFieldValues: { summary: 'a' }, requestParticipants: ['1'], channel: 'api' };
	expect(answerTo(withBody(valid, bare)).status).toBe(201);
});

describe('a comment', () => {
	const path = '/rest/servicedeskapi/request/HELP-1/comment';
	const comment = (body: unknown) => {
		const site = createJiraServiceManagement();
		ask(site, valid);
		const { status, body: said } = ask(site, at(path, body));
		return { status, body: bodyOf({ body: said }), held: site.tickets[0].comments };
	};

	it.each([true, false])('is taken with public: %s', (isPublic) => {
		const taken = comment({ body: 'seen', public: isPublic });
		expect(taken).toMatchObject({ status: 201, body: { body: 'seen', public: isPublic }, held: ['seen'] });
	});

	it.each([
		[{ body: 'seen' }, 'The field "public" is required.'],
		[{ body: doc, public: true }, 'Can not deserialize the field "body"'],
		[{ body: 'seen', public: 'yes' }, 'Can not deserialize the field "public"'],
		[{ body: ' ', public: true }, 'The comment body is not valid.'],
		[{ public: true }, 'The comment body is not valid.'],
		[{ body: 'seen', public: true, properties: [] }, 'Unrecognized field "properties"'],
	])('is refused as %j', (body, message) => {
		expect(comment(body)).toEqual({ status: 400, body: refusal(expect.stringContaining(message)), held: [] });
	});
});

it.each([
	['GET', '/rest/servicedeskapi/request/HELP-9', 404],
	['POST', '/rest/servicedeskapi/request/HELP-9/comment', 404],
	['POST', '/rest/servicedeskapi/requests', 404],
	['PUT', '/rest/servicedeskapi/request', 405],
] as const)('%s %s is %i', (method, path, status) => {
	const refused = answerTo(at(path, method === 'GET' ? undefined : { body: 'a', public: true }, method));
	expect(refused).toMatchObject({ status, body: refusal(expect.any(String)) });
});
