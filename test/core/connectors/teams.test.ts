import fc from 'fast-check';
import type { Delivery } from '../../../core/connectors/connector';
import { teams } from '../../../core/connectors/teams';
import type { Mapping } from '../../../core/mapping';
import type { Ticket } from '../../../core/ticket';
import { hostileText } from '../../helpers/arbitraries';
import { buildDelivery, buildMapping, buildResponse, buildTicket, thrownBy } from '../../helpers/tickets';
import { describeConnector } from './conformance';

const ADDRESS = 'https://prod-12.westus.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=s3cret';
const nothing = { externalId: null, externalUrl: null };

function mappingTo(endpoint: string, overrides: Partial<Mapping> = {}): Mapping {
	return buildMapping({ system: 'teams', endpoint, ...overrides });
}

describeConnector(teams, {
	mapping: mappingTo(ADDRESS),
	request: {
		method: 'POST',
		url: ADDRESS,
		headers: { 'content-type': 'application/json' },
		body: {
			type: 'message',
			attachments: [
				{
					contentType: 'application/vnd.microsoft.card.adaptive',
					contentUrl: null,
					content: {
						$schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
						type: 'AdaptiveCard',
						version: '1.4',
						body: [
							{
								type: 'TextBlock',
								text: 'Printer on floor 3 is jammed',
								wrap: true,
								size: 'Medium',
								weight: 'Bolder',
							},
							{ type: 'TextBlock', text: 'It pulls two sheets at once and then stops.', wrap: true },
							{
								type: 'FactSet',
								facts: [
									{ title: 'Ticket', value: 'TKT-0123456789ABCDEF0123' },
									{ title: 'Department', value: 'IT' },
									{ title: 'Team', value: 'IT Support' },
									{ title: 'Priority', value: 'medium' },
									{ title: 'Reporter', value: 'ana@example.com' },
									{ title: 'Sureness', value: '90 % (local)' },
								],
							},
						],
					},
				},
			],
		},
	},
	refusedMappings: {
		'no endpoint': { endpoint: '' },
		'plain http': { endpoint: 'http://prod.westus.logic.azure.com/workflows/s3cret' },
		'another scheme, though any host goes': {
			endpoint: 'ftp://gateway.example/s3cret',
			settings: { any_host: true },
		},
		'any host alone': { endpoint: 'http://gateway.example', settings: { any_host: true } },
		'another host': { endpoint: 'https://evil.example/s3cret' },
		'another host that ends alike': { endpoint: 'https://evillogic.azure.com/s3cret' },
		'a host that goes on': { endpoint: 'https://x.logic.azure.com.evil.example/s3cret' },
		'the domain alone as host': { endpoint: 'https://logic.azure.com/s3cret' },
		'a host in the path': { endpoint: 'https://evil.example/x.logic.azure.com/s3cret' },
		'a host in the query': { endpoint: 'https://evil.example?x.logic.azure.com/s3cret' },
		'an account in front of the host': { endpoint: 'https://x.logic.azure.com@evil.example/s3cret' },
		'a backslash behind the host': { endpoint: 'https://evil.example\\@x.logic.azure.com/s3cret' },
		'another part of Power Platform': { endpoint: 'https://x.powerplatform.com/s3cret' },
		'a letter that looks like another': { endpoint: 'https://x.ⅼogic.azure.com/s3cret' },
		'the host alone': { endpoint: 'https://x.logic.azure.com/' },
		'the host alone, without slash': { endpoint: 'https://x.logic.azure.com' },
		'a retired address': { endpoint: 'https://corp.webhook.office.com/webhookb2/s3cret' },
		'an old retired address': { endpoint: 'https://outlook.office.com/webhook/s3cret' },
		'a retired address where any host goes': {
			endpoint: 'https://corp.webhook.office.com/webhookb2/s3cret',
			settings: { any_host: true },
		},
		'any host by a text': { endpoint: 'https://gateway.example/s3cret', settings: { any_host: 'true' } },
		'any host denied': { endpoint: 'https://gateway.example/s3cret', settings: { any_host: false } },
		'a number as switch': { settings: { any_host: 1 } },
		'space in the endpoint': { endpoint: 'https://x.logic.azure.com/s3cret HTTP/1.1' },
		'a line break in the endpoint': { endpoint: 'https://x.logic.azure.com/\r\ns3cret' },
		'a line break in a header': { headers: { 'x-key': 's3cret\r\nx: 1' } },
		'a header of the transport': { headers: { 'content-length': '0' } },
	},
	receipts: {
		accepted: { response: { status: 202 }, receipt: nothing },
		'the text of a gateway': { response: { body: '1' }, receipt: nothing },
		'an id of a response action is not the message’s': {
			response: { body: '{"id":"1","error":null}' },
			receipt: nothing,
		},
	},
	refusals: {
		'an error in spite of 200': {
			response: { body: '{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"off"}}' },
			code: 'rejected',
		},
		'an error that is a text': { response: { body: '{"error":"no"}' }, code: 'rejected' },
		'too many requests in spite of 200': {
			response: { body: '{"error":{"code":"TooManyRequests","message":"later"}}' },
			code: 'rate_limited',
		},
	},
	explanations: {
		'code and message': {
			response: { body: '{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"It is\\ndisabled."}}' },
			explanation: 'WorkflowTriggerIsNotEnabled: It is disabled.',
		},
		'a gateway’s message': { response: { body: '{"statusCode":429,"message":"Slow down"}' }, explanation: 'Slow down' },
		'an address is left out': {
			response: { body: `{"error":{"message":"No flow at ${ADDRESS} today, sig=s3cret&x"}}` },
			explanation: 'No flow at (address) today, sig=(secret)&x',
		},
		'none that is text': { response: { body: '{"error":{"code":5},"message":{}}' }, explanation: '' },
	},
});

interface Block {
	text?: string;
	facts?: { title: string; value: string }[];
}

function bodyFor(ticket: Partial<Ticket>, overrides: Partial<Delivery> = {}): string {
	const delivery = buildDelivery({ ticket: buildTicket(ticket), mapping: mappingTo(ADDRESS), ...overrides });
	return teams.request(delivery)?.body ?? '';
}

function blocksOf(body: string): Block[] {
	const message = JSON.parse(body) as { attachments: { content: { body: Block[] } }[] };
	return message.attachments[0].content.body;
}

function textsOf(body: string): string[] {
	return blocksOf(body).flatMap(({ text, facts }) => [
		...(text === undefined ? [] : [text]),
		...(facts ?? []).map((fact) => fact.value),
	]);
}

test.each([
	ADDRESS,
	'https://x.09.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/a/invoke?sig=b',
	'HTTPS://X.LOGIC.AZURE.COM/workflows/a',
])('%s is taken as it is', (address) => {
	expect(teams.problems(mappingTo(address))).toEqual([]);
	expect(teams.request(buildDelivery({ mapping: mappingTo(address) }))?.url).toBe(address);
});

test.each(['https://gateway.example/teams', 'http://127.0.0.1:9105/workflows/a?sig=b'])(
	'the gateway %s is taken where any host goes',
	(address) => {
		const mapping = mappingTo(address, { settings: { any_host: true } });
		expect(teams.problems(mapping)).toEqual([]);
		expect(teams.request(buildDelivery({ mapping }))?.url).toBe(address);
	},
);

test('a workflow takes no notes', () => expect(teams.comment).toBeUndefined());

test('a retired address is refused with the reason', () => {
	const problems = teams.problems(mappingTo('https://corp.webhook.office.com/webhookb2/s3cret'));
	expect(problems).toEqual([expect.stringMatching(/retired.*make a workflow/u)]);
});

test('everything that is wrong is said at once', () => {
	const wrong = { settings: { any_host: 'yes' }, headers: { host: 'x' } };
	expect(teams.problems(mappingTo('http://evil.example', wrong))).toHaveLength(5);
});

test('a workflow for one’s own tenant gets the token of the mapping', () => {
	const mapping = mappingTo(ADDRESS, { headers: { Authorization: 'Bearer t' } });
	expect(teams.request(buildDelivery({ mapping }))?.headers.authorization).toBe('Bearer t');
});

test.each([
	['a link', '[click](https://evil.example)', '\\[click\\] (hxxps://evil.example)'],
	['a link with a script', '[x](javascript:a)', '\\[x\\] (javascript\\[:\\]a)'],
	['a picture', '![x](data:a)', '!\\[x\\] (data\\[:\\]a)'],
	['a link in brackets', '<https://evil.example>', '‹hxxps://evil.example›'],
	['a mention', '<at>Ana</at>', '‹at›Ana‹/at›'],
	['a mention by entities', '&lt;at&gt;Ana', '\\&lt;at\\&gt;Ana'],
	['a bare address', 'HTTP://evil.example', 'HxxP://evil.example'],
	['an address behind an underscore', '_http://evil.example', '\\_hxxp://evil.example'],
	['an address of files', 'ftp://evil.example', 'ftp\\[:\\]//evil.example'],
	['an address without scheme', 'www.evil.example', 'www\\[.\\]evil.example'],
	['bold', '**now**', '\\*\\*now\\*\\*'],
	['an identifier', 'ERR_NO_ROUTE', 'ERR\\_NO\\_ROUTE'],
	['an escape', '\\*', '\\\\\\*'],
	['a function of cards', '{{{DATE(2017-02-14T06:08:00Z)}}}', '{\\{\\{DATE(2017-02-14T06:08:00Z)}}}'],
	['a list', '- a\n  + b\n12. c\n3) d', '\\- a\n\n\\+ b\n\n12\\. c\n\n3\\) d'],
	['a heading', '# a\nb\n===', '\\# a\n\nb\n\n\\==='],
	['code', '```\na\n```', '\\`\\`\\`\n\na\n\n\\`\\`\\`'],
	['code by indentation', 'a\n\n    b', 'a\n\nb'],
	['control characters', 'a\u0007b\tc\u0085d', 'a b c\n\nd'],
	['what is none of it', 'a & b < 3 - 1, AT&T', 'a & b ‹ 3 - 1, AT&T'],
])('%s shows as it is written', (_, description, text) => {
	expect(blocksOf(bodyFor({ description }))[1].text).toBe(text);
});

test('title and facts are as harmless as the description', () => {
	const text = '[a](https://evil.example) <at>Ana</at>';
	const harmless = '\\[a\\] (hxxps://evil.example) ‹at›Ana‹/at›';
	const texts = textsOf(bodyFor({ title: text, email: text, source: text }));
	expect(texts.filter((one) => one === harmless)).toHaveLength(3);
});

test.each([
	['ASCII', 'y'],
	['four bytes each', '\u{1f600}'],
	['characters that are escaped', '\\'],
	['lines', '*\n'],
	['control characters', 'é\u0001'],
	['addresses', 'www.'],
])('the message stays below 28 KB, and says when it is shortened: %s', (_, unit) => {
	const description = unit.repeat(40_000);
	const body = bodyFor({ description, title: unit.repeat(400), email: unit.repeat(254), source: unit.repeat(100) });
	expect(Buffer.byteLength(body)).toBeLessThan(28_000);
	expect(blocksOf(body).at(2)?.text).toMatch(/^The description is longer/u);
	expect(body).toContain('TKT-0123456789ABCDEF0123');
});

test('as much of the description is sent as there is room for', () => {
	expect(Buffer.byteLength(bodyFor({ description: '\u{1f600}'.repeat(10_000) }))).toBeGreaterThan(27_900);
	const longest = 'é'.repeat(5000);
	expect(blocksOf(bodyFor({ description: longest }))[1].text).toBe(longest);
});

test('whatever the ticket and the mapping say, it fits, and has neither links nor mentions', () => {
	const text = fc.tuple(hostileText, fc.nat(3000)).map(([some, times]) => some.repeat(times));
	fc.assert(
		fc.property(text, text, text, (title, description, note) => {
			const mapping = mappingTo(ADDRESS, { teamName: note });
			const moved = { system: 'jira', externalId: note };
			const body = bodyFor({ title, description, email: title, source: title }, { mapping, note, moved });
			expect(Buffer.byteLength(body)).toBeLessThan(28_000);
			textsOf(body).forEach((shown) => expect(shown).not.toMatch(/\]\(|[<>\p{Surrogate}]|(?:https?|ftp):\/\//u));
		}),
		{ numRuns: 150 },
	);
});

test('too many requests in disguise may be repeated, another error not', () => {
	const retryable = (code: string) =>
		thrownBy(() => teams.receipt(buildResponse({ body: JSON.stringify({ error: { code } }) }), buildDelivery()))
			.retryable;
	expect([retryable('TooManyRequests'), retryable('InvalidTemplate')]).toEqual([true, false]);
});
