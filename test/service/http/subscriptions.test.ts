import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { eventually, startService, validBody, type RunningService } from '../../helpers/service';
import { verifies } from '../../helpers/webhook';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let app: RunningService;
let receiver: LocalServer;
let status: number;
beforeEach(async () => {
	status = 204;
	receiver = await startLocalServer(() => ({ status }));
	const environment = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', HOOK: receiver.url };
	app = await startService(environment, { firstRetryMs: 4, pollMs: 20 });
});
afterEach(async () => {
	await app.close();
	await receiver.close();
});

const subscribe = (overrides: Record<string, unknown> = {}) =>
	app.call('POST', '/subscriptions', { body: { url: `${receiver.url}/in`, events: ['settled'], ...overrides } });

const told = (count: number): Promise<Record<string, unknown>[]> =>
	eventually(async () => {
		const bodies = receiver.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
		return bodies.length >= count ? bodies : undefined;
	}, 'events to be told');

it('makes a secret, shows it once, and signs with it what GET shows of a ticket', async () => {
	const { status: made, json, headers } = await subscribe({ description: 'Dashboard' });
	expect([made, headers.get('location')]).toEqual([201, `/subscriptions/${String(json.id)}`]);
	expect(json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
	const shown = { ...json, secret: '•••', url: `${receiver.url}/•••`, description: 'Dashboard', disabled_at: null };
	expect((await app.call('GET', `/subscriptions/${String(json.id)}`)).json).toEqual(shown);
	expect((await app.call('GET', '/subscriptions')).json).toEqual({ subscriptions: [shown] });

	const { json: ticket } = await app.submit(validBody());
	const [event] = await told(1);
	expect(event).toEqual({ type: 'ticket.settled', timestamp: ticket.updated_at, data: ticket });
	const [{ body, headers: sent }] = receiver.requests;
	expect(await verifies(String(json.secret), sent, body)).toBe(true);
	expect(body).not.toContain('ana@example.com');
	expect(JSON.stringify(app.logs)).not.toContain('whsec_');
});

it('tells of each thing that happens to those who asked for it, in their order', async () => {
	await app.close();
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '1' }, { pollMs: 20 });
	await subscribe({ events: ['settled', 'needs_review', 'corrected', 'failed'], secret: SECRET });
	const { json } = await app.submit(validBody());
	const correction = { department: 'Legal', note: 'They asked for a contract.' };
	await app.call('POST', `/tickets/${String(json.ticket_id)}/correct`, { body: correction });
	const events = await told(3);
	const heard = events.map(({ type, data }) => [type, (data as Record<string, unknown>).department]);
	expect(heard).toEqual([
		['ticket.needs_review', 'General'],
		['ticket.corrected', 'Legal'],
		['ticket.settled', 'Legal'],
	]);
	expect(events[0].data).toEqual(json);
});

it('tells of a ticket that failed', async () => {
	await app.service.knex('team_mappings').update({ system: 'http', api_endpoint: '${NOT_SET}' });
	await subscribe({ events: ['failed'] });
	const { json } = await app.submit(validBody());
	expect(json.status).toBe('failed');
	expect(await told(1)).toEqual([{ type: 'ticket.failed', timestamp: json.updated_at, data: json }]);
});

it('shows a secret that was given to nobody, and a reference as it is', async () => {
	expect((await subscribe({ secret: SECRET })).json.secret).toBe('•••');
	const { json } = await subscribe({ url: '${HOOK}/in', secret: '${HOOK_SECRET}' });
	expect(json).toMatchObject({ secret: '${HOOK_SECRET}' });
});

it.each([
	[{ url: 'ftp://x' }, 'url', /^must be an address such as/],
	[{ url: 'https://user:pass@x.example/' }, 'url', /^must be an address/],
	[{ url: 'https://x.example/${A}' }, 'url', /reference may only stand at the beginning/],
	[{ url: '${TRIAGE_API_KEYS}' }, 'url', /^must not refer to TRIAGE_API_KEYS/],
	[{ url: undefined }, 'url', /^is required/],
	[{ url: 7 }, 'url', /^must be a text/],
	[{ events: [] }, 'events', /^must have at least one/],
	[{ events: undefined }, 'events', /^is required/],
	[{ events: ['settled', 'opened'] }, 'events.1', /^must be one of settled, needs_review, failed, corrected/],
	[{ secret: 'whsec_short' }, 'secret', /^must be whsec_ with 24 to 64 bytes/],
	[{ secret: '${DATABASE_URL}' }, 'secret', /^must not refer to DATABASE_URL/],
	[{ description: 'x'.repeat(501) }, 'description', /^must have at most 500/],
	[{ method: 'PUT' }, 'method', /^is not a field/],
])('refuses %j', async (overrides, field, message) => {
	const { status: refused, json } = await subscribe(overrides);
	expect([refused, json.errors]).toEqual([422, [{ field, message: expect.stringMatching(message) as string }]]);
});

it('names everything that is wrong at once', async () => {
	const { json } = await subscribe({ url: 'x', events: 'settled', secret: 'y', description: 1 });
	const fields = (json.errors as { field: string }[]).map(({ field }) => field).sort();
	expect(fields).toEqual(['description', 'events', 'secret', 'url']);
});

it('ends a subscription with all that waits for it', async () => {
	status = 500;
	const { json } = await subscribe();
	await app.submit(validBody());
	await told(1);
	const path = `/subscriptions/${String(json.id)}`;
	expect((await app.call('DELETE', path)).status).toBe(204);
	expect(await app.service.knex('event_deliveries')).toEqual([]);
	const gone = [app.call('DELETE', path), app.call('GET', path), app.call('POST', `${path}/enable`)];
	expect((await Promise.all(gone)).map((answer) => answer.status)).toEqual([404, 404, 404]);
	expect((await app.call('POST', `${path}/test`)).status).toBe(404);
	expect((await app.call('GET', '/subscriptions/x')).status).toBe(404);
	expect((await app.call('PATCH', path)).status).toBe(405);
});

it('tests a receiver at once and says what came of it, and enables one that was disabled', async () => {
	const { json } = await subscribe({ secret: SECRET });
	const path = `/subscriptions/${String(json.id)}`;
	expect((await app.call('POST', `${path}/test`)).json).toEqual({ delivered: true, status: 204 });
	const [{ body, headers }] = receiver.requests;
	expect(JSON.parse(body)).toMatchObject({ type: 'ticket.test', data: { ticket_id: 'TKT-TEST' } });
	expect(await verifies(SECRET, headers, body)).toBe(true);
	status = 410;
	const refused = await app.call('POST', `${path}/test`);
	expect([refused.status, refused.json.detail]).toEqual([502, expect.stringMatching(/^The receiver answered 410/)]);
	await app.submit(validBody());
	const disabled = await eventually(async () => {
		const { json: shown } = await app.call('GET', path);
		return shown.disabled_at === null ? undefined : shown;
	}, 'it to be disabled');
	expect(disabled.last_error).toMatch(/^The receiver answered 410: it is gone/);
	status = 200;
	const before = receiver.requests.length;
	const { json: enabled } = await app.call('POST', `${path}/enable`);
	expect(enabled).toMatchObject({ disabled_at: null, last_error: null, failing_since: null });
	await told(before + 1);
	const metrics = await app.call('GET', '/metrics');
	expect(metrics.text).toMatch(/event_deliveries_total\{outcome="failed"\} 1/);
});

it('cannot be tested where its host must not be reached', async () => {
	const { json } = await subscribe({ url: 'http://127.0.0.2:9/' });
	const refused = await app.call('POST', `/subscriptions/${String(json.id)}/test`);
	expect([refused.status, refused.json.detail]).toEqual([
		422,
		expect.stringMatching(/^The subscription leads to an address inside the network/),
	]);
});

it('keeps 100 at most', async () => {
	const made = await Promise.all(Array.from({ length: 105 }, () => subscribe()));
	const statuses = made.map((answer) => answer.status);
	expect(statuses.filter((one) => one === 409).length).toBeGreaterThan(0);
	expect((await subscribe()).json.detail).toMatch(/^There are 100 subscriptions/);
});
