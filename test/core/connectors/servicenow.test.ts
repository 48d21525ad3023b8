import { servicenow } from '../../../core/connectors/servicenow';
import type { Mapping } from '../../../core/mapping';
import type { Priority } from '../../../core/ticket';
import { buildDecision, buildDelivery, buildMapping, buildResponse, thrownBy } from '../../helpers/tickets';
import { describeConnector, REMARK } from './conformance';

const ACCOUNT = { username: 'triage', password: 's3cret' };
const SYS_ID = '0123456789abcdef0123456789abcdef';
const PAGE = `https://example.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D${SYS_ID}`;
const created = { externalId: 'INC0010001', externalUrl: PAGE };
const nothing = { externalId: null, externalUrl: null };
const row = { sys_id: SYS_ID, number: 'INC0010001', correlation_id: 'TKT-0123456789ABCDEF0123' };
const cancelled = '{"error":{"message":"Transaction cancelled: maximum execution time exceeded"},"status":"failure"}';

function mappingWith(settings: Record<string, unknown> = {}, overrides: Partial<Mapping> = {}): Mapping {
	const endpoint = 'https://example.service-now.com/';
	return buildMapping({ system: 'servicenow', endpoint, settings: { ...ACCOUNT, ...settings }, ...overrides });
}

const headers = {
	'content-type': 'application/json',
	accept: 'application/json',
	authorization: 'Basic dHJpYWdlOnMzY3JldA==',
};

describeConnector(servicenow, {
	mapping: mappingWith(),
	request: {
		method: 'POST',
		url: 'https://example.service-now.com/api/now/table/incident',
		headers,
		body: {
			short_description: 'Printer on floor 3 is jammed',
			description:
				'It pulls two sheets at once and then stops.\n\n--\nTicket: TKT-0123456789ABCDEF0123\nDepartment: IT',
			work_notes: [
				'Ticket: TKT-0123456789ABCDEF0123',
				'Department: IT',
				'Team: IT Support',
				'Priority: medium',
				'Reporter: ana@example.com',
				'Sureness: 90 % (local)',
			].join('\n'),
			urgency: '2',
			impact: '2',
			correlation_id: 'TKT-0123456789ABCDEF0123',
			correlation_display: 'Ticket triage',
		},
	},
	refusedMappings: {
		'no endpoint': { endpoint: '' },
		'an endpoint without scheme': { endpoint: 'example.service-now.com' },
		'the address of another table as endpoint': { endpoint: 'https://example.service-now.com/api/now/table/s3cret' },
		'another part of the API as endpoint': { endpoint: 'https://example.service-now.com/api/now/import/s3cret' },
		'a page as endpoint': { endpoint: 'https://example.service-now.com/nav_to.do' },
		'a query in the endpoint': { endpoint: 'https://example.service-now.com?sysparm=s3cret' },
		'a fragment in the endpoint': { endpoint: 'https://example.service-now.com/#s3cret' },
		'an account in the endpoint': { endpoint: 'https://triage:s3cret@example.service-now.com' },
		'a line break in the endpoint': { endpoint: 'https://example.service-now.com/\r\ns3cret' },
		'no credentials': { settings: {} },
		'blank credentials': { settings: { username: ' ', password: ' ' } },
		'a username alone': { settings: { username: 's3cret' } },
		'a password alone': { settings: { password: 's3cret' } },
		'a token beside an account': { settings: { ...ACCOUNT, token: 's3cret' } },
		'a token that is no text': { settings: { token: { value: 's3cret' } } },
		'a line break in the token': { settings: { token: 's3cret\r\nx: 1' } },
		'space in the token': { settings: { token: 's3cret s3cret' } },
		'a colon in the username': { settings: { username: 's3cret:a', password: 'b' } },
		'a line break in the password': { settings: { username: 'a', password: 's3cret\nb' } },
		'a path as table': { settings: { ...ACCOUNT, table: '../s3cret' } },
		'a query in the table': { settings: { ...ACCOUNT, table: 'incident?s3cret=1' } },
		'a table in capitals': { settings: { ...ACCOUNT, table: 'S3cret' } },
		'a list as table': { settings: { ...ACCOUNT, table: ['incident'] } },
		'a group that is an object': { settings: { ...ACCOUNT, assignment_group: { sys_id: 's3cret' } } },
		'two lines as category': { settings: { ...ACCOUNT, category: 's3cret\nb' } },
		'two lines as caller': { settings: { ...ACCOUNT, caller_id: 's3cret\nb' } },
		'two lines as channel': { settings: { ...ACCOUNT, contact_type: 's3cret\nb' } },
		'a line break in a header': { headers: { authorization: 'Bearer s3cret\r\nx: 1' } },
		'a header of the transport': { headers: { host: 's3cret.example' } },
	},
	receipts: {
		'a record': {
			response: { status: 201, body: JSON.stringify({ result: row }) },
			receipt: created,
		},
		'a record of a table without numbers': {
			response: { status: 201, body: JSON.stringify({ result: { sys_id: SYS_ID } }) },
			receipt: { externalId: SYS_ID, externalUrl: PAGE },
		},
		'a sys_id that is none': {
			response: { status: 201, body: '{"result":{"number":"INC1","sys_id":"../x&evil=1"}}' },
			receipt: { externalId: 'INC1', externalUrl: null },
		},
		'a sys_id that is too long': {
			response: { status: 201, body: `{"result":{"number":"INC1","sys_id":"${SYS_ID}0"}}` },
			receipt: { externalId: 'INC1', externalUrl: null },
		},
		'created, without a body': { response: { status: 201 }, receipt: nothing },
		'created, with a body that says nothing': { response: { status: 201, body: '{"result":{}}' }, receipt: nothing },
	},
	refusals: {
		'an error in spite of 200': {
			response: { body: '{"error":{"message":"Operation Failed","detail":"ACL"},"status":"failure"}' },
			code: 'rejected',
		},
		'an error in spite of 201': { response: { status: 201, body: '{"error":{}}' }, code: 'rejected' },
		'a failure without error': { response: { body: '{"status":"failure"}' }, code: 'rejected' },
		'a transaction that was cancelled': { response: { body: cancelled }, code: 'unavailable' },
		'the page of an instance that sleeps': { response: { body: '<html>Hibernating' }, code: 'unreadable' },
		'no record': { response: { body: '{"result":[]}' }, code: 'unreadable' },
		'a record without id': { response: { body: '{"result":{"number":" "}}' }, code: 'unreadable' },
	},
	explanations: {
		'message and detail': {
			response: {
				body: '{"error":{"message":"User Not Authenticated","detail":"Required to provide\\nAuth information"},"status":"failure"}',
			},
			explanation: 'User Not Authenticated: Required to provide Auth information',
		},
		'a message alone': {
			response: { body: '{"error":{"message":"Invalid table x","detail":null}}' },
			explanation: 'Invalid table x',
		},
		'none that is text': { response: { body: '{"error":{"message":5,"detail":[]}}' }, explanation: '' },
	},
	search: {
		request: {
			method: 'GET',
			url: 'https://example.service-now.com/api/now/table/incident?sysparm_query=correlation_id%3DTKT-0123456789ABCDEF0123&sysparm_fields=sys_id%2Cnumber%2Ccorrelation_id&sysparm_limit=1',
			headers,
		},
		found: {
			'the record': { response: { body: JSON.stringify({ result: [row] }) }, receipt: created },
			'no record': { response: { body: '{"result":[]}' }, receipt: null },
		},
	},
	comment: {
		receipt: created,
		request: {
			method: 'PATCH',
			url: `https://example.service-now.com/api/now/table/incident/${SYS_ID}`,
			headers,
			body: { work_notes: REMARK },
		},
	},
});

function sentWith(settings: Record<string, unknown>, overrides: Partial<Mapping> = {}) {
	const request = servicenow.request(buildDelivery({ mapping: mappingWith(settings, overrides) }));
	return { ...request, body: JSON.parse(request?.body ?? '') as Record<string, string> };
}

test.each<[Priority, string, string]>([
	['critical', '1', '1'],
	['high', '1', '2'],
	['medium', '2', '2'],
	['low', '3', '2'],
])('%s has the urgency %s and the impact %s', (effectivePriority, urgency, impact) => {
	const delivery = buildDelivery({ mapping: mappingWith(), decision: buildDecision({ effectivePriority }) });
	expect(JSON.parse(servicenow.request(delivery)?.body ?? '')).toMatchObject({ urgency, impact });
});

test('settings fill the fields that they name, and nobody’s secret is in the body', () => {
	const settings = { category: 'network', assignment_group: 'Network', caller_id: SYS_ID, contact_type: 'email' };
	const { body } = sentWith(settings);
	expect(body).toMatchObject(settings);
	expect(JSON.stringify(body)).not.toContain('s3cret');
});

test('a token is sent as Bearer', () => {
	expect(sentWith({ username: '', password: '', token: 's3cret' }).headers?.authorization).toBe('Bearer s3cret');
});

test.each(['Authorization', 'x-sn-apikey'])('the header %s signs in instead of the settings', (name) => {
	const settings = { username: '', password: '' };
	const others = { 'content-type': 'application/json', accept: 'application/json' };
	expect(sentWith(settings, { headers: { [name]: 'k' } }).headers).toEqual({ ...others, [name.toLowerCase()]: 'k' });
});

test('references are well-formed in a mapping that is only checked', () => {
	const settings = { table: '${TABLE}', username: '', password: '', token: '${SERVICENOW_TOKEN}' };
	expect(servicenow.problems(mappingWith(settings))).toEqual([]);
});

test('everything that is wrong is said at once', () => {
	const mapping = mappingWith({ table: 'No', password: '' }, { endpoint: 'no', headers: { host: 'x' } });
	expect(servicenow.problems(mapping)).toHaveLength(4);
});

test('another table is the one that is written to, searched and opened', () => {
	const delivery = buildDelivery({ mapping: mappingWith({ table: 'sn_hr_core_case' }) });
	expect(servicenow.request(delivery)?.url).toMatch(/\/table\/sn_hr_core_case$/u);
	expect(servicenow.search?.request(delivery).url).toContain('/table/sn_hr_core_case?');
	const response = buildResponse({ status: 201, body: JSON.stringify({ result: row }) });
	const receipt = servicenow.receipt(response, delivery);
	expect(receipt.externalUrl).toContain('uri=sn_hr_core_case.do%3F');
	// A remark goes where the ticket is, whatever has become of the mapping.
	const remark = { mapping: mappingWith(), receipt, text: 'x' };
	expect(servicenow.comment?.(remark)?.url).toMatch(new RegExp(`/table/sn_hr_core_case/${SYS_ID}$`, 'u'));
});

test.each([
	'',
	'/',
	'/api/now',
	'/api/now/',
	'/api/now/v2/table',
	'/api/now/table/incident',
	'/api/now/table/incident/',
])('%j at the end of the endpoint changes nothing', (end) => {
	const mapping = mappingWith({}, { endpoint: `https://example.service-now.com${end}` });
	expect(servicenow.problems(mapping)).toEqual([]);
	const delivery = buildDelivery({ mapping });
	expect(servicenow.request(delivery)?.url).toBe('https://example.service-now.com/api/now/table/incident');
	expect(servicenow.receipt(buildResponse({ body: JSON.stringify({ result: row }) }), delivery)).toEqual(created);
});

test('the address of a table is taken where the settings name it too', () => {
	const endpoint = 'https://example.service-now.com/api/now/table/sn_hr_core_case';
	expect(servicenow.problems(mappingWith({ table: 'sn_hr_core_case' }, { endpoint }))).toEqual([]);
	expect(servicenow.problems(mappingWith({ table: '${TABLE}' }, { endpoint }))).toEqual([]);
	expect(servicenow.problems(mappingWith({}, { endpoint }))).toEqual([expect.stringContaining('settings.table')]);
});

test('an id cannot add conditions to the query, and is searched as it was left', () => {
	const delivery = buildDelivery({ ticketId: 'T^ORactive=true&sysparm_limit=9\ud800', mapping: mappingWith() });
	const { correlation_id: left } = JSON.parse(servicenow.request(delivery)?.body ?? '') as Record<string, string>;
	expect(left).toBe('T-ORactive-true-sysparm_limit-9-');
	expect(servicenow.search?.request(delivery).url).toContain(`sysparm_query=correlation_id%3D${left}&sysparm_fields=`);
});

test.each([
	['TKT-0123456789ABCDEF0123', 2, 'TKT-0123456789ABCDEF0123-2'],
	['x'.repeat(120), 1, 'x'.repeat(100)],
	['x'.repeat(120), 2, `${'x'.repeat(98)}-2`],
])('the correlation of %s, delivery %i, is %s', (ticketId, number, left) => {
	const delivery = buildDelivery({ mapping: mappingWith(), ticketId, number });
	expect(JSON.parse(servicenow.request(delivery)?.body ?? '')).toMatchObject({ correlation_id: left });
	expect(servicenow.search?.request(delivery).url).toContain(`%3D${left}&`);
});

test.each([
	['another record', JSON.stringify({ result: [{ ...row, correlation_id: 'TKT-OTHER' }] })],
	['a record that does not show the field', JSON.stringify({ result: [{ sys_id: SYS_ID, number: 'INC1' }] })],
	['something else than records', '{"result":{}}'],
	['a page', '<html>Hibernating'],
])('%s in answer to the search is no find', (_, body) => {
	const delivery = buildDelivery({ mapping: mappingWith() });
	expect(thrownBy(() => servicenow.search?.found(buildResponse({ body }), delivery)).code).toBe('unreadable');
});

test('a search that the instance cancelled may be repeated', () => {
	const run = () =>
		servicenow.search?.found(buildResponse({ body: cancelled }), buildDelivery({ mapping: mappingWith() }));
	expect(thrownBy(run)).toMatchObject({ code: 'unavailable', retryable: true, inDoubt: true });
});

test('a search with an unusable mapping is refused', () => {
	const delivery = buildDelivery({ mapping: mappingWith({ table: '../x' }) });
	expect(thrownBy(() => servicenow.search?.request(delivery)).code).toBe('misconfigured');
});
