import fc from 'fast-check';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { http } from '../../../core/connectors/http';
import type { HttpRequest } from '../../../core/http';
import { TriageError } from '../../../core/errors';
import { hostileText, ticket as anyTicket } from '../../helpers/arbitraries';
import {
	buildClassification,
	buildDelivery,
	buildMapping,
	buildResponse,
	PROTOTYPE_NAMES,
} from '../../helpers/tickets';

const WEBHOOK_ID = 'triage-TKT-0123456789ABCDEF0123';

function requestOrRefusal(run: () => HttpRequest | null): HttpRequest | TriageError | null {
	try {
		return run();
	} catch (error) {
		if (error instanceof TriageError) return error;
		throw error;
	}
}

const headerName = fc.oneof(
	fc.constantFrom('X-Key', 'authorization', 'x-key\r\nhost', 'x key', '', ...PROTOTYPE_NAMES),
	fc.stringMatching(/^[\w-]{1,10}$/u),
	hostileText,
);
const headerValue = fc.oneof(
	fc.string({ maxLength: 20 }),
	fc.constantFrom('a\r\nb: c', 'ü', '\t', '€', '\x7f'),
	hostileText,
);

test('the body is JSON that says what the ticket says, whatever that is', () => {
	fc.assert(
		fc.property(anyTicket, hostileText, (ticket, reasoning) => {
			const request = http.request(buildDelivery({ ticket, classification: buildClassification({ reasoning }) }));
			expect(JSON.parse(request?.body ?? '')).toMatchObject({
				title: ticket.title,
				description: ticket.description,
				email: ticket.email,
				source: ticket.source,
				reasoning,
				metadata: JSON.parse(JSON.stringify(ticket.metadata)) as unknown,
			});
			expect(request?.body).not.toMatch(/[\ud800-\udfff]/u);
			expect(request?.headers).toEqual({ 'content-type': 'application/json', 'webhook-id': WEBHOOK_ID });
		}),
		{ numRuns: 300 },
	);
});

test('headers are refused or pass node’s own rules, and none appears that was not set', () => {
	let passed = 0;
	fc.assert(
		fc.property(fc.dictionary(headerName, headerValue, { maxKeys: 3 }), (headers) => {
			const outcome = requestOrRefusal(() => http.request(buildDelivery({ mapping: buildMapping({ headers }) })));
			if (outcome instanceof TriageError) return expect(outcome.code).toBe('misconfigured');
			passed += Object.keys(headers).length;
			const sent = Object.entries(outcome?.headers ?? {});
			for (const [name, value] of sent) {
				validateHeaderName(name);
				validateHeaderValue(name, value);
			}
			const names = ['content-type', 'webhook-id', ...Object.keys(headers).map((name) => name.toLowerCase())];
			expect(new Set(sent.map(([name]) => name))).toEqual(new Set(names));
		}),
		{ numRuns: 500 },
	);
	expect(passed).toBeGreaterThan(20);
});

test.each(PROTOTYPE_NAMES)('a header may be called %s', (name) => {
	const headers = Object.fromEntries([[name, 'v']]);
	const request = http.request(buildDelivery({ mapping: buildMapping({ headers }) }));
	expect(Object.entries(request?.headers ?? {})).toEqual([
		['content-type', 'application/json'],
		['webhook-id', WEBHOOK_ID],
		[name.toLowerCase(), 'v'],
	]);
	expect(Object.getPrototypeOf(request?.headers)).toBe(Object.prototype);
});

test('the address is the mapping’s to the letter, or refused', () => {
	const endpoint = fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), hostileText);
	fc.assert(
		fc.property(endpoint, anyTicket, (url, ticket) => {
			const outcome = requestOrRefusal(() =>
				http.request(buildDelivery({ ticket, mapping: buildMapping({ endpoint: url }) })),
			);
			if (outcome instanceof TriageError) return expect(outcome.code).toBe('misconfigured');
			expect(outcome?.url).toBe(url);
			expect(url).toMatch(/^https?:\/\/\S+$/iu);
		}),
	);
});

test('any reply can be read: an id and a link are short texts or null', () => {
	const body = fc.oneof(
		hostileText,
		fc.json(),
		fc
			.dictionary(fc.constantFrom('id', 'key', 'url', 'link', 'message'), fc.jsonValue())
			.map((value) => JSON.stringify(value)),
	);
	fc.assert(
		fc.property(body, (text) => {
			const { externalId, externalUrl } = http.receipt(buildResponse({ body: text }), buildDelivery());
			expect(externalId === null || (externalId.length > 0 && externalId.length <= 500)).toBe(true);
			expect(externalUrl === null || /^https?:\/\//iu.test(externalUrl)).toBe(true);
			expect(http.explanation(buildResponse({ status: 400, body: text })).length).toBeLessThanOrEqual(300);
		}),
	);
});
