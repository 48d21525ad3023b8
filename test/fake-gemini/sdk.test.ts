/** The official client against the stand-in. */
import {
	GoogleGenerativeAI,
	GoogleGenerativeAIFetchError,
	type GenerateContentRequest,
	type GenerativeModel,
} from '@google/generative-ai';
import type { FakeGemini } from '../../fake-gemini/server';
import { MODEL, buildBody, startFast } from './client';

let fake: FakeGemini;
beforeAll(async () => void (fake = await startFast()));
afterAll(() => fake.close());

const modelOf = (model = MODEL, key = 'fake'): GenerativeModel =>
	new GoogleGenerativeAI(key).getGenerativeModel({ model }, { baseUrl: fake.url });
const request = buildBody() as unknown as GenerateContentRequest;

it.each([MODEL, `models/${MODEL}`])('reads an answer of %s', async (model) => {
	const { response } = await modelOf(model).generateContent(request);
	expect(JSON.parse(response.text())).toMatchObject([
		{ id: 'aaaaaaaa', department: 'IT' },
		{ id: 'bbbbbbbb', department: 'HR' },
		{ id: 'cccccccc', department: 'Finance' },
	]);
	const { promptTokenCount = 0, candidatesTokenCount = 0, totalTokenCount } = response.usageMetadata ?? {};
	expect(totalTokenCount).toBe(promptTokenCount + candidatesTokenCount);
	expect(fake.requests.at(-1)).toMatchObject({ status: 200, path: `/v1beta/models/${MODEL}:generateContent` });
});

it('sends a plain text', async () => {
	const { response } = await modelOf().generateContent('My pay slip is missing the overtime of May.');
	expect(JSON.parse(response.text())).toMatchObject([{ id: '', department: 'HR' }]);
});

const failureOf = (asked: Promise<unknown>): Promise<GoogleGenerativeAIFetchError> =>
	asked.then(
		() => Promise.reject(new Error('it was answered')),
		(error: unknown) => error as GoogleGenerativeAIFetchError,
	);

it.each([
	['rate_limited', 429, 'RetryInfo'],
	['unavailable', 503, undefined],
	['html', 502, undefined],
] as const)('reads the error %s', async (fault, status, detail) => {
	fake.next(fault);
	const error = await failureOf(modelOf().generateContent(request));
	expect(error).toBeInstanceOf(GoogleGenerativeAIFetchError);
	expect(error.status).toBe(status);
	expect(error.errorDetails?.at(-1)?.['@type']).toBe(detail && `type.googleapis.com/google.rpc.${detail}`);
});

it('reads the refusal of a key, a field and a model', async () => {
	const wrongKey = await failureOf(modelOf(MODEL, 'wrong').generateContent(request));
	expect(wrongKey.errorDetails?.[0]).toMatchObject({ reason: 'API_KEY_INVALID' });
	const wrongField = await failureOf(modelOf().generateContent({ ...request, nonsense: 1 } as GenerateContentRequest));
	expect([wrongField.status, wrongField.message]).toEqual([400, expect.stringContaining('Unknown name "nonsense"')]);
	expect((await failureOf(modelOf('gemini-1.0-pro').generateContent(request))).status).toBe(404);
});

it('throws for what was blocked', async () => {
	fake.next('blocked', 'finish:SAFETY');
	const blocked = await modelOf().generateContent(request);
	expect(() => blocked.response.text()).toThrow('PROHIBITED_CONTENT');
	const unsafe = await modelOf().generateContent(request);
	expect(() => unsafe.response.text()).toThrow('SAFETY');
});
