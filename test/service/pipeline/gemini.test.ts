import { startFakeGemini, type FakeGemini, type FakeGeminiOptions, type Fault } from '../../../fake-gemini/server';
import { eventually, startService, validBody, type RunningService } from '../../helpers/service';

let gemini: FakeGemini;
let app: RunningService;

async function start(environment: Record<string, string> = {}, options: FakeGeminiOptions = {}): Promise<void> {
	gemini = await startFakeGemini({ latencyMs: 0, perTicketMs: 0, ...options });
	app = await startService({
		...{ GEMINI_API_KEY: 'fake', GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini', GEMINI_MAX_ATTEMPTS: '1' },
		...environment,
	});
}

afterEach(async () => {
	await app.close();
	await gemini.close();
});

const asked = () => gemini.requests.filter(({ method }) => method === 'POST');
/** In a language the local model does not know. */
const DUTCH = validBody({ title: 'Laptop kapot', description: 'Mijn laptop start niet meer op sinds vanmorgen.' });

async function classifiedDetail(id: unknown): Promise<unknown> {
	const { json } = await app.call('GET', `/webhook/ticket/${String(id)}?expand=history`);
	return (json.history as { detail: unknown }[])[1].detail;
}

it('asks Gemini, weighs its answer against the local one, and keeps model, tokens and cost', async () => {
	await start();
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({
		...{ status: 'routed', department: 'IT' },
		classification: {
			...{ classifier: 'gemini', model: 'gemini-3.5-flash-lite', department: 'IT' },
			usage: { input_tokens: asked()[0].inputTokens, cost_usd: expect.any(Number) },
		},
	});
	expect(asked()[0].path).toBe('/v1beta/models/gemini-3.5-flash-lite:generateContent');
	expect((await app.call('GET', '/health')).json.dependencies).toMatchObject({ gemini_api: 'healthy' });
	const { text } = await app.call('GET', '/metrics');
	expect(text).toContain(`gemini_tokens_total{kind="input"} ${asked()[0].inputTokens}`);
	expect(text).toMatch(/gemini_cost_usd_total 0\.000\d+/);
	expect(text).toContain('gemini_breaker_state 0');
});

it('sends neither the reporter’s address nor what the text says of persons, and fills the answer in again', async () => {
	await start();
	const description =
		'My laptop is locked. Call +49 30 1234567 or write to zoe.quill@example.com. password: Sommer-2026!';
	const { json } = await app.submit(validBody({ description }));
	expect(json.classification).toMatchObject({ classifier: 'gemini' });
	expect(asked()[0].body).not.toMatch(/ana@|zoe\.quill|1234567|Sommer-2026/);
	expect(asked()[0].body).toContain('My laptop is locked');
});

it('sends the text as it is where redaction is turned off', async () => {
	await start({ GEMINI_REDACTION: 'false' });
	await app.submit(validBody({ description: 'Laptop locked, write to zoe.quill@example.com' }));
	expect(asked()[0].body).toContain('zoe.quill@example.com');
});

const UNUSABLE: Fault[] = [
	...(['invented_department', 'blocked', 'no_content', 'empty_parts', 'truncated', 'garbage', 'confidence_7'] as const),
	...(['confidence_high', 'missing_id', 'doubled_id', 'invented_id', 'finish:SAFETY', 'finish:MAX_TOKENS'] as const),
	...(['rate_limited', 'rate_limited_day', 'internal', 'unavailable', 'deadline', 'forbidden', 'invalid'] as const),
	...(['not_found', 'reset', 'cut', 'html'] as const),
];

it.each(UNUSABLE)('%s: the local model decides, and the history says why', async (fault) => {
	await start({ GEMINI_MAX_WAIT_MS: '0' });
	gemini.next(fault);
	const { status, json } = await app.submit(validBody());
	expect(status).toBe(200);
	expect(json).toMatchObject({ status: 'routed', department: 'IT', classification: { classifier: 'local' } });
	expect(await classifiedDetail(json.ticket_id)).toMatchObject({
		...{ classifier: 'local', skipped: [{ classifier: 'gemini', reason: expect.stringMatching(/^Gemini/) }] },
	});
	expect(asked()).toHaveLength(1);
});

it.each<Fault>(['wrapped', 'thought', 'other_case_department'])('%s is read all the same', async (fault) => {
	await start();
	gemini.next(fault);
	expect((await app.submit(validBody())).json.classification).toMatchObject({ classifier: 'gemini', department: 'IT' });
});

it('waits out what a 429 asks for, for all tickets, and never asks early', async () => {
	await start({ GEMINI_MAX_ATTEMPTS: '4', GEMINI_BATCH_SIZE: '1' }, { retryDelaySeconds: 0.4, latencyMs: 20 });
	gemini.next('rate_limited');
	const first = app.submit(validBody());
	await eventually(() => Promise.resolve(asked()[0]?.status ?? undefined), 'the refusal');
	await new Promise((resolve) => setTimeout(resolve, 50));
	const others = Promise.all([1, 2, 3].map((i) => app.submit(validBody({ title: `VPN drops ${i}` }))));
	for (const { json } of [await first, ...(await others)])
		expect(json.classification).toMatchObject({ classifier: 'gemini' });
	expect(gemini.early).toBe(0);
	expect(asked()).toHaveLength(5);
});

it('tells a wrong key from other trouble, shows it in /health, and keeps it to itself', async () => {
	await start({ GEMINI_API_KEY: 'wrong-key' });
	const { json } = await app.submit(validBody());
	expect(json.classification).toMatchObject({ classifier: 'local' });
	const detail = JSON.stringify(await classifiedDetail(json.ticket_id));
	expect(detail).toContain('check the API key');
	const health = await eventually(async () => {
		const report = (await app.call('GET', '/health')).json;
		return report.problems ? report : undefined;
	}, 'the look at the model');
	expect(health).toMatchObject({ status: 'degraded', dependencies: { gemini_api: 'unhealthy' } });
	expect(JSON.stringify([app.logs, detail, health])).not.toContain('wrong-key');
});

it('names a model that is misspelt or retired, and those that exist', async () => {
	await start({ GEMINI_MODEL: 'gemini-2.0-flash' });
	const problems = await eventually(
		async () => (await app.call('GET', '/health')).json.problems,
		'the look at the model',
	);
	expect(problems).toEqual([expect.stringMatching(/"gemini-2\.0-flash".*gemini-3\.5-flash-lite.*GEMINI_MODEL/s)]);
});

it('puts tickets that wait into one request, and one that spoils it does not sink the others', async () => {
	await start({ GEMINI_CONCURRENCY: '1', GEMINI_BATCH_SIZE: '8' });
	gemini.next(null, 'missing_id');
	const all = await Promise.all(
		Array.from({ length: 17 }, (_, i) => app.submit(validBody({ title: `VPN drops ${i}` }))),
	);
	for (const { json } of all) expect(json.classification).toMatchObject({ classifier: 'gemini', department: 'IT' });
	expect(asked().length).toBeLessThan(10);
	expect(asked().reduce((most, { tickets }) => Math.max(most, tickets), 0)).toBeGreaterThan(3);
});

it('asks once for the same text', async () => {
	await start();
	await Promise.all(Array.from({ length: 5 }, () => app.submit(validBody())));
	await app.submit(validBody({ email: 'bob@example.com' }));
	expect(asked()).toHaveLength(1);
	expect((await app.call('GET', '/metrics')).text).toContain('gemini_cache_hits_total 5');
});

it('keeps to a budget: beyond it the local model decides and says so', async () => {
	await start({ GEMINI_REQUESTS_PER_DAY: '2' });
	const answers = [];
	for (let i = 0; i < 3; i += 1) answers.push((await app.submit(validBody({ title: `VPN drops ${i}` }))).json);
	const classifiers = answers.map(({ classification }) => (classification as { classifier: string }).classifier);
	expect(classifiers).toEqual(['gemini', 'gemini', 'local']);
	expect(JSON.stringify(await classifiedDetail(answers[2].ticket_id))).toContain('GEMINI_REQUESTS_PER_DAY');
});

describe('as a cascade, the default with a key', () => {
	it('asks about tickets the local model is unsure of, and about no others', async () => {
		await start({ CLASSIFIER: '', CASCADE_CUTOFF: '0.8' });
		const sure = await app.submit(validBody());
		const unsure = await app.submit(DUTCH);
		expect(sure.json.classification).toMatchObject({ classifier: 'local' });
		expect(await classifiedDetail(sure.json.ticket_id)).toMatchObject({
			skipped: [{ classifier: 'gemini', reason: 'the local model was sure enough (0.80)' }],
		});
		expect(unsure.json.classification).toMatchObject({ usage: expect.anything() });
		expect(asked()).toHaveLength(1);
	});

	it('has the cutoff of the local model where none is set', async () => {
		await start({ CLASSIFIER: 'cascade' });
		const { json } = await app.submit(validBody());
		const { confidence, classifier } = json.classification as { confidence: number; classifier: string };
		expect(classifier === 'local').toBe(asked().length === 0);
		if (classifier === 'local') expect(confidence).toBeGreaterThan(0.85);
	});
});

it('is not asked where CLASSIFIER says local', async () => {
	await start({ CLASSIFIER: 'local' });
	expect((await app.submit(validBody())).json.classification).toMatchObject({ classifier: 'local' });
	expect(gemini.requests).toEqual([]);
	expect((await app.call('GET', '/health')).json.dependencies).toMatchObject({ gemini_api: 'not_configured' });
});

it('every ticket of a storm settles in a department there is', async () => {
	const rates = { rate_limited: 0.3, unavailable: 0.1, hang: 0.05, garbage: 0.05 };
	const patient = { GEMINI_MAX_ATTEMPTS: '3', GEMINI_TIMEOUT_MS: '300', SYNC_WAIT_MS: '80000' };
	// Stand-in and service share a thread: what waits its turn there is not too early.
	await start(patient, { rates, retryDelaySeconds: 2, readingMs: 1000, latencyMs: 5 });
	const all = await Promise.all(
		Array.from({ length: 60 }, (_, i) => app.submit(validBody({ title: `VPN drops ${i}` }))),
	);
	for (const { json } of all) expect(json).toMatchObject({ status: 'routed', department: 'IT' });
	expect(gemini.early).toBe(0);
}, 90_000);
