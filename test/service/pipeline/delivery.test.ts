import { jobsIn } from '../../helpers/jobs';
import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { eventually, mapToHttp, startService, validBody, type RunningService } from '../../helpers/service';

const ALLOW_LOCAL = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' };

let target: LocalServer;
let answers: Answer[];
let app: RunningService;

async function start(environment: Record<string, string> = {}, mapping: Record<string, unknown> = {}): Promise<void> {
	answers = [];
	target = await startLocalServer(
		() => answers.shift() ?? { status: 201, body: { id: 42, url: 'https://desk.example/42' } },
	);
	app = await startService({ ...ALLOW_LOCAL, ...environment }, { deliveryTimeoutMs: 500 });
	await mapToHttp(app, 'IT', { api_endpoint: `${target.url}/tickets`, ...mapping });
}

afterEach(async () => {
	await app.close();
	await target.close();
});

async function settledState(id: unknown): Promise<Record<string, unknown>> {
	return eventually(async () => {
		const { json } = await app.call('GET', `/webhook/ticket/${String(id)}?expand=history`);
		return json.status === 'routed' || json.status === 'failed' ? json : undefined;
	}, 'the ticket to settle');
}

it('delivers the ticket and keeps the receipt', async () => {
	await start({ DESK_TOKEN: 'top-secret-token' }, { api_headers: { Authorization: 'Bearer ${DESK_TOKEN}' } });
	const { json } = await app.submit(validBody({ metadata: { asset: 'L-1' } }));
	expect(json).toMatchObject({
		status: 'routed',
		routed_to_system: 'http',
		external_ticket_id: '42',
		external_url: 'https://desk.example/42',
		assigned_to: 'IT Support',
	});
	const [request] = target.requests;
	expect(request).toMatchObject({ method: 'POST', path: '/tickets' });
	expect(request.headers.authorization).toBe('Bearer top-secret-token');
	expect(JSON.parse(request.body)).toMatchObject({
		ticket_id: json.ticket_id,
		title: 'VPN drops every ten minutes',
		email: 'ana@example.com',
		department: 'IT',
		effective_priority: 'medium',
		metadata: { asset: 'L-1' },
	});
	const mappings = await app.call('GET', '/mappings');
	expect(mappings.text).not.toContain('top-secret-token');
	expect(JSON.stringify(app.logs)).not.toContain('top-secret-token');
});

it('takes an answer that is no JSON as a yes', async () => {
	await start();
	answers.push({ status: 200, body: 'ok' });
	expect((await app.submit(validBody())).json).toMatchObject({
		status: 'routed',
		external_ticket_id: null,
		error_message: null,
	});
});

it('tries again after a 503, and only then says routed', async () => {
	await start({ SYNC_WAIT_MS: '200' });
	answers.push({ status: 503 }, { status: 503 });
	const { status, json, headers } = await app.submit(validBody());
	expect([status, headers.get('location')]).toEqual([202, `/webhook/ticket/${String(json.ticket_id)}`]);
	expect(['received', 'classified']).toContain(json.status);
	const ticket = await settledState(json.ticket_id);
	expect(ticket).toMatchObject({ status: 'routed', error_message: null, external_ticket_id: '42' });
	expect((ticket.history as { step: string }[]).map(({ step }) => step)).toEqual([
		'received',
		'classified',
		'decided',
		'postponed',
		'postponed',
		'routed',
	]);
	expect(target.requests).toHaveLength(3);
});

it.each([
	['in seconds', () => '120'],
	['by a date', () => new Date(Date.now() + 120_500).toUTCString()],
])('waits as long as Retry-After asks %s', async (_, retryAfter) => {
	await start({ SYNC_WAIT_MS: '100' });
	answers.push({
		status: 429,
		get headers() {
			return { 'retry-after': retryAfter() };
		},
	});
	const { json } = await app.submit(validBody());
	const history = await eventually(async () => {
		const { json: ticket } = await app.call('GET', `/webhook/ticket/${String(json.ticket_id)}?expand=history`);
		const steps = ticket.history as { step: string; detail: { next_attempt_at: string }; created_at: string }[];
		return steps.some(({ step }) => step === 'postponed') ? steps : undefined;
	}, 'the ticket to be postponed');
	const postponed = history.filter(({ step }) => step === 'postponed')[0];
	const wait = Date.parse(postponed.detail.next_attempt_at) - Date.parse(postponed.created_at);
	expect(wait).toBeGreaterThanOrEqual(119_000);
	expect(wait).toBeLessThanOrEqual(121_000);
});

it('gives up after the last attempt, keeps the job and says why', async () => {
	await start({ RETRY_MAX_ATTEMPTS: '2' });
	answers.push({ status: 500 }, { status: 500 });
	const { json } = await app.submit(validBody());
	const ticket = await settledState(json.ticket_id);
	expect(ticket).toMatchObject({ status: 'failed', error_message: expect.stringContaining('500'), department: 'IT' });
	expect(target.requests).toHaveLength(2);
	expect(await jobsIn(app.service).all()).toMatchObject([{ state: 'dead' }]);
});

it.each([400, 401, 404, 302])('does not repeat what %i refused', async (status) => {
	await start();
	answers.push({ status, headers: { location: 'http://169.254.169.254/' }, body: { detail: 'project is closed' } });
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({
		status: 'failed',
		error_message: expect.stringContaining(`${status} (project is closed)`),
	});
	expect(target.requests).toHaveLength(1);
});

it('fails with the name of a reference that has no value', async () => {
	await start({}, { api_headers: { Authorization: 'Bearer ${NOBODY_SET_THIS}' } });
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({ status: 'failed', error_message: expect.stringContaining('NOBODY_SET_THIS') });
	expect(target.requests).toEqual([]);
});

it('takes a ticket whose mapping names a system there is no connector for to the inbox and a person', async () => {
	await start({}, { system: 'carrier_pigeon' });
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({ status: 'needs_review', routed_to_system: 'inbox', assigned_to: 'IT Support' });
	const { text } = await app.call('GET', `/webhook/ticket/${String(json.ticket_id)}?expand=history`);
	expect(text).toContain('the mapping of IT leads to \\"carrier_pigeon\\", for which this version has no connector');
	expect(target.requests).toEqual([]);
});

it('takes a target that does not answer for one that is down', async () => {
	await start({ RETRY_MAX_ATTEMPTS: '1' });
	answers.push({ delay: 1500 });
	expect((await app.submit(validBody())).json).toMatchObject({
		status: 'failed',
		error_message: expect.stringContaining('No answer'),
	});
});

it('refuses addresses inside the network unless they are allowed', async () => {
	await start({ ALLOWED_PRIVATE_HOSTS: '' });
	expect((await app.submit(validBody())).json).toMatchObject({
		status: 'failed',
		error_message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS'),
	});
	expect(target.requests).toEqual([]);
});

it('refuses a name that leads inside the network', async () => {
	await start({ ALLOWED_PRIVATE_HOSTS: '' });
	const { port } = new URL(target.url);
	await mapToHttp(app, 'IT', { api_endpoint: `http://localhost:${port}/` });
	expect((await app.submit(validBody())).json).toMatchObject({
		error_message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS'),
	});
	expect(target.requests).toEqual([]);
});

it('reads no more than it can hold of a huge answer', async () => {
	await start();
	answers.push({ status: 200, body: 'x'.repeat(20_000_000) });
	expect((await app.submit(validBody())).json).toMatchObject({ status: 'routed' });
});

it('chooses by priority as a rank, not as a text', async () => {
	await start();
	const { id: _id, ...row } = (await app.service.knex('team_mappings').where({ department: 'IT' }).first()) as Record<
		string,
		unknown
	>;
	await app.service
		.knex('team_mappings')
		.insert({ ...row, team_name: 'On Call', system: 'inbox', priority_threshold: 'high' });
	expect((await app.submit(validBody({ priority: 'critical' }))).json.assigned_to).toBe('On Call');
	expect((await app.submit(validBody({ priority: 'medium' }))).json.assigned_to).toBe('IT Support');
});

it('takes a ticket nobody is mapped for to the inbox and a person', async () => {
	await start();
	await app.service.knex('team_mappings').delete();
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({ status: 'needs_review', department: 'IT', routed_to_system: 'inbox' });
});

it('delivers unsure tickets to General at once where that is wanted', async () => {
	await start({ CONFIDENCE_THRESHOLD: '1', REVIEW_DELIVERY: 'general' });
	await mapToHttp(app, 'General', { api_endpoint: `${target.url}/general` });
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({ status: 'needs_review', routed_to_system: 'http', external_ticket_id: '42' });
	expect(target.requests[0].path).toBe('/general');
});
