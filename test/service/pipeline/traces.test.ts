import { gzipSync } from 'node:zlib';
import { GEMINI_KEY, startGemini } from '../../helpers/gemini-server';
import { jobsIn } from '../../helpers/jobs';
import { startLocalServer, type Answer, type LocalServer, type Recorded } from '../../helpers/local-server';
import { eventually, mapToHttp, startService, validBody, type RunningService } from '../../helpers/service';

const traceOf = (i: number): string => (0xabc000 + i).toString(16).padStart(32, '5');
const headerOf = (i: number): { traceparent: string } => ({ traceparent: `00-${traceOf(i)}-00f067aa0ba902b7-00` });
const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$/;
const DEPARTMENTS = ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General'];

let app: RunningService;
let target: LocalServer;
let gemini: LocalServer;
let answers: Answer[];
let say: Parameters<typeof startGemini>[0];
beforeEach(async () => {
	answers = [];
	say = () => ({ department: 'IT', confidence: 0.9, reasoning: 'A VPN.' });
	target = await startLocalServer(() => answers.shift() ?? { status: 201, body: { id: '7' } });
	gemini = await startGemini((ticket) => say(ticket));
});
afterEach(async () => {
	await app.close();
	await Promise.all([target.close(), gemini.close()]);
});

async function start(environment: Record<string, string> = {}): Promise<void> {
	const withGemini = { GEMINI_API_KEY: GEMINI_KEY, GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini' };
	app = await startService(
		{ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0', ...withGemini, ...environment },
		{ firstRetryMs: 1, pollMs: 10 },
	);
	for (const department of DEPARTMENTS) await mapToHttp(app, department, { api_endpoint: target.url });
}

const asked = (): Recorded[] => gemini.requests.filter(({ method }) => method === 'POST');
const parentOf = ({ headers }: Recorded): string[] => PARENT.exec(String(headers.traceparent))?.slice(1) ?? ['', ''];
const linesOf = (id: unknown) => app.logs.filter(({ ticket_id }) => ticket_id === id);
const stored = (id: unknown): Promise<unknown> =>
	app.service.knex('ticket_logs').where({ ticket_id: id }).first('request_id', 'traceparent');

it('request id and trace go with a ticket: into its row, every line of the log, to Gemini, and to the target', async () => {
	await start();
	answers.push({ status: 503 });
	const { json, headers } = await app.submit(validBody(), headerOf(1));
	expect(json.status).toBe('routed');
	const requestId = headers.get('x-request-id');
	const row = { request_id: requestId, traceparent: expect.stringMatching(`^00-${traceOf(1)}-[0-9a-f]{16}-00$`) };
	expect(await stored(json.ticket_id)).toEqual(row);

	const requests = [...asked(), ...target.requests];
	expect(requests).toHaveLength(3);
	expect(requests.map((request) => parentOf(request)[0])).toEqual(Array(3).fill(traceOf(1)));
	const spans = requests.map((request) => parentOf(request)[1]);
	expect(new Set([...spans, '00f067aa0ba902b7']).size).toBe(4);
	expect(requests.map((request) => request.headers.tracestate)).toEqual([undefined, undefined, undefined]);

	await eventually(
		() => Promise.resolve(app.logs.find(({ msg }) => msg === 'request')),
		'the line of the request itself',
	);
	const lines = linesOf(json.ticket_id);
	expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
		[30, 'ticket received'],
		[20, 'call answered'],
		[50, 'call failed'],
		[40, 'delivery postponed'],
		[20, 'call answered'],
		[30, 'ticket settled'],
		[20, 'request'],
	]);
	for (const line of lines) expect(line).toMatchObject({ request_id: requestId, trace_id: traceOf(1) });
	const calls = lines.filter(({ msg }) => String(msg).startsWith('call'));
	expect(calls.map(({ system, status, span_id }) => [system, status, span_id])).toEqual([
		['gemini', 200, spans[0]],
		['http', 503, spans[1]],
		['http', 201, spans[2]],
	]);
	for (const { ms } of calls) expect(ms).toEqual(expect.any(Number));
});

test.each<Record<string, string>>([
	{},
	{ traceparent: 'nonsense' },
	{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
])('where a caller sends %j a trace begins here', async (headers) => {
	await start({ CLASSIFIER: 'local' });
	const { json } = await app.submit(validBody(), headers);
	const [traceId] = parentOf(target.requests[0]);
	expect(traceId).toMatch(/[1-9a-f]/);
	expect(headers.traceparent ?? '').not.toContain(traceId);
	expect(await stored(json.ticket_id)).toMatchObject({ traceparent: expect.stringContaining(traceId) });
	for (const line of linesOf(json.ticket_id)) expect(line.trace_id).toBe(traceId);
});

it('tickets that come at once do not get mixed up, whoever’s turn it is', async () => {
	await start({ CLASSIFIER: 'local' });
	const count = 60;
	const all = Array.from({ length: count }, (_, i) =>
		app.submit(validBody({ title: `VPN of laptop ${i}` }), headerOf(i)),
	);
	const tickets = await Promise.all(all);
	expect(target.mostOpen()).toBeLessThan(count / 2);
	expect(target.requests).toHaveLength(count);
	for (const request of target.requests) {
		const i = Number(/VPN of laptop (\d+)/.exec(request.body)?.[1]);
		expect([i, parentOf(request)[0]]).toEqual([i, traceOf(i)]);
	}
	tickets.forEach(({ json, headers }, i) => {
		const lines = linesOf(json.ticket_id);
		expect(lines.length).toBeGreaterThanOrEqual(3);
		for (const line of lines)
			expect(line).toMatchObject({ request_id: headers.get('x-request-id'), trace_id: traceOf(i) });
	});
});

it('a request to Gemini for several tickets has a trace of its own, and its line names them', async () => {
	await start({ GEMINI_CONCURRENCY: '1' });
	const { json } = await app.call('POST', '/webhook/tickets', {
		body: { tickets: [1, 2, 3].map((i) => validBody({ title: `VPN of laptop ${i}` })) },
		headers: headerOf(1),
	});
	const ids = (json.results as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);
	const calls = app.logs.filter(({ msg, system }) => msg === 'call answered' && system === 'gemini');
	expect(calls.flatMap(({ ticket_id, ticket_ids }) => ticket_ids ?? [ticket_id]).sort()).toEqual(ids.sort());
	const several = calls.find(({ ticket_ids }) => ticket_ids !== undefined);
	expect(several).toMatchObject({ trace_id: expect.not.stringMatching(traceOf(1)) });
	expect(asked().map((request) => parentOf(request)[0])).toEqual(calls.map(({ trace_id }) => trace_id));
	for (const id of ids)
		for (const line of linesOf(id)) expect(line).toMatchObject({ trace_id: traceOf(1), request_id: expect.anything() });
});

it('what Gemini does not answer is tried again with a warning, and then decided here with another', async () => {
	await start({ GEMINI_MAX_ATTEMPTS: '2', CONFIDENCE_THRESHOLD: '1' });
	say = () => 'no JSON at all';
	const first = await app.submit(validBody());
	const lines = linesOf(first.json.ticket_id).map(({ level, msg, code, confidence }) => [
		level,
		msg,
		code ?? confidence,
	]);
	expect(lines).toContainEqual([40, 'fallback: the local model decided alone', 'unreadable']);
	expect(lines).toContainEqual([40, 'low confidence', first.json.confidence_score]);
	await gemini.close();
	const second = await app.submit(validBody({ title: 'VPN again' }));
	const msgs = linesOf(second.json.ticket_id).map(({ level, msg, code, outcome }) => [level, msg, code ?? outcome]);
	expect(msgs.filter(([level, msg]) => Number(level) > 30 && msg !== 'low confidence')).toEqual([
		[50, 'call failed', 'unavailable'],
		[40, 'call to be tried again', 'unavailable'],
		[50, 'call failed', 'unavailable'],
		[40, 'fallback: the local model decided alone', 'unavailable'],
	]);
});

it('subscribers are told in the trace of the ticket', async () => {
	await start({ CLASSIFIER: 'local' });
	await app.call('POST', '/subscriptions', { body: { url: `${target.url}/events`, events: ['settled'] } });
	const { json, headers } = await app.submit(validBody(), headerOf(9));
	const find = (): Promise<Recorded | undefined> =>
		Promise.resolve(target.requests.find(({ path }) => path === '/events'));
	expect(parentOf(await eventually(find, 'the event'))[0]).toBe(traceOf(9));
	const line = () => Promise.resolve(linesOf(json.ticket_id).find(({ system }) => system === 'subscription'));
	expect(await eventually(line, 'its line')).toMatchObject({
		...{ msg: 'call answered', status: 201, trace_id: traceOf(9), request_id: headers.get('x-request-id') },
	});
});

it('a body that is packed changes nothing, and a mapping may name a trace of its own', async () => {
	await start({ CLASSIFIER: 'local' });
	const own = `00-${'7'.repeat(32)}-${'7'.repeat(16)}-01`;
	await mapToHttp(app, 'IT', { api_endpoint: target.url, api_headers: { Traceparent: own } });
	const response = await fetch(`${app.url}/webhook/ticket`, {
		method: 'POST',
		headers: { ...headerOf(3), 'content-type': 'application/json', 'content-encoding': 'gzip' },
		body: gzipSync(JSON.stringify(validBody())),
	});
	const { ticket_id } = (await response.json()) as { ticket_id: string };
	expect(linesOf(ticket_id).map(({ trace_id }) => trace_id)).toContain(traceOf(3));
	expect(target.requests.map(({ headers }) => headers.traceparent)).toEqual([own]);
});

it('a ticket that came before traces were kept, or from no request, begins one', async () => {
	await start({ CLASSIFIER: 'local' });
	const ticket = { title: 'VPN', description: 'The VPN is down', email: 'a@example.com', source: null, metadata: {} };
	const { ticket_id } = await app.service.pipeline.accept({ ...ticket, priority: 'low' });
	const isDone = async (): Promise<true | undefined> => (await jobsIn(app.service).all()).length === 0 || undefined;
	await eventually(isDone, 'the delivery, and what is noted of it');
	expect(await stored(ticket_id)).toEqual({ request_id: null, traceparent: expect.stringMatching(PARENT) });
	const [traceId] = parentOf(target.requests[0]);
	expect(await stored(ticket_id)).toMatchObject({ traceparent: expect.stringContaining(traceId) });

	await app.service.knex('ticket_logs').update({ traceparent: null, status: 'failed', routed_to_system: null });
	expect((await app.call('POST', `/tickets/${ticket_id}/retry`)).status).toBe(200);
	expect(parentOf(target.requests[1])[0]).toMatch(/[1-9a-f]/);
});
