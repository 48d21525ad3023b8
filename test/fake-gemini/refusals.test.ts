import type { FakeGemini } from '../../fake-gemini/server';
import { buildBody, buildSchema, errorOf, get, send, startFast, withConfig } from './client';

let fake: FakeGemini;
beforeAll(async () => void (fake = await startFast()));
afterAll(() => fake.close());

const withSchema = (changes: object) => withConfig({ responseSchema: { ...buildSchema(), ...changes } });
const withContent = (content: unknown) => ({ ...buildBody(), contents: [content] });
const thinking = (thinkingConfig: object) => withConfig({ thinkingConfig });
const SCHEMA = 'generation_config.response_schema';

/** What is wrong, the field that is named, and words of what is said. */
const REFUSED: [string, unknown, string | undefined, string][] = [
	['an unknown field', { ...buildBody(), content: [] }, undefined, 'Unknown name "content": Cannot find field.'],
	['a name of every object', { ...buildBody(), constructor: 1 }, undefined, 'Unknown name "constructor"'],
	['an unknown field below', withContent({ parts: [{ txt: 'a' }] }), 'contents[0].parts[0]', 'Unknown name "txt"'],
	[
		'an unknown field in a schema',
		withSchema({ items: { type: 'OBJECT', properties: { a: { type: 'STRING' }, b: { type: 'STRING', const: 1 } } } }),
		`${SCHEMA}.items.properties[1].value`,
		'Unknown name "const"',
	],
	['a text for a number', withConfig({ maxOutputTokens: 'many' }), 'generation_config.max_output_tokens', 'TYPE_INT32'],
	['a fraction for a count', withConfig({ topK: 1.5 }), 'generation_config.top_k', '(TYPE_INT32), 1.5'],
	['a number for a text', withContent({ parts: [{ text: 5 }] }), 'contents[0].parts[0].text', '(TYPE_STRING), 5'],
	[
		'a text for a flag',
		thinking({ includeThoughts: 'yes' }),
		'generation_config.thinking_config.include_thoughts',
		'BOOL',
	],
	['a text for a message', withContent('Hello'), 'contents[0]', 'v1beta.Content), "Hello"'],
	['a null in a list', withContent(null), 'contents[0]', 'v1beta.Content), null'],
	['a list for a single', withSchema({ type: ['ARRAY', 'NULL'] }), SCHEMA, '"type" at'],
	['a list for a map', withSchema({ properties: ['a'] }), `${SCHEMA}.properties`, 'Invalid value'],
	['an unknown type', withSchema({ type: 'LIST' }), `${SCHEMA}.type`, 'v1beta.Type), "LIST"'],
	['a number of no enum value', withSchema({ type: 99 }), `${SCHEMA}.type`, 'v1beta.Type), 99'],
	['no contents', { ...buildBody(), contents: undefined }, 'contents', 'contents is not specified'],
	['empty contents', { ...buildBody(), contents: [] }, 'contents', 'contents is not specified'],
	['an empty body', '', 'contents', 'contents is not specified'],
	['a content without parts', withContent({ role: 'user' }), 'contents[0].parts', 'must not be empty'],
	['a part without data', withContent({ parts: [{ thought: true }] }), 'contents[0].parts[0].data', 'oneof'],
	['a role of the system', withContent({ role: 'system', parts: [{ text: 'a' }] }), 'contents[0].role', 'user, model'],
	[
		'two schemas',
		withConfig({ responseJsonSchema: { type: 'array' } }),
		SCHEMA,
		'only one of response_schema and response_json_schema',
	],
	[
		'a schema without JSON',
		withConfig({ responseMimeType: 'text/plain' }),
		'generation_config.response_mime_type',
		'JSON',
	],
	['a wrong form', withConfig({ responseMimeType: 'text/html' }), 'generation_config.response_mime_type', 'allowed'],
	['a list without items', withSchema({ items: undefined }), `${SCHEMA}.items`, 'missing field'],
	['an object of nothing', withSchema({ items: { type: 'OBJECT' } }), `${SCHEMA}.items.properties`, 'non-empty'],
	['a schema without type', withSchema({ type: undefined }), `${SCHEMA}.type`, 'must be specified'],
	[
		'a required property that is none',
		withSchema({ items: { type: 'OBJECT', properties: { a: { type: 'STRING' } }, required: ['a', 'b'] } }),
		`${SCHEMA}.items.required[1]`,
		'not defined',
	],
	['an enum of numbers', withSchema({ items: { type: 'NUMBER', enum: ['1'] } }), `${SCHEMA}.items.enum`, 'STRING'],
	[
		'an empty enum value',
		withSchema({ items: { type: 'STRING', enum: ['a', ''] } }),
		`${SCHEMA}.items.enum[1]`,
		'empty',
	],
	['a temperature below 0', withConfig({ temperature: -0.1 }), 'generation_config.temperature', '[0, 2]'],
	['a temperature over 2', withConfig({ temperature: 2.01 }), 'generation_config.temperature', '[0, 2]'],
	['a topP over 1', withConfig({ topP: 1.01 }), 'generation_config.top_p', '[0, 1]'],
	['a topK of 0', withConfig({ topK: 0 }), 'generation_config.top_k', '[1, '],
	['no output tokens', withConfig({ maxOutputTokens: 0 }), 'generation_config.max_output_tokens', '[1, '],
	['a penalty over 2', withConfig({ presencePenalty: 2.1 }), 'generation_config.presence_penalty', '[-2, 2]'],
	['two candidates', withConfig({ candidateCount: 2 }), 'generation_config.candidate_count', 'Multiple candidates'],
	['log probabilities', withConfig({ responseLogprobs: true }), 'generation_config.response_logprobs', 'not enabled'],
	['six stop sequences', withConfig({ stopSequences: [...'abcdef'] }), 'generation_config.stop_sequences', 'at most 5'],
	[
		'thinking by level and budget',
		thinking({ thinkingLevel: 'LOW', thinkingBudget: 0 }),
		'generation_config.thinking_config',
		'only one of',
	],
	['a huge budget', thinking({ thinkingBudget: 1e6 }), 'generation_config.thinking_config.thinking_budget', 'invalid'],
	['no such level', thinking({ thinkingLevel: 'MEGA' }), 'generation_config.thinking_config.thinking_level', '"MEGA"'],
	[
		'an unknown harm',
		{ ...buildBody(), safetySettings: [{ category: 'SPAM' }] },
		'safety_settings[0].category',
		'SPAM',
	],
];

it.each(REFUSED)('refuses %s', async (_, body, field, words) => {
	const response = await send(fake, body);
	expect(response.status).toBe(400);
	const { code, message, status, details } = await errorOf(response);
	expect({ code, status }).toEqual({ code: 400, status: 'INVALID_ARGUMENT' });
	expect(message.toUpperCase()).toContain(words.toUpperCase());
	const [detail] = details as { '@type': string; fieldViolations: { field?: string; description: string }[] }[];
	expect(detail['@type']).toBe('type.googleapis.com/google.rpc.BadRequest');
	expect(detail.fieldViolations.map((violation) => violation.field)).toContain(field);
	expect(message).toContain(detail.fieldViolations[0].description);
});

it.each([
	['no JSON', '{"contents": [', 'Unexpected token'],
	['no object', '[]', 'Root element must be a message'],
	['JSON of a thousand levels', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000), 'Max recursion depth'],
])('refuses %s', async (_, body, words) => {
	const response = await send(fake, body);
	expect(response.status).toBe(400);
	expect((await errorOf(response)).message).toContain(words);
});

it('names everything that is wrong at once', async () => {
	const { message } = await errorOf(await send(fake, { ...withConfig({ topK: 'a', nonsense: 1 }), more: 1 }));
	expect(message.split('\n')).toHaveLength(3);
});

it('refuses a body over 20 MiB', async () => {
	const response = await send(fake, ' '.repeat(20 * 2 ** 20 + 1));
	expect(response.status).toBe(400);
	expect((await errorOf(response)).message).toBe('Request payload size exceeds the limit: 20971520 bytes.');
});

const json = { responseMimeType: 'application/json', responseSchema: undefined };

it.each([
	['fields in snake case', { contents: [{ parts: [{ text: 'a' }] }], generation_config: { max_output_tokens: 99 } }],
	['a single for a list', { contents: { parts: { text: 'a' } } }],
	['enum values in lower case', withConfig({ responseSchema: { type: 'string' } })],
	['enum values by number', withConfig({ responseSchema: { type: 1 } })],
	['numbers as texts', withConfig({ maxOutputTokens: '99', temperature: '0.5' })],
	['null for what is not set', withConfig({ temperature: null })],
	['a JSON schema', withConfig({ ...json, responseJsonSchema: { type: 'array', items: { const: null } } })],
	['the limits of the ranges', withConfig({ temperature: 2, topP: 0, topK: 1, maxOutputTokens: 65_536 })],
	['a thinking level', withConfig({ thinkingConfig: { thinkingLevel: 'minimal' } })],
	['safety settings', { ...buildBody(), safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }] }],
])('takes %s', async (_, body) => expect((await send(fake, body)).status).toBe(200));

it('knows which model has which thinking levels', async () => {
	const body = withConfig({ thinkingConfig: { thinkingLevel: 'minimal' } });
	const response = await send(fake, body, { model: 'gemini-3.8-flash' });
	expect(response.status).toBe(400);
	expect((await errorOf(response)).message).toContain('Thinking level MINIMAL is not supported for this model.');
	const low = withConfig({ thinkingConfig: { thinkingLevel: 'low' } });
	expect((await send(fake, low, { model: 'gemini-3.8-flash' })).status).toBe(200);
});

it.each([null, ''])('asks for a key (%j)', async (key) => {
	const response = await send(fake, buildBody(), { key });
	expect(response.status).toBe(403);
	expect(await errorOf(response)).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
});

it('refuses a wrong key', async () => {
	const response = await send(fake, buildBody(), { key: 'wrong' });
	expect(response.status).toBe(400);
	expect(await errorOf(response)).toEqual({
		code: 400,
		message: 'API key not valid. Please pass a valid API key.',
		status: 'INVALID_ARGUMENT',
		details: [
			{
				'@type': 'type.googleapis.com/google.rpc.ErrorInfo',
				reason: 'API_KEY_INVALID',
				domain: 'googleapis.com',
				metadata: { service: 'generativelanguage.googleapis.com' },
			},
			{
				'@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
				locale: 'en-US',
				message: 'API key not valid. Please pass a valid API key.',
			},
		],
	});
	expect((await get(fake, '/v1beta/models', 'wrong')).status).toBe(400);
});

it.each(['gemini-1.0-pro', 'models%2Fgemini-3.5-flash-lite'])('does not know the model %s', async (model) => {
	const asked = await send(fake, buildBody(), { model });
	const looked = await get(fake, `/v1beta/models/${model}`);
	expect([asked.status, looked.status]).toEqual([404, 404]);
	expect(await errorOf(asked)).toMatchObject({ code: 404, status: 'NOT_FOUND' });
	expect((await errorOf(looked)).message).toContain('is not found for API version v1beta');
});

it.each([
	['GET', '/v1beta/models/gemini-3.5-flash-lite:generateContent'],
	['POST', '/v1beta/models/gemini-3.5-flash-lite'],
	['POST', '/v1beta/models'],
	['POST', '/v1beta/models/gemini-3.5-flash-lite:streamGenerateContent'],
	['POST', '/v1beta/models/models/gemini-3.5-flash-lite:generateContent'],
	['POST', '/v1/models/gemini-3.5-flash-lite:generateContent'],
	['POST', '/v1beta/models/%ZZ:generateContent'],
	['GET', '//'],
])('has no page for %s %s', async (method, path) => {
	const response = await fetch(fake.url + path, { method, headers: { 'x-goog-api-key': 'fake' } });
	expect(response.status).toBe(404);
	expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
	expect(await response.text()).toContain('<title>Error 404 (Not Found)!!1</title>');
});

it('refuses query parameters that it does not know', async () => {
	const response = await get(fake, '/v1beta/models?pagesize=3');
	expect(response.status).toBe(400);
	expect((await errorOf(response)).message).toContain('Unknown name "pagesize": Cannot bind query parameter.');
});
