import type { IDataObject } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { GEMINI_KEY, startGemini } from '../helpers/gemini-server';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

const NAMES = DEFAULT_DEPARTMENTS.map(({ name }) => name);
const REVIEW = NAMES.length;

let pack: Package;
let server: LocalServer | undefined;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => {
	await server?.close();
	server = undefined;
});

async function triage(items: IDataObject[], more: Partial<Case> = {}, apiKey = GEMINI_KEY) {
	const credentials = { triageGeminiApi: { baseUrl: server?.url ?? '', apiKey } };
	return await pack.run({
		node: 'ticketTriage',
		items,
		credentials,
		...more,
		parameters: { engine: 'gemini', ticketFields: 'defined', simplify: false, ...more.parameters },
	});
}

const saysIt = () => ({ department: 'IT', confidence: 0.9, reasoning: 'A laptop' });

test('sends the key as header, the ticket as data, and reads the answer', async () => {
	server = await startGemini(saysIt);
	const { json, error } = await triage([{ title: 'Laptop', description: 'It is broken', email: 'ana@example.com' }]);
	expect(error).toBeUndefined();
	expect(json[0][0].triage).toEqual({
		department: 'IT',
		confidence: expect.closeTo(0.99, 1) as number,
		needs_review: false,
		effective_priority: 'medium',
		reasoning: 'A laptop',
		classifier: 'gemini',
		priority: 'medium',
		suggested_priority: { priority: 'medium', reasons: ['nothing in it asks for another'] },
		language: 'en',
		classified_as: 'IT',
		alternatives: expect.any(Array) as [],
		model: 'gemini-test-1',
		tokens: { input: 0, output: 0 },
		reasons: [expect.stringMatching(/^confidence 0\.9\d for IT reaches the threshold 0\.60$/u) as string],
	});
	const [request] = server.requests;
	expect(request).toMatchObject({ method: 'POST', path: '/v1beta/models/gemini-3.5-flash-lite:generateContent' });
	expect(request.headers).toMatchObject({ 'x-goog-api-key': GEMINI_KEY, 'content-type': 'application/json' });
	expect(request.body).not.toContain('ana@example.com');
});

test('the model may be chosen for each item, and markers differ', async () => {
	server = await startGemini(saysIt);
	await triage(
		[
			{ title: 'One', m: 'models/a-1' },
			{ title: 'Two', m: '' },
		],
		{ parameters: { model: '={{ $json.m }}' } },
	);
	const paths = server.requests.map(({ path }) => path).sort();
	expect(paths).toEqual(['/v1beta/models/a-1:generateContent', '/v1beta/models/gemini-3.5-flash-lite:generateContent']);
	const markers = server.requests.map(({ body }) => /between a line \\"(\S+) /u.exec(body)?.[1]);
	expect(new Set(markers).size).toBe(2);
});

test('a wrong key gives an error that says where to look, without the key', async () => {
	server = await startGemini(saysIt);
	const { error } = await triage([{ title: 'Laptop' }], {}, 'a-wrong-key');
	expect(error?.name).toBe('NodeApiError');
	expect(error?.message).toMatch(/^Gemini refused the key.*\[item 0\]$/u);
	expect(error?.description).toContain('in the credential');
	expect(error?.httpCode).toBe('400');
	expect(JSON.stringify([error?.message, error?.description, error?.messages])).not.toContain('a-wrong-key');
});

test.each([
	[401, 'credentials were refused', 'in the credential', 1],
	[404, 'does not know the model', 'model', 1],
	[429, 'too many requests', 'It asks to wait 170 seconds.', 1],
	[503, 'out of order', 'Check the address', 4],
	[302, 'it redirects', '', 1],
])('status %i becomes an error with a way out', async (status, message, description, requests) => {
	const headers: Record<string, string> = status === 429 ? { 'retry-after': '170' } : { location: '/elsewhere' };
	server = await startLocalServer(() => ({ status, headers }));
	const { error } = await triage([{ title: 'Laptop' }]);
	expect(error?.message).toContain(message);
	expect(error?.description).toContain(description);
	expect(server.requests).toHaveLength(requests);
});

test('what a 429 asks for is waited out', async () => {
	let refused = 0;
	server = await startLocalServer(() => {
		refused += 1;
		return { status: refused === 1 ? 429 : 403, headers: { 'retry-after': '1' } };
	});
	const started = performance.now();
	const { error } = await triage([{ title: 'Laptop' }]);
	expect(error?.message).toContain('Gemini answered 403');
	expect(server.requests).toHaveLength(2);
	expect(performance.now() - started).toBeGreaterThanOrEqual(1000);
});

test('nobody answering becomes an error with a way out', async () => {
	server = await startGemini(saysIt);
	await server.close();
	const { error } = await triage([{ title: 'Laptop' }]);
	expect(error?.message).toBe('Gemini could not be reached [item 0]');
	expect(error?.description).toContain('Check the address and the network');
});

test.each([
	['a department outside the taxonomy', { department: 'Marketing', confidence: 1, reasoning: '' }],
	['no JSON', 'The department is IT'],
	['a confidence beyond 1', { department: 'IT', confidence: 7, reasoning: '' }],
])('%s is never guessed into a department', async (_, said) => {
	server = await startGemini(() => said);
	const parameters = { outputs: 'perDepartment', threshold: 0 };
	const { json } = await triage([{ id: 1, title: 'Laptop' }], { parameters, onError: 'continueRegularOutput' });
	expect(json.slice(0, REVIEW).flat()).toEqual([]);
	expect(json[REVIEW]).toEqual([
		{ id: 1, title: 'Laptop', error: expect.stringContaining('Gemini gave no usable answer') as string },
	]);
	const stopped = await triage([{ title: 'Laptop' }]);
	expect(stopped.error?.message).toContain('Gemini gave no usable answer');
});

test('each department has its output, and unsure items leave by Needs Review', async () => {
	server = await startGemini(({ title }) => {
		const [department, confidence] = title.split(' ');
		const name = NAMES[department.charCodeAt(0) - 65] ?? department;
		return {
			department: department.length > 1 ? department.toLowerCase() : name,
			confidence: Number(confidence),
			reasoning: '',
		};
	});
	const sure = NAMES.map((name) => ({ title: `${name} 0.8` }));
	// A letter says nothing to the local model, so that it does not agree.
	const unsure = NAMES.slice(0, -1).map((_, i) => ({ title: `${String.fromCharCode(65 + i)} 0.5` }));
	const { json } = await triage([...unsure, ...sure], { parameters: { outputs: 'perDepartment' } });
	expect(json).toHaveLength(NAMES.length + 1);
	NAMES.forEach((name, i) => expect(json[i].map(({ title }) => title)).toEqual([`${name} 0.8`]));
	expect(json[REVIEW].map(({ title }) => title)).toEqual(unsure.map(({ title }) => title));
});

test('100 items, each asked alone: none is lost, the order stays, and at most five are asked at a time', async () => {
	server = await startGemini(saysIt, (title) => (Number(title) * 7) % 13);
	const items = Array.from({ length: 100 }, (_, n) => ({ title: String(n + 1) }));
	const { json, outputs } = await triage(items, { parameters: { options: { batchSize: 1 } } });
	expect(json[0].map(({ title }) => title)).toEqual(items.map(({ title }) => title));
	expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	expect(server.requests).toHaveLength(100);
	expect(server.mostOpen()).toBeLessThanOrEqual(5);
});

test('with On Error = stop nothing new is asked after the first refusal', async () => {
	server = await startLocalServer(() => ({ status: 403 }));
	const { error } = await triage(Array.from({ length: 40 }, (_, n) => ({ title: `Laptop ${n}` })));
	expect(error?.message).toContain('Gemini answered 403');
	expect(server.requests.length).toBeLessThanOrEqual(5);
});

test('the error output takes what Gemini refused, with its json', async () => {
	server = await startGemini(({ title }) => (title === 'bad' ? 'nonsense' : saysIt()));
	const items = [
		{ id: 1, title: 'good' },
		{ id: 2, title: 'bad' },
		{ id: 3, title: 'good' },
	];
	const { json, outputs } = await triage(items, { onError: 'continueErrorOutput' });
	expect(json[0].map(({ id }) => id)).toEqual([1, 3]);
	expect(json[1]).toEqual([{ id: 2, title: 'bad', error: expect.stringContaining('no usable answer') as string }]);
	expect(outputs[1][0].pairedItem).toEqual({ item: 1 });
});
