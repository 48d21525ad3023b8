import { jobsIn } from '../helpers/jobs';
import { startLocalServer } from '../helpers/local-server';
import { mapToHttp, startService, validBody, type RunningService } from '../helpers/service';

const BODY = 'the merger with Umbrella is secret-phrase-4711';
const EMAIL = 'whistle.blower@example.com';

let app: RunningService;
afterEach(() => app.close());

function sample(text: string, name: string): number | undefined {
	const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
	return line === undefined ? undefined : Number(line.split(' ').pop());
}

it('counts what happened, once', async () => {
	app = await startService();
	await app.submit(validBody());
	await app.submit(validBody());
	await app.submit({ title: '' });
	const { text, headers } = await app.call('GET', '/metrics');
	expect(headers.get('content-type')).toContain('text/plain');
	expect(sample(text, 'tickets_total{status="received"}')).toBe(2);
	expect(sample(text, 'tickets_total{status="routed"}')).toBe(2);
	expect(sample(text, 'tickets_by_department{department="IT"}')).toBe(2);
	expect(sample(text, 'classification_confidence_count{classifier="local"}')).toBe(2);
	for (const stage of ['accept', 'classify', 'route', 'total']) {
		expect(sample(text, `processing_time_seconds_count{stage="${stage}"}`)).toBe(2);
	}
	expect(sample(text, 'queue_jobs{state="waiting"}')).toBe(0);
});

it('counts calls and retries by system', async () => {
	const answers = [{ status: 503 }, { status: 201 }];
	const target = await startLocalServer(() => answers.shift() ?? {});
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1' });
	await mapToHttp(app, 'IT', { api_endpoint: target.url });
	await app.submit(validBody());
	const { text } = await app.call('GET', '/metrics');
	expect(sample(text, 'external_api_calls_total{system="http",outcome="unavailable"}')).toBe(1);
	expect(sample(text, 'external_api_calls_total{system="http",outcome="success"}')).toBe(1);
	expect(sample(text, 'retry_attempts_total{system="http"}')).toBe(1);
	expect((await app.call('GET', '/health')).json).toMatchObject({
		status: 'degraded',
		dependencies: { external_apis: 'degraded' },
	});
	await target.close();
});

it('logs the ticket id on every line about a ticket, and nothing of what was written', async () => {
	const target = await startLocalServer(() => ({ status: 400, body: { detail: `cannot take: ${BODY}` } }));
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' });
	for (const department of ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General']) {
		await mapToHttp(app, department, { api_endpoint: `${target.url}/hooks/path-secret` });
	}
	const { json } = await app.submit({ title: BODY, description: BODY, email: EMAIL, metadata: { note: BODY } });
	expect(json.status).toBe('failed');
	await app.submit(`{"title":"${BODY}","email":"${EMAIL}",`);
	await app.submit({ title: BODY, email: EMAIL, priority: BODY });
	await app.call('GET', `/tickets?text=${encodeURIComponent(BODY)}`);
	await app.call('GET', `/webhook/ticket/${encodeURIComponent(BODY)}`);
	await app.call('GET', `/${encodeURIComponent(BODY)}`);
	const { text } = await app.call('GET', '/metrics');
	const spoken = JSON.stringify(app.logs) + text;
	for (const secret of ['secret-phrase-4711', EMAIL, 'whistle', 'path-secret', 'Umbrella'])
		expect(spoken).not.toContain(secret);
	const ofTicket = app.logs.filter(({ msg }) => /ticket|deliver/.test(String(msg)));
	expect(ofTicket.map(({ msg }) => msg)).toEqual(['ticket received', 'ticket failed', 'ticket settled']);
	expect(ofTicket.map(({ ticket_id }) => ticket_id)).toEqual(Array(3).fill(json.ticket_id));
	await target.close();
});

it('has a request id for every request', async () => {
	app = await startService();
	const { headers } = await app.call('GET', '/livez');
	expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
	await app.submit(validBody());
	const lines = app.logs.filter(({ msg }) => msg === 'request');
	expect(lines).toContainEqual(expect.objectContaining({ route: '/livez', status: 200 }));
	expect(lines).toContainEqual(
		expect.objectContaining({ route: '/webhook/ticket', ticket_id: expect.stringMatching(/^TKT-/) }),
	);
});

it('can do without metrics', async () => {
	app = await startService({ PROMETHEUS_METRICS_ENABLED: 'false' });
	expect((await app.call('GET', '/metrics')).status).toBe(404);
});

it('says when it is not well', async () => {
	app = await startService();
	expect((await app.call('GET', '/readyz')).text).toBe('ok');
	expect((await app.call('GET', '/health')).json).toMatchObject({
		status: 'healthy',
		version: '0.0.0-test',
		dependencies: { database: 'healthy', gemini_api: 'not_configured', external_apis: 'healthy' },
	});
	await jobsIn(app.service).drop();
	expect((await app.call('GET', '/readyz')).status).toBe(503);
	expect((await app.call('GET', '/livez')).status).toBe(200);
	const refused = await app.submit(validBody());
	expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
	app.service.health.drain();
	expect((await app.call('GET', '/readyz')).json.detail).toBe('The service is shutting down');
});

it('reports a database that is gone as unhealthy, and answers on', async () => {
	app = await startService();
	await app.service.knex.destroy();
	const { status, json } = await app.call('GET', '/health');
	expect([status, json.status]).toEqual([503, 'unhealthy']);
	const broken = await app.call('GET', '/tickets');
	expect(broken.status).toBe(500);
	expect(broken.json).toMatchObject({ title: 'Internal Server Error', detail: expect.not.stringContaining('knex') });
	expect(app.logs).toContainEqual(
		expect.objectContaining({ msg: 'request hit a bug', request_id: expect.any(String) }),
	);
});
