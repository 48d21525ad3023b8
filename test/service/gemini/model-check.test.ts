import { TriageError } from '../../../core/errors';
import type { Send } from '../../../core/http';
import { createModelCheck, type ModelCheck } from '../../../service/gemini/model-check';
import { createSend } from '../../../service/send';
import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { START } from './stub';

const outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 5000 });
let server: LocalServer;
let check: ModelCheck;
let logged: unknown[][];
let sent: Promise<unknown>[];

afterEach(async () => {
	check.stop();
	jest.useRealTimers();
	await server.close();
});
afterAll(() => outgoing.close());

/** A check whose looks the test can wait for; each request is answered by its path. */
async function begin(answers: Record<string, Answer>, model = 'gemini-1.5-flash', send: Send = outgoing.send) {
	server = await startLocalServer(({ path }) => answers[path] ?? { status: 418 });
	logged = [];
	sent = [];
	check = createModelCheck({
		access: { apiKey: 'the-key', model, baseUrl: `${server.url}/` },
		send: (request) => {
			const answer = send(request);
			sent.push(answer);
			return answer;
		},
		log: { warn: (...line: unknown[]) => void logged.push(line), info: (...line: unknown[]) => void logged.push(line) },
		now: () => START,
	});
	check.start();
}

/** As begin, and the first look is over. */
async function start(...options: Parameters<typeof begin>): Promise<void> {
	await begin(...options);
	await settled();
}

/** Until everything asked was answered and read. */
async function settled(): Promise<void> {
	for (let seen = -1; seen < sent.length;) {
		seen = sent.length;
		await Promise.allSettled(sent);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

async function lookAgain(): Promise<void> {
	jest.advanceTimersByTime(10 * 60_000);
	await settled();
}

const ONE = '/v1beta/models/gemini-1.5-flash';
const ALL = '/v1beta/models?pageSize=1000';
const GONE = { status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } };
const model = (name: string, methods = ['generateContent', 'countTokens']) => ({
	name: `models/${name}`,
	supportedGenerationMethods: methods,
});

it('has nothing to say of a model that exists', async () => {
	await start({ [ONE]: { body: model('gemini-1.5-flash') } });
	expect(server.requests).toEqual([expect.objectContaining({ method: 'GET', path: ONE })]);
	expect(server.requests[0].headers['x-goog-api-key']).toBe('the-key');
	expect([check.problem(), logged]).toEqual([null, []]);
});

it.each([
	['models/gemini-9', '/v1beta/models/gemini-9'],
	['tunedModels/desk', '/v1beta/tunedModels/desk'],
])('%s is looked up as %s', async (name, path) => {
	await start({ [path]: {} }, name);
	expect(server.requests.map((request) => request.path)).toEqual([path]);
});

const LISTED = [
	model('gemini-4-argon'),
	model('text-embedding-004', ['embedContent']),
	model('gemini-3.5-flash-lite'),
	model('gemini-3.5-flash'),
	{ name: 'models/broken' },
	model('no such\nname flash'),
];
const NINE = Array.from({ length: 9 }, (_, i) => model(`flash-${i}`));

it.each<[string, Answer, string]>([
	['others', { body: { models: LISTED } }, ' These exist: gemini-3.5-flash-lite, gemini-3.5-flash, gemini-4-argon.'],
	[
		'many others',
		{ body: { models: NINE } },
		' These exist: flash-0, flash-1, flash-2, flash-3, flash-4, flash-5, flash-6, flash-7.',
	],
	['none', { body: {} }, ''],
	['no list', { status: 500 }, ''],
])('names what there is in place of a model that is gone: %s', async (_name, list, others) => {
	await start({ [ONE]: GONE, [ALL]: list });
	expect(check.problem()).toBe(`The model "gemini-1.5-flash" does not exist or is retired.${others} Set GEMINI_MODEL.`);
	expect(logged).toEqual([[{ problem: check.problem() }, expect.any(String)]]);
});

const KEY_INVALID = { error: { details: [{ '@type': 'x/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }] } };

it.each<[string, Answer, unknown]>([
	['a wrong key', { status: 400, body: KEY_INVALID }, 'Gemini refused the key: check the API key'],
	['no permission', { status: 403, body: {} }, expect.stringContaining('403')],
	['a limit', { status: 429, body: {} }, null],
	['an outage', { status: 503, body: {} }, null],
	['a redirect', { status: 302, body: '' }, null],
])('%s', async (_name, answer, problem) => {
	await start({ [ONE]: answer });
	expect(check.problem()).toEqual(problem);
	expect(logged).toHaveLength(problem === null ? 0 : 1);
	expect(JSON.stringify(logged)).not.toContain('the-key');
});

it('looks again every ten minutes and logs each change once', async () => {
	jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout', 'clearTimeout'] });
	const answers: Record<string, Answer> = { [ONE]: {} };
	await start(answers);
	answers[ONE] = { status: 403 };
	await lookAgain();
	await lookAgain();
	answers[ONE] = { status: 503 };
	await lookAgain();
	expect(check.problem()).toContain('403');
	answers[ONE] = {};
	await lookAgain();
	expect(check.problem()).toBeNull();
	expect(logged.map((line) => line.length)).toEqual([2, 1]);
	expect(server.requests).toHaveLength(5);
});

it('stops, also in the middle of a look', async () => {
	jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
	let answer: (response: { status: number; headers: object; body: string }) => void = () => undefined;
	await begin({}, 'gone', () => new Promise((resolve) => (answer = resolve as typeof answer)));
	check.stop();
	expect(jest.getTimerCount()).toBe(0);
	answer({ status: 403, headers: {}, body: '' });
	await settled();
	expect([check.problem(), logged]).toEqual([null, []]);
});

it('never throws, and says nothing where nobody answers', async () => {
	await start({}, 'gone', async () => {
		throw new TriageError('unavailable', 'No answer');
	});
	expect([check.problem(), logged]).toEqual([null, []]);
});

it.each([
	[
		'models without names',
		[{ name: { toString: 1 }, supportedGenerationMethods: ['generateContent'] }, { name: null }],
	],
	['names that are none', [{ name: 'models/a b\u001b[2J', supportedGenerationMethods: ['generateContent'] }]],
	['no list', { length: 3 }],
	['levels', JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`)],
])('a list of %s names none, and the model is missed all the same', async (_, models) => {
	await start({
		'/v1beta/models/gemini-1.5-flash': { status: 404 },
		'/v1beta/models?pageSize=1000': { body: JSON.stringify({ models }) },
	});
	expect(check.problem()).toBe('The model "gemini-1.5-flash" does not exist or is retired. Set GEMINI_MODEL.');
});
