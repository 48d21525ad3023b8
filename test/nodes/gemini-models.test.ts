import type { ILoadOptionsFunctions, INode } from 'n8n-workflow';
import { startFakeGemini, type FakeGemini } from '../../fake-gemini/server';
import { searchModels } from '../../nodes/TicketTriage/models';

const NODE: INode = { id: '1', name: 'T', type: 'test', typeVersion: 1, position: [0, 0], parameters: {} };
const MODELS = [
	'gemini-3.5-flash-lite',
	'gemini-embedding-001',
	'gemini-3.5-flash-image',
	'gemini-3.1-pro',
	'gemini-3.5-flash-preview-tts',
	'gemini-3.5-flash-live',
	'gemma-3-27b-it',
];

let gemini: FakeGemini;

beforeEach(async () => {
	gemini = await startFakeGemini({ models: MODELS });
});

afterEach(async () => {
	await gemini.close();
});

/** n8n's context for lists, as far as the search uses it, on a real socket. */
function contextWith(apiKey: string): ILoadOptionsFunctions {
	const request = async (_: string, { url }: { url: string }) => {
		const response = await fetch(url, { headers: { 'x-goog-api-key': apiKey } });
		return { statusCode: response.status, body: await response.text() };
	};
	return {
		getCredentials: async () => await Promise.resolve({ baseUrl: `${gemini.url}/`, apiKey }),
		getNode: () => NODE,
		helpers: { httpRequestWithAuthentication: request },
	} as unknown as ILoadOptionsFunctions;
}

const namesFor = async (filter?: string) =>
	(await searchModels.call(contextWith('fake'), filter)).results.map(({ value }) => value);

test('lists what answers text with text, by name', async () => {
	expect(await namesFor()).toEqual(['gemini-3.1-pro', 'gemini-3.5-flash-lite']);
	expect(gemini.requests[0].path).toBe('/v1beta/models?pageSize=1000');
});

test('the list can be searched in any case', async () => {
	expect(await namesFor(' FLASH')).toEqual(['gemini-3.5-flash-lite']);
});

test('a wrong key gives what Gemini says and where to look, without the key', async () => {
	const error = await searchModels.call(contextWith('wrong-key')).catch((reason: unknown) => reason);
	expect(error).toMatchObject({
		name: 'NodeApiError',
		message: expect.stringContaining('Gemini refused the key') as string,
		description: expect.stringContaining('API key of the credential') as string,
	});
	expect(JSON.stringify(error)).not.toContain('wrong-key');
});

test('nobody answering is said so, with where to look', async () => {
	await gemini.close();
	expect(await searchModels.call(contextWith('fake')).catch((reason: unknown) => reason)).toMatchObject({
		name: 'NodeApiError',
		message: 'Gemini could not be reached',
		description: expect.stringContaining('base URL') as string,
	});
	gemini = await startFakeGemini();
});
