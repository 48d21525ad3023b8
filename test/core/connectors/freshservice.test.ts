import { freshservice } from '../../../core/connectors/freshservice';
import { isRecord, readJson, type JsonRecord } from '../../../core/json';
import { PRIORITIES, type Priority } from '../../../core/ticket';
import {
	buildDecision,
	buildDelivery,
	buildMapping,
	buildResponse,
	buildTicket,
	thrownBy,
} from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const nothing = { externalId: null, externalUrl: null };
const settings = { api_key: 's3cretKey', requester_email: 'desk@example.com' };
const mapping = buildMapping({ system: 'freshservice', endpoint: 'https://acme.freshservice.com', settings });
const found42 = { externalId: '42', externalUrl: 'https://acme.freshservice.com/a/tickets/42' };
const headers = { 'content-type': 'application/json', authorization: 'Basic czNjcmV0S2V5Olg=' };
const tag = 'triage-0123456789abcdef0123';

function payloadFor(overrides: Parameters<typeof buildDelivery>[0]): JsonRecord {
	const body = readJson(freshservice.request(buildDelivery({ mapping, ...overrides }))?.body ?? '');
	return isRecord(body) ? body : {};
}

function problemsOf(overrides: JsonRecord): string[] {
	return freshservice.problems(buildMapping({ ...mapping, settings: { ...settings, ...overrides } }));
}

describeConnector(freshservice, {
	mapping,
	request: {
		method: 'POST',
		url: 'https://acme.freshservice.com/api/v2/tickets',
		headers,
		body: {
			subject: 'Printer on floor 3 is jammed',
			description:
				'It pulls two sheets at once and then stops.<br><br>--<br>Ticket: TKT-0123456789ABCDEF0123<br>Department: IT',
			email: 'ana@example.com',
			status: 2,
			priority: 2,
			tags: [tag],
		},
	},
	refusedMappings: {
		'no endpoint': { endpoint: '' },
		'a relative endpoint': { endpoint: '/s3cret' },
		'another scheme': { endpoint: 'ftp://acme.freshservice.com/s3cret' },
		'a line break in the endpoint': { endpoint: 'https://acme.freshservice.com\r\nX-Key: s3cret' },
		'credentials in the endpoint': { endpoint: 'https://s3cret:X@acme.freshservice.com' },
		'another version of the API': { endpoint: 'https://acme.freshservice.com/api/v1/tickets' },
		'another part of the API': { endpoint: 'https://acme.freshservice.com/api/v2/agents' },
		'no settings': { settings: {} },
		'no API key': { settings: { requester_email: 'desk@example.com' } },
		'an empty API key': { settings: { ...settings, api_key: '' } },
		'space in the API key': { settings: { ...settings, api_key: 's3cret key' } },
		'a line break in the API key': { settings: { ...settings, api_key: 's3cret\nx' } },
		'a password beside the API key': { settings: { ...settings, api_key: 's3cret:X' } },
		'an API key that is an object': { settings: { ...settings, api_key: { key: 's3cret' } } },
		'no requester': { settings: { api_key: 's3cret' } },
		'no requester, though authorized': { settings: {}, headers: { Authorization: 'Basic s3cret' } },
		'a requester that is no address': { settings: { ...settings, requester_email: 's3cret' } },
		'two requesters': { settings: { ...settings, requester_email: 's3cret@example.com, b@example.com' } },
		'a group by name': { settings: { ...settings, group_id: 's3cret' } },
		'a group of zero': { settings: { ...settings, group_id: 0 } },
		'a group beyond exact numbers': { settings: { ...settings, group_id: '12345678901234567' } },
		'a broken department': { settings: { ...settings, department_id: 1.5 } },
		'a list of workspaces': { settings: { ...settings, workspace_id: '2,3' } },
		'a workspace that is true': { settings: { ...settings, workspace_id: true } },
		'a source by name': { settings: { ...settings, source: 's3cret' } },
		'a negative source': { settings: { ...settings, source: -1 } },
		'an invisible category': { settings: { ...settings, category: '\u200b' } },
		'a category that is a list': { settings: { ...settings, category: ['s3cret'] } },
		'a line break in a header': { headers: { 'x-key': 's3cret\r\nx-other: 1' } },
		'a header that is reserved': { headers: { Host: 's3cret' } },
	},
	receipts: {
		'a created ticket': { response: { status: 201, body: '{"ticket":{"id":42}}' }, receipt: found42 },
		'an id as text': { response: { status: 201, body: '{"ticket":{"id":"42"}}' }, receipt: found42 },
		'an id that would leave the path': {
			response: { status: 201, body: '{"ticket":{"id":"42/../x"}}' },
			receipt: nothing,
		},
		'an id beyond exact numbers': { response: { status: 201, body: '{"ticket":{"id":1e20}}' }, receipt: nothing },
		'created, and the body lost': { response: { status: 201, body: '{"tick' }, receipt: nothing },
	},
	refusals: {
		'errors under 200': {
			response: { body: '{"description":"Validation failed","errors":[{"field":"email","message":"is bad"}]}' },
			code: 'rejected',
		},
		'nobody logged in': { response: { body: '{"code":"invalid_credentials","message":"Log in"}' }, code: 'rejected' },
		'a login page': { response: { body: '<html>Log in</html>' }, code: 'unreadable' },
		'no content': { response: { status: 204 }, code: 'unreadable' },
		'a list of tickets': { response: { body: '{"tickets":[{"id":42}]}' }, code: 'unreadable' },
	},
	explanations: {
		'each field': {
			response: {
				body: JSON.stringify({
					description: 'Validation failed',
					errors: [
						{ field: 'group_id', message: 'There is no such group', code: 'invalid_value' },
						{ field: 'category', code: 'missing_field' },
					],
				}),
			},
			explanation: 'Validation failed: group_id: There is no such group; category: missing_field',
		},
		'a message': {
			response: { body: '{"code":"invalid_credentials","message":"You have to be logged in"}' },
			explanation: 'You have to be logged in',
		},
		'errors without a description': {
			response: { body: '{"errors":[null,5,{"field":"email","message":"is\\nbad"}]}' },
			explanation: 'email: is bad',
		},
		'none that is text': { response: { body: '{"description":{},"errors":{"a":1}}' }, explanation: '' },
	},
	search: {
		request: {
			method: 'GET',
			url: `https://acme.freshservice.com/api/v2/tickets/filter?query=%22tag%3A%27${tag}%27%22`,
			headers,
		},
		found: {
			'the ticket, tags not told': { response: { body: '{"tickets":[{"id":42}],"total":1}' }, receipt: found42 },
			'the one with the tag': {
				response: {
					body: JSON.stringify({
						tickets: [
							{ id: 41, tags: ['other'] },
							{ id: 42, tags: ['vip', tag] },
						],
					}),
				},
				receipt: found42,
			},
			'one after an unusable one': { response: { body: '{"tickets":[null,{"id":{}},{"id":42}]}' }, receipt: found42 },
			none: { response: { body: '{"tickets":[],"total":0}' }, receipt: null },
		},
	},
	comment: {
		receipt: found42,
		request: {
			method: 'POST',
			url: 'https://acme.freshservice.com/api/v2/tickets/42/notes',
			headers,
			body: { body: REMARK, private: true },
		},
	},
});

test.each(PRIORITIES.map((priority, index): [Priority, number] => [priority, index + 1]))(
	'the priority %s is %i',
	(effectivePriority, priority) => {
		expect(payloadFor({ decision: buildDecision({ effectivePriority }) })).toMatchObject({ priority });
	},
);

test('everything in the text is escaped, on its lines, without links', () => {
	const description = '<img src=x onerror="a(\'b\')">\r\n&lt; https://evil.example\u2028www.evil.example';
	const { description: html } = payloadFor({ ticket: buildTicket({ description }) });
	expect(html).toMatch(/^&lt;img src=x onerror=&quot;a\(&#39;b&#39;\)&quot;&gt;<br>&amp;lt; hxxps:\/\/evil/u);
	expect(html).toContain('hxxps://evil.example<br>www[.]evil.example<br><br>--<br>');
	expect(String(html).replace(/<br>/gu, '')).not.toMatch(/[<>"'\r\n\u2028]|https?:|www\./u);
});

test('the subject is one line of at most 255, without links', () => {
	const title = `https://evil.example\r\nwww.evil.example ${'x'.repeat(300)}`;
	const { subject } = payloadFor({ ticket: buildTicket({ title }) });
	expect(subject).toMatch(/^hxxps:\/\/evil\.example www\[\.\]evil\.example x+…$/u);
	expect(subject).toHaveLength(255);
});

test.each(['', 'nobody', 'a@b', 'ana@example.com\nbcc: x@example.com'])('reported by %j, the desk reports', (email) => {
	expect(payloadFor({ ticket: buildTicket({ email }) })).toMatchObject({ email: 'desk@example.com' });
});

test('what is set goes along, numbers as numbers', () => {
	const more = { group_id: '21000123456', department_id: 7, workspace_id: '3', source: '1001', category: 'Hardware' };
	const delivery = { mapping: buildMapping({ ...mapping, settings: { ...settings, ...more } }) };
	expect(payloadFor(delivery)).toMatchObject({ ...more, group_id: 21000123456, workspace_id: 3, source: 1001 });
	expect(freshservice.search?.request(buildDelivery(delivery)).url).toMatch(/%27%22&workspace_id=3$/u);
});

test.each([
	['TKT-0123456789ABCDEF01234567', 1, 'triage-0123456789abcdef01234567'],
	['TKT-0123456789ABCDEF01234567', 2, 'triage-123456789abcdef01234567-2'],
	['TKT-0123456789ABCDEF0123456789ABCDEF', 1, 'triage-789abcdef0123456789abcdef'],
	['TKT-0123456789ABCDEF0123456789ABCDEF', 12, 'triage-abcdef0123456789abcdef-12'],
	["x' OR status:2 --", 1, 'triage-x--or-status-2---'],
])('the tag of %s, delivery %i, has at most 32 characters, and is what is asked for', (ticketId, number, expected) => {
	expect(payloadFor({ ticketId, number }).tags).toEqual([expected]);
	const url = freshservice.search?.request(buildDelivery({ mapping, ticketId, number })).url ?? '';
	expect(decodeURIComponent(url.split('query=')[1])).toBe(`"tag:'${expected}'"`);
	expect(expected.length).toBeLessThanOrEqual(32);
});

test('an authorization of the mapping stands for the API key, and wins over it', () => {
	const authorized = buildMapping({ ...mapping, headers: { Authorization: 'Bearer other' } });
	const keyless = { ...authorized, settings: { requester_email: 'desk@example.com' } };
	[authorized, keyless].forEach((given) => {
		expect(freshservice.problems(given)).toEqual([]);
		expect(freshservice.request(buildDelivery({ mapping: given }))?.headers.authorization).toBe('Bearer other');
	});
});

test('references count as values, and every problem is told at once', () => {
	const reference = { api_key: '${FRESHSERVICE_KEY}', requester_email: '${DESK}', group_id: '${GROUP}' };
	expect(problemsOf(reference)).toEqual([]);
	expect(problemsOf({ api_key: '', requester_email: 'x', group_id: 'y', source: 'z' })).toHaveLength(4);
});

test.each(['//?a=1#b', '/api/v2', '/api/v2/', '/api/v2/tickets', '/api/v2/tickets/?a=1'])(
	'%s at the end of the endpoint changes nothing',
	(end) => {
		const delivery = buildDelivery({ mapping: buildMapping({ ...mapping, endpoint: mapping.endpoint + end }) });
		expect(freshservice.problems(delivery.mapping)).toEqual([]);
		expect(freshservice.request(delivery)?.url).toBe(`${mapping.endpoint}/api/v2/tickets`);
		expect(freshservice.receipt(buildResponse({ body: '{"ticket":{"id":42}}' }), delivery)).toEqual(found42);
	},
);

test('the person who asked reads neither how the ticket was judged nor what was said to the team', () => {
	const moved = { system: 'jira', externalId: 'HELP-1' };
	const decision = buildDecision({ needsReview: true, effectivePriority: 'critical' });
	const { description } = payloadFor({ decision, moved, note: 'Not our printer.' });
	expect(description).not.toMatch(/Team|Priority|Reporter|Sureness|review|HELP-1|Not our printer/u);
});

test('a note is escaped as a description is', () => {
	const receipt = found42;
	const text = '<img src=x onerror="a()">\r\n&lt; https://evil.example';
	const note = readJson(freshservice.comment?.({ mapping, receipt, text })?.body ?? '');
	expect(note).toEqual({
		body: '&lt;img src=x onerror=&quot;a()&quot;&gt;<br>&amp;lt; hxxps://evil.example',
		private: true,
	});
});

test('a search that was not answered may be repeated; nothing is concluded from it', () => {
	const error = thrownBy(() =>
		freshservice.search?.found(buildResponse({ body: '<html>' }), buildDelivery({ mapping })),
	);
	expect(error).toMatchObject({ code: 'unreadable', retryable: true });
});
