import { GEMINI_KEY, startGemini } from '../../helpers/gemini-server';
import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { startService, validBody, type RunningService } from '../../helpers/service';

let gemini: LocalServer;
let app: RunningService;

async function start(base: LocalServer, environment: Record<string, string> = {}): Promise<void> {
	gemini = base;
	app = await startService({ GEMINI_API_KEY: GEMINI_KEY, GEMINI_BASE_URL: gemini.url, ...environment });
}

afterEach(async () => {
	await app.close();
	await gemini.close();
});

async function historyOf(id: unknown): Promise<Record<string, unknown>[]> {
	const { json } = await app.call('GET', `/webhook/ticket/${String(id)}?expand=history`);
	return json.history as Record<string, unknown>[];
}

it('lets Gemini decide where there is a key', async () => {
	await start(await startGemini(() => ({ department: 'hr', confidence: 0.9, reasoning: 'About leave.' })));
	const { json } = await app.submit(validBody());
	expect(json).toMatchObject({
		status: 'routed',
		department: 'HR',
		confidence_score: 0.9,
		classification: { classifier: 'gemini', model: 'gemini-test-1', reasoning: 'About leave.' },
	});
	expect(gemini.requests[0].path).toBe('/v1beta/models/gemini-3.5-flash-lite:generateContent');
	expect(gemini.requests[0].body).not.toContain('ana@example.com');
	expect((await app.call('GET', '/health')).json.dependencies).toMatchObject({ gemini_api: 'healthy' });
});

const UNUSABLE: [string, Answer][] = [
	[
		'a department of its own',
		{
			body: {
				candidates: [{ finishReason: 'STOP', content: { parts: [{ text: '{"department":"Sales","confidence":1}' }] } }],
			},
		},
	],
	['a blocked prompt', { body: { promptFeedback: { blockReason: 'SAFETY' } } }],
	[
		'a truncated answer',
		{ body: { candidates: [{ finishReason: 'MAX_TOKENS', content: { parts: [{ text: '{"depart' }] } }] } },
	],
	['no JSON at all', { body: '<html>gateway</html>' }],
	['503', { status: 503, body: { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } } }],
	['429', { status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'quota' } } }],
];

it.each(UNUSABLE)('lets the local model decide after %s, and says so', async (_name, answer) => {
	await start(await startLocalServer(() => answer));
	const { status, json } = await app.submit(validBody());
	expect(status).toBe(200);
	expect(json).toMatchObject({ status: 'routed', department: 'IT', classification: { classifier: 'local' } });
	const [, classified] = await historyOf(json.ticket_id);
	expect(classified.detail).toMatchObject({
		classifier: 'local',
		skipped: [{ classifier: 'gemini', reason: expect.stringMatching(/^Gemini/) }],
	});
});

it('tells a wrong key from other trouble, and shows it in /health', async () => {
	await start(await startGemini(() => ''), { GEMINI_API_KEY: 'wrong-key' });
	const { json } = await app.submit(validBody());
	expect(json.classification).toMatchObject({ classifier: 'local' });
	const [, classified] = await historyOf(json.ticket_id);
	expect(JSON.stringify(classified.detail)).toContain('check the API key');
	expect((await app.call('GET', '/health')).json).toMatchObject({
		status: 'degraded',
		dependencies: { gemini_api: 'unhealthy' },
	});
	expect(JSON.stringify([app.logs, classified])).not.toContain('wrong-key');
});

it('asks for many tickets at once', async () => {
	await start(
		await startGemini(
			() => ({ department: 'IT', confidence: 0.9, reasoning: '' }),
			() => 100,
		),
	);
	const all = await Promise.all(Array.from({ length: 20 }, () => app.submit(validBody())));
	expect(all.map(({ json }) => (json.classification as { classifier: string }).classifier)).toEqual(
		Array(20).fill('gemini'),
	);
	expect(gemini.mostOpen()).toBe(20);
});

it('is not asked where CLASSIFIER says local', async () => {
	await start(await startGemini(() => ''), { CLASSIFIER: 'local' });
	expect((await app.submit(validBody())).json.classification).toMatchObject({ classifier: 'local' });
	expect(gemini.requests).toEqual([]);
	expect((await app.call('GET', '/health')).json.dependencies).toMatchObject({ gemini_api: 'not_configured' });
});
