import type { Connector, Delivery, Receipt } from '../../../core/connectors/connector';
import { TriageError } from '../../../core/errors';
import type { HttpRequest, HttpResponse } from '../../../core/http';
import { resolveReferences } from '../../../core/references';
import {
	buildDecision,
	buildDelivery,
	buildMapping,
	buildResponse,
	buildTicket,
	thrownBy,
} from '../../helpers/tickets';
import { describeForeignAnswers } from './foreign-answers';

export interface ConnectorCases {
	/** A mapping the connector accepts. */
	mapping: Delivery['mapping'];
	/** The exact request for buildDelivery with that mapping, body parsed; null where nothing is sent. */
	request: (Omit<HttpRequest, 'body'> & { body: unknown }) | null;
	/** Mappings it must refuse as misconfigured before anything is sent. */
	refusedMappings: Record<string, Partial<Delivery['mapping']>>;
	receipts: Record<string, { response: Partial<HttpResponse>; receipt: Receipt }>;
	/** Answers that say yes by status and no by content, with the code of the error. */
	refusals: Record<string, { response: Partial<HttpResponse>; code: TriageError['code'] }>;
	explanations: Record<string, { response: Partial<HttpResponse>; explanation: string }>;
	/** For systems that can be asked: the exact question, body parsed, and what is read from its answers. */
	search?: {
		request: Omit<HttpRequest, 'body'> & { body?: unknown };
		found: Record<string, { response: Partial<HttpResponse>; receipt: Receipt | null }>;
	};
	/** For systems that take notes: what becomes of REMARK, body parsed; null where this mapping takes none. */
	comment?: { receipt: Receipt; request: (Omit<HttpRequest, 'body'> & { body: unknown }) | null };
}

/** The text that the cases of `comment` are about. */
export const REMARK = 'Moved to Finance.';

const HOSTILE =
	'","department":"HR","x":"\r\nX-Injected: 1\r\n\r\n</script>${TOKEN}{{= 7*7 }}\u2028<!channel> ../../x?y=1#z \u{1f600}';

/** What replies may look like when the other side is broken or unkind. */
const MALFORMED = [
	'',
	' ',
	'ok',
	'null',
	'[]',
	'"id"',
	'1',
	'{',
	'{"id":',
	'<html><title>504</title></html>',
	'{"id":{}}',
	'{"id":null,"url":null}',
	'{"id":"","url":""}',
	'{"id":["a"],"error":[]}',
	'{"__proto__":{"id":"1","message":"m"}}',
	'{"url":"javascript:alert(1)","key":true}',
	'['.repeat(50_000),
	'\u0000\ufffd',
];

/** Receipts that name no ticket, or more than one. */
const UNNAMED: Receipt[] = [
	{ externalId: null, externalUrl: null },
	{ externalId: null, externalUrl: 'https://evil.example/HELP-1' },
	...['', '../../evil', 'HELP-1/../x', '1?x=1', '1#x', '1\r\nX-Injected: 1', HOSTILE].map((externalId) => ({
		externalId,
		externalUrl: `https://evil.example/${externalId}`,
	})),
];

/** Headers that name the delivery, which the ticket's id goes into. */
const KEYS = ['webhook-id', 'idempotency-key'];

function withoutKeys(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !KEYS.includes(name)));
}

/** Every connector must pass this; what is particular to one comes as data. */
export function describeConnector(connector: Connector, cases: ConnectorCases): void {
	const deliver = (overrides: Partial<Delivery> = {}): HttpRequest | null =>
		connector.request(buildDelivery({ mapping: cases.mapping, ...overrides }));

	describe(`connector ${connector.system}`, () => {
		describeRequest(connector, cases, deliver);
		describeAnswers(connector, cases);
		describeEndpoint(connector, cases, deliver);
		describeSearch(connector, cases);
		describeComment(connector, cases);
		describeForeignAnswers(connector, cases);
	});
}

type Deliver = (overrides?: Partial<Delivery>) => HttpRequest | null;

function describeRequest(connector: Connector, cases: ConnectorCases, deliver: Deliver): void {
	test('builds exactly this request', () => {
		const request = deliver();
		expect(request && { ...request, body: JSON.parse(request.body ?? 'null') as unknown }).toEqual(cases.request);
	});

	test('builds the same request again, and changes nothing it was given', () => {
		const delivery = buildDelivery({ mapping: cases.mapping });
		const before = structuredClone(delivery);
		expect(connector.request(delivery)).toEqual(connector.request(structuredClone(delivery)));
		expect(delivery).toEqual(before);
	});

	test('hostile ticket text stays data: same address, method, headers and fields', () => {
		const ticket = buildTicket({
			title: HOSTILE,
			description: HOSTILE,
			email: HOSTILE,
			source: HOSTILE,
			metadata: { [HOSTILE]: HOSTILE },
		});
		const [plain, hostile] = [deliver(), deliver({ ticket })];
		expect(hostile && { ...hostile, body: '' }).toEqual(plain && { ...plain, body: '' });
		const fields = (request: HttpRequest | null): string[] => Object.keys(JSON.parse(request?.body ?? '{}') as object);
		expect(fields(hostile)).toEqual(fields(plain));
	});

	test('the ticket does not choose the destination', () => {
		const decision = buildDecision({ department: 'https://evil.example', effectivePriority: 'critical' });
		const ticketId = '../../evil?x=\r\nHost: evil.example';
		const moved = deliver({ decision, ticketId, classification: null });
		expect(moved && [moved.method, moved.url, withoutKeys(moved.headers)]).toEqual(
			cases.request && [cases.request.method, cases.request.url, withoutKeys(cases.request.headers)],
		);
		Object.values(moved?.headers ?? {}).forEach((value) => expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/u));
	});

	test('a second delivery of the ticket is told from the first', () => {
		expect(
			deliver({ number: 2 }) === null || JSON.stringify(deliver({ number: 2 })) !== JSON.stringify(deliver()),
		).toBe(true);
	});

	test('says how much the system takes', () => {
		const { atOnce, perMinute = 1 } = connector.pace;
		expect([Number.isInteger(atOnce) && atOnce > 0, atOnce <= 64]).toEqual([true, true]);
		expect([Number.isInteger(perMinute) && perMinute > 0, perMinute <= 6000]).toEqual([true, true]);
	});

	test('is sendable without a classification', () => {
		expect(deliver({ classification: null }) === null).toBe(cases.request === null);
	});

	test('has nothing against the mapping', () => {
		expect(connector.problems(cases.mapping)).toEqual([]);
	});

	for (const [name, overrides] of Object.entries(cases.refusedMappings)) {
		test(`refuses a mapping with ${name}, without quoting it`, () => {
			const mapping = buildMapping({ ...cases.mapping, ...overrides });
			const error = thrownBy(() => deliver({ mapping }));
			expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
			expect(error.message).not.toMatch(/s3cret|[\r\n]/u);
			const problems = connector.problems(mapping);
			expect(problems.length).toBeGreaterThan(0);
			expect(problems.join()).not.toMatch(/s3cret|[\r\n]/u);
		});
	}
}

function describeAnswers(connector: Connector, cases: ConnectorCases): void {
	for (const [name, { response, receipt }] of Object.entries(cases.receipts)) {
		test(`receipt: ${name}`, () =>
			expect(connector.receipt(buildResponse(response), buildDelivery({ mapping: cases.mapping }))).toEqual(receipt));
	}

	for (const [name, { response, code }] of Object.entries(cases.refusals)) {
		test(`refusal in disguise: ${name}`, () => {
			expect(
				thrownBy(() => connector.receipt(buildResponse(response), buildDelivery({ mapping: cases.mapping }))).code,
			).toBe(code);
		});
	}

	for (const [name, { response, explanation }] of Object.entries(cases.explanations)) {
		test(`explanation: ${name}`, () => {
			expect(connector.explanation(buildResponse({ status: 400, ...response }))).toBe(explanation);
		});
	}

	test.each(MALFORMED)('a malformed reply is a receipt without contents or a TriageError (%#)', (body) => {
		let receipt: Receipt = { externalId: null, externalUrl: null };
		try {
			receipt = connector.receipt(buildResponse({ body }), buildDelivery({ mapping: cases.mapping }));
		} catch (error) {
			expect(error).toBeInstanceOf(TriageError);
		}
		expect(receipt).toEqual({ externalId: null, externalUrl: null });
	});

	test.each(MALFORMED)('a malformed refusal explains nothing (%#)', (body) => {
		expect(connector.explanation(buildResponse({ status: 500, body }))).toBe('');
	});

	test('an explanation has an end', () => {
		const long = 'x'.repeat(100_000);
		const body = JSON.stringify({ message: long, error: long, detail: long, errorMessages: [long], description: long });
		expect(connector.explanation(buildResponse({ status: 400, body })).length).toBeLessThanOrEqual(500);
	});
}

function describeEndpoint(connector: Connector, { mapping, request }: ConnectorCases, deliver: Deliver): void {
	if (request === null) return;
	const referring = { ...mapping, endpoint: '${DESK_URL}' };

	test('an endpoint may be a reference, which is never sent as it stands', () => {
		expect(connector.problems(referring)).toEqual([]);
		expect(thrownBy(() => deliver({ mapping: referring })).code).toBe('misconfigured');
		expect(thrownBy(() => deliver({ mapping: { ...mapping, endpoint: '${DESK_URL}/x' } })).code).toBe('misconfigured');
	});

	test.each(['https://${DESK_URL}', 'https://desk.example.com/${KEY}', '${DESK_URL}/${KEY}', '${DESK_URL}.example'])(
		'a reference elsewhere in the endpoint is a problem: %s',
		(endpoint) => expect(connector.problems({ ...mapping, endpoint }).join()).toContain('endpoint'),
	);

	test('a reference to the same address makes the same request', () => {
		const resolved = mapping.endpoint === '' ? mapping : resolveReferences(referring, () => mapping.endpoint);
		expect(deliver({ mapping: resolved })).toEqual(deliver());
	});
}

function describeSearch({ search }: Connector, { mapping, search: cases }: ConnectorCases): void {
	const delivery = buildDelivery({ mapping });

	test('can be asked for a delivered ticket as it says', () => {
		expect(search === undefined).toBe(cases === undefined);
	});
	if (!search || !cases) return;

	test('asks exactly this', () => {
		const { body, ...request } = search.request(delivery);
		expect({ ...request, ...(body !== undefined && { body: JSON.parse(body) as unknown }) }).toEqual(cases.request);
	});

	test('asks for this delivery and no other, and says when that is worth it', () => {
		expect(search.request({ ...delivery, number: 2 })).not.toEqual(search.request(delivery));
		expect([search.lagSeconds >= 0, search.lagSeconds <= 600]).toEqual([true, true]);
	});

	test('no ticket text gets into the question', () => {
		const ticket = buildTicket({ title: HOSTILE, description: HOSTILE, email: HOSTILE, source: HOSTILE });
		expect(search.request({ ...delivery, ticket })).toEqual(search.request(delivery));
	});

	for (const [name, { response, receipt }] of Object.entries(cases.found)) {
		test(`found: ${name}`, () => expect(search.found(buildResponse(response), delivery)).toEqual(receipt));
	}

	test.each(MALFORMED)('a malformed answer is nothing found or a TriageError (%#)', (body) => {
		let found: Receipt | null = null;
		try {
			found = search.found(buildResponse({ body }), delivery);
		} catch (error) {
			expect(error).toBeInstanceOf(TriageError);
		}
		expect(found).toBeNull();
	});
}

function describeComment(connector: Connector, { mapping, refusedMappings, comment: cases }: ConnectorCases): void {
	test('takes notes as it says', () => expect(connector.comment === undefined).toBe(cases === undefined));
	if (!connector.comment || !cases) return;
	const remarkOn = (receipt: Receipt, text = REMARK, own = mapping): HttpRequest | null | undefined =>
		connector.comment?.({ mapping: own, receipt, text });

	test('makes exactly this of a remark', () => {
		const request = remarkOn(cases.receipt);
		expect(request && { ...request, body: JSON.parse(request.body ?? 'null') as unknown }).toEqual(cases.request);
	});
	if (cases.request === null) return;

	test('a hostile remark stays data: same address, method, headers and fields, and no link', () => {
		const [plain, hostile] = [REMARK, `${HOSTILE} https://evil.example www.evil.example`].map((text) =>
			remarkOn(cases.receipt, text),
		);
		expect({ ...hostile, body: '' }).toEqual({ ...plain, body: '' });
		const fields = (request: HttpRequest | null | undefined): string[] =>
			Object.keys(JSON.parse(request?.body ?? '{}') as object);
		expect(fields(hostile)).toEqual(fields(plain));
		expect(hostile?.body).not.toMatch(/https:\/\/evil|www\.evil/u);
	});

	test.each(UNNAMED)('a ticket that has no name takes none: %j', (receipt) => {
		expect(thrownBy(() => remarkOn(receipt))).toMatchObject({ code: 'misconfigured', retryable: false });
	});

	test.each(Object.entries(refusedMappings))('makes no note with %s', (_, overrides) => {
		const refused = buildMapping({ ...mapping, ...overrides });
		expect(thrownBy(() => remarkOn(cases.receipt, REMARK, refused)).code).toBe('misconfigured');
	});
}
