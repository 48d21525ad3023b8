import { zendesk } from '../../../core/connectors/zendesk';
import type { Connector } from '../../../core/connectors/connector';
import { isRecord, readJson, type JsonRecord } from '../../../core/json';
import { route } from '../../../core/route';
import type { Priority } from '../../../core/ticket';
import {
	buildDecision,
	buildDelivery,
	buildMapping,
	buildResponse,
	buildTicket,
	rejectionOf,
	thrownBy,
} from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const nothing = { externalId: null, externalUrl: null };
const settings = { email: 'agent@acme.example', api_token: 's3cretToken' };
const mapping = buildMapping({ system: 'zendesk', endpoint: 'https://acme.zendesk.com', settings });
const found35 = { externalId: '35', externalUrl: 'https://acme.zendesk.com/agent/tickets/35' };
const authorization = `Basic ${Buffer.from('agent@acme.example/token:s3cretToken').toString('base64')}`;
const headers = { 'content-type': 'application/json', authorization };
const ticketId = 'TKT-0123456789ABCDEF0123';

/** The suite expects the same headers for every ticket; the key, which is one ticket's own, has its tests below. */
const unkeyed: Connector = {
	...zendesk,
	request: (delivery) => {
		const request = zendesk.request(delivery);
		if (request) delete request.headers['idempotency-key'];
		return request;
	},
};

function payloadFor(overrides: Parameters<typeof buildDelivery>[0]): JsonRecord {
	const body = readJson(zendesk.request(buildDelivery({ mapping, ...overrides }))?.body ?? '');
	return isRecord(body) && isRecord(body.ticket) ? body.ticket : {};
}

function bodyFor(description: string): string {
	const { comment } = payloadFor({ ticket: buildTicket({ description }) });
	return isRecord(comment) ? String(comment.body).split('\n\n--\n')[0] : '';
}

describeConnector(unkeyed, {
	mapping,
	request: {
		method: 'POST',
		url: 'https://acme.zendesk.com/api/v2/tickets.json',
		headers,
		body: {
			ticket: {
				subject: 'Printer on floor 3 is jammed',
				comment: {
					body: 'It pulls two sheets at once and then stops.\n\n--\nTicket: TKT-0123456789ABCDEF0123\nDepartment: IT',
				},
				priority: 'normal',
				tags: ['triage-0123456789abcdef0123'],
				external_id: ticketId,
				requester: { name: 'ana@example.com', email: 'ana@example.com' },
			},
		},
	},
	refusedMappings: {
		'no endpoint': { endpoint: '' },
		'a relative endpoint': { endpoint: '/s3cret' },
		'another scheme': { endpoint: 'file:///s3cret' },
		'a line break in the endpoint': { endpoint: 'https://acme.zendesk.com\r\nX-Key: s3cret' },
		'credentials in the endpoint': { endpoint: 'https://a:s3cret@acme.zendesk.com' },
		'another version of the API': { endpoint: 'https://acme.zendesk.com/api/v1' },
		'another part of the API': { endpoint: 'https://acme.zendesk.com/api/v2/users' },
		'no settings': { settings: {} },
		'no address of the agent': { settings: { api_token: 's3cret' } },
		'no token': { settings: { email: 'agent@acme.example' } },
		'an empty token': { settings: { ...settings, api_token: '' } },
		'a line break in the token': { settings: { ...settings, api_token: 's3cret\r\nx' } },
		'space in the token': { settings: { ...settings, api_token: 's3cret token' } },
		'a token that is a list': { settings: { ...settings, api_token: ['s3cret'] } },
		'an agent that is no address': { settings: { ...settings, email: 's3cret' } },
		'an agent with /token behind': { settings: { ...settings, email: 's3cret@acme.example/token' } },
		'a colon in the agent': { settings: { ...settings, email: 's3cret:x@acme.example' } },
		'a group by name': { settings: { ...settings, group_id: 's3cret' } },
		'a group of zero': { settings: { ...settings, group_id: 0 } },
		'a group beyond exact numbers': { settings: { ...settings, group_id: '12345678901234567' } },
		'one key for all tickets': { headers: { 'Idempotency-Key': 's3cret' } },
		'a line break in a header': { headers: { 'x-key': 's3cret\r\nx-other: 1' } },
		'a header twice': { headers: { 'x-key': 's3cret', 'X-Key': 's3cret' } },
	},
	receipts: {
		'a created ticket': {
			response: { status: 201, body: '{"ticket":{"id":35,"url":"https://acme.zendesk.com/api/v2/tickets/35.json"}}' },
			receipt: found35,
		},
		'an address of another host': {
			response: { status: 201, body: '{"ticket":{"id":35,"url":"https://evil.example/35"}}' },
			receipt: found35,
		},
		'an id as text': { response: { status: 201, body: '{"ticket":{"id":"35"}}' }, receipt: found35 },
		'an id that would leave the path': {
			response: { status: 201, body: '{"ticket":{"id":"35?x"}}' },
			receipt: nothing,
		},
		'created, and the body lost': { response: { status: 201, body: '{"tick' }, receipt: nothing },
	},
	refusals: {
		'an error under 200': { response: { body: '{"error":"RecordInvalid","description":"bad"}' }, code: 'rejected' },
		'an error with a title': { response: { body: '{"error":{"title":"Forbidden"}}' }, code: 'rejected' },
		'a login page': { response: { body: '<html>Sign in</html>' }, code: 'unreadable' },
		'no content': { response: { status: 204 }, code: 'unreadable' },
		'a list of tickets': { response: { body: '{"tickets":[{"id":35}]}' }, code: 'unreadable' },
	},
	explanations: {
		'each field': {
			response: {
				body: JSON.stringify({
					error: 'RecordInvalid',
					description: 'Record validation errors',
					details: {
						requester: [{ description: 'Requester: Name: is too short' }],
						base: [{ description: 'Group is\ninvalid', error: 'InvalidValue' }, null],
					},
				}),
			},
			explanation: 'Record validation errors: Requester: Name: is too short; Group is invalid',
		},
		'a name alone': {
			response: { body: '{"error":"Couldn\'t authenticate you"}' },
			explanation: "Couldn't authenticate you",
		},
		'a title and a message': {
			response: { body: '{"error":{"title":"Forbidden","message":"You do not have access"}}' },
			explanation: 'You do not have access',
		},
		'a title': { response: { body: '{"error":{"title":"Forbidden","message":""}}' }, explanation: 'Forbidden' },
		'none that is text': { response: { body: '{"error":{},"description":5,"details":[["x"]]}' }, explanation: '' },
	},
	search: {
		request: {
			method: 'GET',
			url: `https://acme.zendesk.com/api/v2/tickets.json?external_id=${ticketId}`,
			headers,
		},
		found: {
			'the ticket': { response: { body: `{"tickets":[{"id":35,"external_id":"${ticketId}"}]}` }, receipt: found35 },
			'among others': {
				response: { body: `{"tickets":[null,{"id":1,"external_id":null},{"id":35,"external_id":"${ticketId}"}]}` },
				receipt: found35,
			},
			'others alone': { response: { body: '{"tickets":[{"id":1,"external_id":"TKT-1"},{"id":2}]}' }, receipt: null },
			none: { response: { body: '{"tickets":[],"count":0}' }, receipt: null },
		},
	},
	comment: {
		receipt: found35,
		request: {
			method: 'PUT',
			url: 'https://acme.zendesk.com/api/v2/tickets/35.json',
			headers,
			body: { ticket: { comment: { body: REMARK, public: false } } },
		},
	},
});

test.each([
	[ticketId, 1, ticketId],
	[ticketId, 2, `${ticketId}-2`],
	['a.b:c_d-1', 1, 'a.b:c_d-1'],
	['x'.repeat(255), 1, 'x'.repeat(255)],
	['x'.repeat(256), 1, `triage-${'x'.repeat(248)}`],
	['x'.repeat(256), 2, `triage-${'x'.repeat(246)}-2`],
	['A,B', 1, 'triage-a-b'],
	['é\r\nHost: evil.example&a=1', 1, 'triage----host--evil-example-a-1'],
	['\ud800', 1, 'triage--'],
	['', 1, 'triage-'],
])('of the id %j, delivery %i, the key, the external id and the question are the same safe text', (id, number, key) => {
	const delivery = { ticketId: id, number };
	const request = zendesk.request(buildDelivery({ mapping, ...delivery }));
	expect(request?.headers).toEqual({ ...headers, 'idempotency-key': key });
	expect(payloadFor(delivery).external_id).toBe(key);
	const url = zendesk.search?.request(buildDelivery({ mapping, ...delivery })).url ?? '';
	expect(decodeURIComponent(url.split('external_id=')[1])).toBe(key);
	expect(key).toMatch(/^[\w.:-]{1,255}$/u);
});

test.each(['/', '/api/v2', '/api/v2/', '/api/v2/tickets', '/api/v2/tickets.json'])(
	'%s at the end of the endpoint changes nothing',
	(end) => {
		const delivery = buildDelivery({ mapping: buildMapping({ ...mapping, endpoint: mapping.endpoint + end }) });
		expect(zendesk.problems(delivery.mapping)).toEqual([]);
		expect(zendesk.request(delivery)?.url).toBe(`${mapping.endpoint}/api/v2/tickets.json`);
		expect(zendesk.receipt(buildResponse({ body: '{"ticket":{"id":35}}' }), delivery)).toEqual(found35);
	},
);

test('the person who asked reads neither how the ticket was judged nor what was said to the team', () => {
	const moved = { system: 'jira', externalId: 'HELP-1' };
	const decision = buildDecision({ needsReview: true, effectivePriority: 'critical' });
	const { comment } = payloadFor({ decision, moved, note: 'Not our printer.' });
	expect(JSON.stringify(comment)).not.toMatch(/Team|Priority|Reporter|Sureness|review|HELP-1|Not our printer/u);
});

test('a note is as harmless as a comment, and makes no second ticket', () => {
	const request = zendesk.comment?.({ mapping, receipt: found35, text: '[a](//evil.example) {{dc.x}} <b>' });
	expect(request?.headers).not.toHaveProperty('idempotency-key');
	expect(request?.body).toBe(
		JSON.stringify({ ticket: { comment: { body: '[a] (//evil.example) { {dc.x}} < b>', public: false } } }),
	);
});

test('Zendesk knows repeats by the key, and its list of a slow one after half a minute', () => {
	expect([zendesk.knowsRepeats, zendesk.search?.lagSeconds]).toEqual([true, 30]);
});

test.each<[Priority, string]>([
	['low', 'low'],
	['medium', 'normal'],
	['high', 'high'],
	['critical', 'urgent'],
])('the priority %s is %s', (effectivePriority, priority) => {
	expect(payloadFor({ decision: buildDecision({ effectivePriority }) })).toMatchObject({ priority });
});

test.each([
	['a link', 'see https://evil.example and www.evil.example', 'see hxxps://evil.example and www[.]evil.example'],
	['a Markdown link', '[reset](//evil.example)', '[reset] (//evil.example)'],
	['a Markdown image', '![x](//evil.example/x.png)', '![x] (//evil.example/x.png)'],
	['a link by reference', '[a][b]\n[b]: //evil.example', '[a] [b]\n[b] : //evil.example'],
	['an autolink', '<ftp://evil.example>', '< ftp[:]//evil.example>'],
	['HTML', '<img src=//evil.example><!-- x --></a><?x?>', '< img src=//evil.example>< !-- x -->< /a>< ?x?>'],
	['a placeholder', '{{ticket.requester.phone}} {{{dc.x}}}', '{ {ticket.requester.phone}} { { {dc.x}}}'],
	['a Liquid tag', '{% if x %}', '{ % if x %}'],
	['ordinary text', 'if a < b then x[1] = {"a": 1} (50 %)', 'if a < b then x[1] = {"a": 1} (50 %)'],
])('%s in the text stays text', (_, given, expected) => {
	expect(bodyFor(given)).toBe(expected);
});

test('the subject is one line of at most 255, without links and placeholders', () => {
	const title = `{{dc.x}} https://evil.example\r\nwww.evil.example ${'x'.repeat(300)}`;
	const { subject } = payloadFor({ ticket: buildTicket({ title }) });
	expect(subject).toMatch(/^\{ \{dc\.x\}\} hxxps:\/\/evil\.example www\[\.\]evil\.example x+…$/u);
	expect(subject).toHaveLength(255);
});

test.each(['', 'nobody', 'a@b', 'ana@example.com\nbcc: x@example.com'])('reported by %j, nobody is named', (email) => {
	expect(payloadFor({ ticket: buildTicket({ email }) })).not.toHaveProperty('requester');
});

test('a group goes along as a number', () => {
	const given = buildMapping({ ...mapping, settings: { ...settings, group_id: '360000123456' } });
	expect(payloadFor({ mapping: given })).toMatchObject({ group_id: 360000123456 });
});

test('an authorization of the mapping stands for the token, and wins over it', () => {
	const authorized = buildMapping({ ...mapping, headers: { Authorization: 'Bearer other' } });
	[authorized, { ...authorized, settings: {} }].forEach((given) => {
		expect(zendesk.problems(given)).toEqual([]);
		expect(zendesk.request(buildDelivery({ mapping: given }))?.headers.authorization).toBe('Bearer other');
	});
});

test('references count as values, and every problem is told at once', () => {
	const problemsOf = (given: JsonRecord): string[] => zendesk.problems(buildMapping({ ...mapping, settings: given }));
	expect(problemsOf({ email: '${AGENT}', api_token: '${TOKEN}', group_id: '${GROUP}' })).toEqual([]);
	expect(problemsOf({ email: 'x', group_id: 'y' })).toHaveLength(3);
});

test('a search that was not answered may be repeated; nothing is concluded from it', () => {
	const error = thrownBy(() => zendesk.search?.found(buildResponse({ body: '<html>' }), buildDelivery({ mapping })));
	expect(error).toMatchObject({ code: 'unreadable', retryable: true });
});

test('a collision may be repeated, and whether the ticket is there is in doubt', async () => {
	const body = '{"error":"DatabaseConflict","description":"Database collision"}';
	const error = await rejectionOf(
		route(buildDelivery({ mapping }), () => Promise.resolve(buildResponse({ status: 409, body }))),
	);
	expect(error).toMatchObject({ code: 'unavailable', retryable: true, inDoubt: true, status: 409 });
	expect(error.message).toContain('Database collision');
});
