import type { Connector, Delivery, Receipt } from '../../../core/connectors/connector';
import { TriageError } from '../../../core/errors';
import type { HttpRequest, HttpResponse } from '../../../core/http';
import {
	buildDecision,
	buildDelivery,
	buildMapping,
	buildResponse,
	buildTicket,
	thrownBy,
} from '../../helpers/tickets';

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
}

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

/** Every connector must pass this; what is particular to one comes as data. */
export function describeConnector(connector: Connector, cases: ConnectorCases): void {
	const deliver = (overrides: Partial<Delivery> = {}): HttpRequest | null =>
		connector.request(buildDelivery({ mapping: cases.mapping, ...overrides }));

	describe(`connector ${connector.system}`, () => {
		describeRequest(connector, cases, deliver);
		describeAnswers(connector, cases);
		describeSearch(connector, cases);
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
		expect(moved && [moved.method, moved.url, moved.headers]).toEqual(
			cases.request && [cases.request.method, cases.request.url, cases.request.headers],
		);
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
