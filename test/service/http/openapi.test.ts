import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import fc from 'fast-check';
import { parseTicket } from '../../../core/parse';
import { ticketBody, toTicket } from '../../../service/http/schemas';
import { openApiDocument } from '../../../service/http/openapi';
import { startService, validBody, type RunningService } from '../../helpers/service';

type Json = Record<string, unknown>;

const document = openApiDocument('1.0.0', true) as { paths: Json; components: { schemas: Json } };

function validator(name: string): ValidateFunction {
	const ajv = new Ajv2020({ strict: false, validateFormats: false });
	ajv.addSchema({ $id: 'api', components: document.components });
	return ajv.compile({ $ref: `api#/components/schemas/${name}` });
}

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

describe('the document', () => {
	it('refers to nothing that is not in it', () => {
		const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
			([, name]) => name,
		);
		expect(references.length).toBeGreaterThan(10);
		for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
	});

	it('has every address of the service, and no other', async () => {
		for (const path of Object.keys(document.paths)) {
			const { status } = await app.call('OPTIONS', path.replace('{id}', 'x'));
			expect([path, status]).toEqual([path, expect.not.stringMatching('404')]);
			expect(status).not.toBe(404);
		}
		expect(Object.keys(document.paths)).toHaveLength(19);
	});

	it('says what is required of a ticket, and how long it may be', () => {
		expect(document.components.schemas.NewTicket).toMatchObject({
			required: ['title', 'description', 'email'],
			properties: { title: { type: 'string', minLength: 1, maxLength: 200 }, description: { maxLength: 5000 } },
		});
	});
});

async function subscribed(): Promise<unknown> {
	const body = { url: 'https://example.com/hook', events: ['settled'] };
	return (await app.call('POST', '/subscriptions', { body })).json;
}

it.each(['/health', '/tickets', '/mappings'])(
	'%s is answered in full, whatever a caller says to have',
	async (path) => {
		const answer = await app.call('GET', path, { headers: { 'if-none-match': '*' } });
		expect([answer.status, answer.text]).not.toContain(304);
		expect(answer.text).toMatch(/^\{/);
	},
);

it.each([
	['NewTicket', validBody({ metadata: null })],
	['NewMapping', { department: 'IT', system: 'inbox', settings: null, api_headers: null }],
	['NewRetries', { from: '2026-01-01', to: '2026-01-01T10:00:00+02:00' }],
])('%s: what is taken is allowed', (name, body) => {
	const valid = validator(name);
	valid(body);
	expect(valid.errors).toBeNull();
});

describe('answers fit the document', () => {
	it.each([
		['Ticket', async () => (await app.submit(validBody())).json],
		['Problem', async () => (await app.submit({})).json],
		[
			'TicketResults',
			async () => (await app.call('POST', '/webhook/tickets', { body: { tickets: [validBody(), 1] } })).json,
		],
		['TicketPage', async () => (await app.call('GET', '/tickets')).json],
		['Mappings', async () => (await app.call('GET', '/mappings')).json],
		['Mapping', async () => (await app.call('GET', '/mappings/1')).json],
		['MappingTestResult', async () => (await app.call('POST', '/mappings/1/test')).json],
		['Subscription', subscribed],
		['Subscriptions', async () => (await app.call('GET', '/subscriptions')).json],
		[
			'ErasureResult',
			async () => (await app.call('POST', '/tickets/erase', { body: { email: 'x@example.com' } })).json,
		],
		['Health', async () => (await app.call('GET', '/health')).json],
	])('%s', async (name, fetchIt) => {
		const valid = validator(name);
		valid(await fetchIt());
		expect(valid.errors).toBeNull();
	});

	it('a ticket with its history', async () => {
		const { json } = await app.submit(validBody());
		const { json: full } = await app.call('GET', `/webhook/ticket/${String(json.ticket_id)}?expand=history`);
		const valid = validator('Ticket');
		valid(full);
		expect(valid.errors).toBeNull();
	});
});

const hostileText = fc.oneof(
	fc.string({ maxLength: 250 }),
	fc.string({ unit: 'binary', maxLength: 250 }),
	fc.constantFrom('', ' ', '\0', '\u200b', '\ud800', 'x'.repeat(201), 'a@b.cd', 'medium', 'HIGH', '__proto__'),
);
const anything = fc.oneof(hostileText, fc.jsonValue({ maxDepth: 14 }) as fc.Arbitrary<unknown>, fc.constant(undefined));
const nearlyTicket = fc.record(
	{
		title: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 200 }) }, anything),
		description: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 400 }) }, anything),
		email: fc.oneof({ weight: 3, arbitrary: fc.emailAddress() }, anything),
		priority: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('low', 'critical', null, undefined) }, anything),
		source: fc.oneof({ weight: 3, arbitrary: fc.constant('mail') }, anything),
		metadata: fc.oneof({ weight: 3, arbitrary: fc.dictionary(fc.string(), fc.jsonValue()) }, anything),
	},
	{ requiredKeys: [] },
);

describe('whatever comes', () => {
	it('the API and the core say the same of a ticket', () => {
		fc.assert(
			fc.property(fc.oneof(nearlyTicket, anything), (value) => {
				const api = ticketBody.safeParse(value);
				const core = parseTicket(value, { email: 'required' });
				if ('ticket' in core) return expect(api.success && toTicket(api.data)).toEqual(core.ticket);
				const fields = api.success ? [] : [...new Set(api.error.issues.map(({ path }) => String(path[0] ?? '')))];
				return expect(fields.sort()).toEqual(core.problems.map(({ field }) => field).sort());
			}),
			{ numRuns: 2000 },
		);
	});

	it('it is answered with a ticket or a problem, never with a 5xx', async () => {
		const ticket = validator('Ticket');
		const problem = validator('Problem');
		await fc.assert(
			fc.asyncProperty(fc.oneof(nearlyTicket, anything), async (value) => {
				const { status, json } = await app.submit(JSON.stringify(value) ?? '');
				expect([200, 400, 422]).toContain(status);
				expect((status === 200 ? ticket : problem)(json)).toBe(true);
			}),
			{ numRuns: 400 },
		);
	});

	it('bytes that are no JSON are answered too', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (body) => {
				const { status } = await app.submit(body);
				expect([400, 422]).toContain(status);
			}),
			{ numRuns: 200 },
		);
	});

	it('any query is answered with a page or a problem', async () => {
		const names = fc.constantFrom('status', 'department', 'text', 'from', 'to', 'limit', 'cursor', '__proto__', 'x[]');
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(names, hostileText), { maxLength: 4 }), async (pairs) => {
				const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
				const { status } = await app.call('GET', `/tickets?${query}`);
				expect([200, 422]).toContain(status);
			}),
			{ numRuns: 200 },
		);
	});
});
