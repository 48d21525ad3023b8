import { http } from '../../../core/connectors/http';
import type { Delivery } from '../../../core/connectors/connector';
import { buildDelivery, buildMapping, buildTicket, buildResponse } from '../../helpers/tickets';
import { describeConnector } from './conformance';

const nothing = { externalId: null, externalUrl: null };
const WEBHOOK_ID = 'triage-TKT-0123456789ABCDEF0123';
const receiptOf = (body: unknown) =>
	http.receipt({ status: 200, headers: {}, body: JSON.stringify(body) }, buildDelivery());

describeConnector(http, {
	mapping: buildMapping({ headers: { 'X-Key': 's3cret' } }),
	request: {
		method: 'POST',
		url: 'https://desk.example.com/tickets',
		headers: { 'content-type': 'application/json', 'webhook-id': WEBHOOK_ID, 'x-key': 's3cret' },
		body: {
			ticket_id: 'TKT-0123456789ABCDEF0123',
			title: 'Printer on floor 3 is jammed',
			description: 'It pulls two sheets at once and then stops.',
			email: 'ana@example.com',
			department: 'IT',
			assigned_to: 'IT Support',
			priority: 'medium',
			effective_priority: 'medium',
			needs_review: false,
			confidence_score: 0.9,
			reasoning: 'A printer is a device.',
			source: null,
			metadata: {},
		},
	},
	refusedMappings: {
		'no endpoint': { endpoint: '' },
		'a relative endpoint': { endpoint: '/tickets?key=s3cret' },
		'an endpoint without host': { endpoint: 'https://' },
		'another scheme': { endpoint: 'file:///etc/s3cret' },
		'a script as endpoint': { endpoint: 'javascript:s3cret' },
		'space in the endpoint': { endpoint: 'https://a.example/s3cret HTTP/1.1' },
		'a line break in the endpoint': { endpoint: 'https://a.example/\r\nX-Key: s3cret' },
		'no method': { method: '' },
		'a method that has no body': { method: 'GET' },
		'a method that deletes': { method: 'DELETE' },
		'a line break in the method': { method: 'POST\r\n' },
		'a line break in a header': { headers: { 'x-key': 's3cret\r\nx-other: 1' } },
		'a lone line feed in a header': { headers: { 'x-key': 's3cret\n' } },
		'NUL in a header': { headers: { 'x-key': 's3cret\0' } },
		'DEL in a header': { headers: { 'x-key': 's3cret\x7f' } },
		'characters beyond Latin-1 in a header': { headers: { 'x-key': 's3cret€' } },
		'a line break in a header’s name': { headers: { 'x-key\r\nx-other': 's3cret' } },
		'a colon in a header’s name': { headers: { 'x-key:': 's3cret' } },
		'space in a header’s name': { headers: { 'x key': 's3cret' } },
		'a header without name': { headers: { '': 's3cret' } },
		'a letter with accent in a header’s name': { headers: { 'x-clé': 's3cret' } },
		'a name for all deliveries': { headers: { 'Webhook-ID': 's3cret' } },
		'a bad header after a good one': { headers: { 'x-a': 'fine', 'x-b': 's3cret\n' } },
	},
	receipts: {
		'an id and a link': {
			response: { status: 201, body: '{"id":"A-1","url":"https://desk.example.com/A-1"}' },
			receipt: { externalId: 'A-1', externalUrl: 'https://desk.example.com/A-1' },
		},
		'a number as id': { response: { body: '{"id":42}' }, receipt: { externalId: '42', externalUrl: null } },
		'zero as id': { response: { body: '{"id":0}' }, receipt: { externalId: '0', externalUrl: null } },
		'text instead of JSON': { response: { body: 'ok' }, receipt: nothing },
		'no content': { response: { status: 204 }, receipt: nothing },
		'a link that is none': {
			response: { body: '{"id":1,"url":"javascript:alert(1)"}' },
			receipt: { externalId: '1', externalUrl: null },
		},
	},
	refusals: {},
	explanations: {
		'detail of a problem': {
			response: { body: '{"title":"Bad","detail":"group is unknown"}' },
			explanation: 'group is unknown',
		},
		'a message': { response: { body: '{"message":"no such queue"}' }, explanation: 'no such queue' },
		'a nested message': {
			response: { body: '{"error":{"message":"nested"},"message":"outer"}' },
			explanation: 'nested',
		},
		'an error’s name': { response: { body: '{"error":"invalid_group"}' }, explanation: 'invalid_group' },
		'a title alone': { response: { body: '{"title":"Bad request"}' }, explanation: 'Bad request' },
		'none that is text': { response: { body: '{"error":{"code":5},"message":{}}' }, explanation: '' },
	},
});

test.each(['id', 'ticket_id', 'key', 'number'])('the id may be called %s', (field) => {
	expect(receiptOf({ [field]: 'A-1' }).externalId).toBe('A-1');
});

test.each(['url', 'html_url', 'web_url', 'link'])('the link may be called %s', (field) => {
	expect(receiptOf({ [field]: 'HTTPS://desk.example.com' }).externalUrl).toBe('HTTPS://desk.example.com');
});

test('the first name that has a value counts', () => {
	expect(receiptOf({ number: 'N', key: 'K', id: null }).externalId).toBe('K');
});

test.each([
	['post', 'POST'],
	['Put', 'PUT'],
	['PATCH', 'PATCH'],
])('the method %s is sent as %s', (method, sent) => {
	expect(http.request(buildDelivery({ mapping: buildMapping({ method }) }))?.method).toBe(sent);
});

test('the content type may be set in the mapping, whatever its case', () => {
	const mapping = buildMapping({ headers: { 'Content-Type': 'application/vnd.desk+json' } });
	expect(http.request(buildDelivery({ mapping }))?.headers['content-type']).toBe('application/vnd.desk+json');
});

test('without a classification its fields are null', () => {
	const body = JSON.parse(http.request(buildDelivery({ classification: null }))?.body ?? '') as unknown;
	expect(body).toMatchObject({ confidence_score: null, reasoning: null, department: 'IT' });
});

test('each delivery of a ticket names itself, the same way when it is repeated', () => {
	expect(http.knowsRepeats).toBe(true);
	const idOf = (overrides: Partial<Delivery>) => http.request(buildDelivery(overrides))?.headers['webhook-id'];
	const ticket = buildTicket({ title: 'Another title' });
	expect([idOf({}), idOf({ ticket }), idOf({ number: 2 })]).toEqual([WEBHOOK_ID, WEBHOOK_ID, `${WEBHOOK_ID}-2`]);
});

test.each([
	[{ system: 'jira', externalId: 'HELP-1' }, 'jira HELP-1'],
	[{ system: 'slack', externalId: null }, 'slack'],
])('what was moved says from where: %j', (moved, moved_from) => {
	const body = JSON.parse(http.request(buildDelivery({ moved }))?.body ?? '') as unknown;
	expect(body).toMatchObject({ moved_from, ticket_id: 'TKT-0123456789ABCDEF0123' });
});

test('settings of the mapping are not sent along', () => {
	const mapping = buildMapping({ settings: { api_token: 's3cret' } });
	expect(JSON.stringify(http.request(buildDelivery({ mapping })))).not.toContain('s3cret');
});

test.each([
	['http://a b', 'a blank'],
	['https://desk.example.com/1\r\nX: 1', 'a line break'],
	['https://desk.example.com/\u001b[2J', 'what a terminal obeys'],
	[`https://desk.example.com/${'1'.repeat(500)}`, 'more than fits, so it would lead elsewhere once it is cut'],
	['https://', 'no host'],
])('%j has %s: no link to open', (url) => {
	const response = buildResponse({ body: JSON.stringify({ id: 'a\u001b[2Jb', url }) });
	expect(http.receipt(response, buildDelivery())).toEqual({ externalId: 'a [2Jb', externalUrl: null });
});
