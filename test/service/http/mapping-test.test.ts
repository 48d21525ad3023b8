import { jobsIn } from '../../helpers/jobs';
import { startLocalServer, type Answer as Reply, type LocalServer } from '../../helpers/local-server';
import { startService, validBody, type Answer, type RunningService } from '../../helpers/service';

const ENVIRONMENT = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', DESK_TOKEN: 'hush-"token"/é', SHORT: 'abc' };
const MASK = '•••';

let target: LocalServer;
let replies: Reply[];
let app: RunningService;
beforeAll(async () => {
	target = await startLocalServer(
		() => replies.shift() ?? { status: 201, body: { id: 42, url: 'https://desk.example/42' } },
	);
	app = await startService(ENVIRONMENT, { deliveryTimeoutMs: 500 });
});
afterAll(async () => {
	await app.close();
	await target.close();
});
beforeEach(() => {
	replies = [];
	target.requests.length = 0;
});

async function mapped(overrides: Record<string, unknown> = {}): Promise<string> {
	const body = { department: 'Legal', system: 'http', api_endpoint: `${target.url}/hush-address-long-enough` };
	const { status, json } = await app.call('POST', '/mappings', { body: { ...body, ...overrides } });
	expect(status).toBe(201);
	return `/mappings/${String(json.id)}/test`;
}

const sample = expect.stringContaining('TEST, please ignore') as string;
const run = (path: string, body?: unknown): Promise<Answer> => app.call('POST', path, { body });
const requestIn = ({ json }: Answer) => json.request as { url: string; headers: object; body: string; method: string };

describe('a dry run', () => {
	it('shows the request with a sample ticket, masked, and sends nothing', async () => {
		const api_headers = { Authorization: 'Bearer ${DESK_TOKEN}', Accept: 'hush-plain' };
		const answer = await run(await mapped({ api_headers, api_method: 'put' }));
		expect(answer.status).toBe(200);
		expect(Object.keys(answer.json)).toEqual(['request']);
		expect(requestIn(answer)).toMatchObject({
			method: 'PUT',
			url: `${target.url}/${MASK}`,
			headers: { authorization: MASK, accept: MASK, 'content-type': 'application/json' },
		});
		expect(JSON.parse(requestIn(answer).body)).toMatchObject({ title: sample, metadata: { test: true } });
		expect(target.requests).toEqual([]);
		expect(answer.text).not.toContain('hush');
	});

	it.each([{}, { dry_run: true }, { dry_run: null, ticket: null }])('is what %j asks for', async (body) => {
		expect((await run(await mapped(), body)).json).toMatchObject({ request: { method: 'POST' } });
		expect(target.requests).toEqual([]);
	});

	it('takes the ticket that is given', async () => {
		const ticket = validBody({ priority: 'high', metadata: { asset: 'L-1' } });
		const answer = await run(await mapped(), { ticket });
		expect(JSON.parse(requestIn(answer).body)).toMatchObject({ ...ticket, effective_priority: 'high' });
	});

	it('masks in the body what came from references, headers and hidden settings, as it is or encoded', async () => {
		const token = ENVIRONMENT.DESK_TOKEN;
		const path = await mapped({
			api_headers: { 'X-Key': 'hush-header' },
			settings: {
				pin: 1234567,
				note: '${SHORT}',
				template: 'hush-setting',
				project_key: 'OPS',
				deep: { t: '${DESK_TOKEN}' },
			},
		});
		const description = `hush-header, hush-setting, ${token}, ${encodeURIComponent(token)}, OPS, abcd`;
		const metadata = { pin: 1234567, [token]: Buffer.from(token).toString('base64'), short: 'abc' };
		const answer = await run(path, { ticket: validBody({ description, metadata }) });
		expect(JSON.parse(requestIn(answer).body)).toMatchObject({
			description: `${MASK}, ${MASK}, ${MASK}, ${MASK}, OPS, abcd`,
			metadata: { pin: MASK, [MASK]: MASK, short: MASK },
		});
		expect(answer.text).not.toContain('hush');
	});

	it('has no request where the ticket stays here', async () => {
		const path = await mapped({ system: 'inbox', api_endpoint: '' });
		expect((await run(path)).json).toEqual({ request: null });
		expect((await run(path, { dry_run: false })).json).toEqual({
			request: null,
			receipt: { external_ticket_id: null, external_url: null },
		});
	});
});

describe('a real run', () => {
	it('sends the request once, secrets and all, and shows what came back', async () => {
		const path = await mapped({ api_headers: { 'X-Key': 'Key ${SHORT}' } });
		const answer = await run(path, { dry_run: false });
		expect(answer.json.receipt).toEqual({ external_ticket_id: '42', external_url: 'https://desk.example/42' });
		expect(target.requests).toHaveLength(1);
		expect(target.requests[0]).toMatchObject({ method: 'POST', path: '/hush-address-long-enough' });
		expect(target.requests[0].headers['x-key']).toBe('Key abc');
		const body = JSON.parse(target.requests[0].body) as Record<string, unknown>;
		expect(body).toMatchObject({ title: sample, ticket_id: expect.stringMatching(/^TKT-TEST[0-9A-F]{20}$/) });
		expect(JSON.parse(requestIn(answer).body)).toEqual(body);
	});

	it('says what the system said, without what it was sent, and does not try again', async () => {
		const path = await mapped({ api_headers: { 'X-Key': 'hush-header' } });
		replies.push({
			status: 503,
			body: { detail: 'closed for hush-header at /hush-address-long-enough: ana@example.com' },
		});
		const answer = await run(path, { dry_run: false, ticket: validBody() });
		expect(answer.status).toBe(502);
		expect(answer.headers.get('content-type')).toContain('application/problem+json');
		expect(answer.json.detail).toContain(`http answered 503 (closed for ${MASK} at ${MASK}: ${MASK})`);
		expect(target.requests).toHaveLength(1);
	});

	it.each([
		['redirects', { status: 302, headers: { location: 'http://169.254.169.254/' } }, '302'],
		['does not answer', { delay: 1500 }, 'No answer'],
	])('is a 502 where the system %s', async (_name, reply, said) => {
		replies.push(reply);
		const answer = await run(await mapped(), { dry_run: false });
		expect([answer.status, answer.json.detail]).toEqual([502, expect.stringContaining(said)]);
	});

	it('masks a receipt that repeats a secret', async () => {
		replies.push({ status: 200, body: { id: 'hush-header', url: 'https://desk.example/?k=hush-header' } });
		const answer = await run(await mapped({ api_headers: { 'X-Key': 'hush-header' } }), { dry_run: false });
		expect(answer.json.receipt).toEqual({ external_ticket_id: MASK, external_url: `https://desk.example/?k=${MASK}` });
	});

	it('is refused an address inside the network, like any delivery', async () => {
		const answer = await run(await mapped({ api_endpoint: 'http://169.254.169.254/' }), { dry_run: false });
		expect([answer.status, answer.json.detail]).toEqual([422, expect.stringContaining('ALLOWED_PRIVATE_HOSTS')]);
	});

	it('stores no ticket', async () => {
		await run(await mapped(), { dry_run: false, ticket: validBody() });
		for (const table of ['ticket_logs', 'ticket_events']) {
			expect([table, await app.service.knex(table).select()]).toEqual([table, []]);
		}
		expect(await jobsIn(app.service).all()).toEqual([]);
	});
});

describe('what cannot be tested', () => {
	it.each([false, true])('names every reference that has no value (dry run: %p)', async (dry_run) => {
		const path = await mapped({ api_headers: { A: '${NOT_SET}' }, settings: { b: '${NOR_THIS} ${SHORT}' } });
		const { status, json } = await run(path, { dry_run });
		expect([status, json.detail]).toEqual([422, expect.stringMatching(/NOT_SET, NOR_THIS/)]);
		expect(target.requests).toEqual([]);
	});

	it('is a stored mapping that nobody would store now', async () => {
		const path = await mapped();
		const columns = { system: 'carrier_pigeon', settings: '{"a":"${DATABASE_URL}"}' };
		await app.service
			.knex('team_mappings')
			.where({ id: path.split('/')[2] })
			.update(columns);
		const { status, json } = await run(path, { dry_run: false });
		expect(status).toBe(422);
		expect(json.errors).toEqual([
			{ field: 'system', message: expect.any(String) },
			{ field: 'settings', message: expect.stringContaining('DATABASE_URL') },
		]);
		expect(target.requests).toEqual([]);
	});

	it('a reference whose value HTTP does not allow is not quoted', async () => {
		const other = await startService({ ...ENVIRONMENT, BROKEN: 'hush\r\nX-Evil: 1' });
		const body = { department: 'IT', system: 'http', api_endpoint: target.url, api_headers: { A: '${BROKEN}' } };
		const { json } = await other.call('POST', '/mappings', { body });
		const answer = await other.call('POST', `/mappings/${String(json.id)}/test`, { body: { dry_run: false } });
		await other.close();
		expect(answer.status).toBe(422);
		expect(answer.text + JSON.stringify(other.logs)).not.toContain('hush');
		expect(target.requests).toEqual([]);
	});

	it.each<[unknown, string[]]>([
		[
			{ dry_run: 'no', ticket: { title: '' }, send: 1 },
			['dry_run', 'send', 'ticket.description', 'ticket.email', 'ticket.title'],
		],
		[[], ['']],
		['null', ['']],
	])('%j is refused, and every problem named', async (body, fields) => {
		const { status, json } = await run(await mapped(), body);
		expect(status).toBe(422);
		expect((json.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual(fields);
	});
});

it('nothing of this was a bug, and neither secrets nor tickets were logged', () => {
	expect(app.logs.filter(({ msg }) => msg === 'request hit a bug')).toEqual([]);
	expect(JSON.stringify(app.logs)).not.toMatch(/hush|VPN drops/);
});
