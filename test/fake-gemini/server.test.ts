import { createConnection } from 'node:net';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { READING_MS } from '../../fake-gemini/record';
import { startFakeGemini, type FakeGemini } from '../../fake-gemini/server';
import { DEPARTMENTS, MARKER, MODEL, TICKETS, buildBody, buildSchema, withConfig } from './client';
import { answerOf, entriesOf, get, send, startFast } from './client';

let fake: FakeGemini;
beforeAll(async () => void (fake = await startFast()));
afterAll(() => fake.close());

describe('an answer', () => {
	it('has an entry for each ticket, classified by the embedded model, in the order required', async () => {
		const response = await send(fake);
		expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
		const answer = await answerOf(response);
		const entries = entriesOf(answer);
		expect(entries.map(({ id, department }) => [id, department])).toEqual([
			['aaaaaaaa', 'IT'],
			['bbbbbbbb', 'HR'],
			['cccccccc', 'Finance'],
		]);
		expect(Object.keys(entries[0])).toEqual(['id', 'reasoning', 'department', 'confidence']);
		const text = JSON.stringify(entries);
		expect(answer).toEqual({
			candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
			usageMetadata: {
				promptTokenCount: expect.any(Number),
				candidatesTokenCount: Math.ceil(text.length / 4),
				totalTokenCount: answer.usageMetadata.promptTokenCount + Math.ceil(text.length / 4),
			},
			modelVersion: MODEL,
			responseId: expect.stringMatching(/^[\w-]{22}$/u),
		});
	});

	it('counts the texts and the schema as sent', async () => {
		const body = buildBody();
		const [{ parts }] = body.contents as { parts: { text: string }[] }[];
		const texts = ['You sort tickets.', ...parts.map(({ text }) => text)].join('');
		const tokens = Math.ceil((texts.length + JSON.stringify(buildSchema()).length) / 4);
		expect((await answerOf(await send(fake, body))).usageMetadata.promptTokenCount).toBe(tokens);
		expect(fake.requests.at(-1)).toMatchObject({ inputTokens: tokens, tickets: 3 });
	});

	it('names only departments that the schema allows', async () => {
		const schema = buildSchema();
		schema.items.properties.department.enum = ['Kitchen', 'hr'];
		const entries = entriesOf(await answerOf(await send(fake, withConfig({ responseSchema: schema }))));
		expect(entries.map(({ department }) => department)).toEqual(['Kitchen', 'hr', 'Kitchen']);
	});

	it.each([
		['unmarked', 'The printer on floor 3 is jammed and prints nothing.'],
		['without an end', `${MARKER} aaaaaaaa\nTitle: Printer\n\nThe printer is jammed.`],
		['with another end', `${MARKER} aaaaaaaa\nTitle: Printer\n\nThe printer is jammed.\nffffffffffff end`],
		['with a bad id', `${MARKER} 1\nTitle: Printer\n\nThe printer is jammed.\n${MARKER} end`],
	])('has one entry without an id for a text %s', async (_, text) => {
		const body = { ...buildBody(), contents: [{ role: 'user', parts: [{ text }] }] };
		expect(entriesOf(await answerOf(await send(fake, body)))).toMatchObject([{ id: '', department: 'IT' }]);
		expect(fake.requests.at(-1)?.tickets).toBe(1);
	});

	it('does not take a part with another marker for a ticket', async () => {
		const body = buildBody();
		const [{ parts }] = body.contents as { parts: { text: string }[] }[];
		parts[1].text = parts[1].text.replaceAll(MARKER, 'ffffffffffff');
		expect(entriesOf(await answerOf(await send(fake, body))).map(({ id }) => id)).toEqual(['aaaaaaaa', 'cccccccc']);
	});

	it('leaves out what the schema does not have, and is one object where that is asked for', async () => {
		const { properties } = buildSchema().items;
		const responseSchema = { type: 'OBJECT', properties: { department: properties.department } };
		const answer = await answerOf(await send(fake, withConfig({ responseSchema })));
		expect(entriesOf(answer)).toEqual({ department: 'IT' });
	});

	it('understands a JSON schema', async () => {
		const properties = { id: { type: 'string' }, department: { enum: DEPARTMENTS.slice(0, 1) } };
		const responseJsonSchema = { type: 'array', items: { type: 'object', properties } };
		const answer = await answerOf(await send(fake, withConfig({ responseSchema: undefined, responseJsonSchema })));
		expect(entriesOf(answer)).toEqual(TICKETS.map(({ id }) => ({ id, department: 'IT' })));
	});

	it('ends where the output tokens are used up', async () => {
		const answer = await answerOf(await send(fake, withConfig({ maxOutputTokens: 10 })));
		expect(answer.candidates[0]).toMatchObject({ finishReason: 'MAX_TOKENS' });
		expect(answer.candidates[0].content?.parts[0].text).toHaveLength(40);
		expect(answer.usageMetadata.candidatesTokenCount).toBe(10);
	});
});

describe('models', () => {
	it('are listed in pages', async () => {
		const names: string[] = [];
		for (let token: string | undefined = ''; token !== undefined;) {
			const page = await get(fake, `/v1beta/models?pageSize=3&pageToken=${token}`);
			const { models, nextPageToken } = (await page.json()) as { models: { name: string }[]; nextPageToken?: string };
			names.push(...models.map(({ name }) => name));
			token = nextPageToken;
		}
		expect(names).toEqual([
			'models/gemini-3.5-flash-lite',
			'models/gemini-3.1-flash-lite',
			'models/gemini-3.5-flash',
			'models/gemini-3.8-flash',
		]);
	});

	it.each(['pageSize=x', 'pageSize=-1', 'pageSize=1.5', 'pageToken=nonsense', 'pageToken=OTk'])(
		'are not listed for %s',
		async (query) => expect((await get(fake, `/v1beta/models?${query}`)).status).toBe(400),
	);

	it('are described', async () => {
		expect(await (await get(fake, `/v1beta/models/${MODEL}`)).json()).toMatchObject({
			name: `models/${MODEL}`,
			displayName: 'Gemini 3.5 Flash Lite',
			inputTokenLimit: 1_048_576,
			supportedGenerationMethods: expect.arrayContaining(['generateContent']),
		});
	});

	it('can be others, of which some only embed', async () => {
		const other = await startFast({ models: ['gemini-9', 'gemini-embedding-2'] });
		const statuses = [MODEL, 'gemini-9', 'gemini-embedding-2'].map(
			async (model) => (await send(other, buildBody(), { model })).status,
		);
		expect(await Promise.all(statuses)).toEqual([404, 200, 404]);
		const embedding = await (await get(other, '/v1beta/models/gemini-embedding-2')).json();
		expect(embedding).toMatchObject({ supportedGenerationMethods: ['embedContent'] });
		await other.close();
	});
});

describe('what it notes', () => {
	it('is every request as it came and how it was answered', async () => {
		const before = performance.timeOrigin + performance.now();
		fake.next('unavailable');
		await send(fake, buildBody(TICKETS.slice(0, 2)));
		await get(fake, '/v1beta/models?pageSize=1');
		const [asked, listed] = fake.requests.slice(-2);
		expect(asked).toMatchObject({
			method: 'POST',
			path: `/v1beta/models/${MODEL}:generateContent`,
			headers: { 'x-goog-api-key': 'fake', 'content-type': 'application/json' },
			body: JSON.stringify(buildBody(TICKETS.slice(0, 2))),
			tickets: 2,
			status: 503,
			fault: 'unavailable',
		});
		expect(asked.at).toBeGreaterThan(before);
		expect(listed.at).toBeGreaterThan(asked.at);
		expect(listed).toMatchObject({ path: '/v1beta/models?pageSize=1', tickets: 0, status: 200, fault: null });
	});

	it('is who did not wait', async () => {
		const other = await startFast({ retryDelaySeconds: 3600 });
		await send(other);
		other.next('rate_limited');
		await send(other);
		expect(other.early).toBe(0);
		await get(other, '/v1beta/models');
		expect(other.early).toBe(0);
		await setTimeout(READING_MS + 20);
		await send(other);
		await send(other, {});
		expect(other.early).toBe(2);
		await other.close();
	});
});

describe('time', () => {
	async function took(server: FakeGemini, tickets: number): Promise<number> {
		const started = performance.now();
		const ids = Array.from({ length: tickets }, (_, i) => ({ ...TICKETS[0], id: String(i).padStart(8, '0') }));
		await answerOf(await send(server, buildBody(ids)));
		return performance.now() - started;
	}

	it('grows with the tickets, and tenfold when slow', async () => {
		const server = await startFakeGemini({ latencyMs: 20, perTicketMs: 20 });
		await took(server, 1);
		const one = Math.min(await took(server, 1), await took(server, 1), await took(server, 1));
		const twenty = await took(server, 20);
		server.next('slow');
		const slow = await took(server, 1);
		await server.close();
		// 40, 420 and 400 ms: a timer fires late, but hardly early.
		expect(one).toBeGreaterThan(35);
		expect(twenty / one).toBeGreaterThan(3);
		expect(slow / one).toBeGreaterThan(3);
	});
});

it('is deaf to other machines, and ends with what hangs', async () => {
	const server = await startFast();
	expect(new URL(server.url).hostname).toBe('127.0.0.1');
	server.next('hang');
	const hanging = expect(send(server)).rejects.toThrow('fetch failed');
	while (server.requests.length === 0) await send(fake);
	await server.close();
	await hanging;
	const { hostname, port } = new URL(server.url);
	const [error] = (await once(
		createConnection(Number(port), hostname).on('connect', () => undefined),
		'error',
	).catch((refused: unknown) => [refused])) as [NodeJS.ErrnoException];
	expect(error.code).toBe('ECONNREFUSED');
});

it('says when its port is taken', async () => {
	await expect(startFast({ port: Number(new URL(fake.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('keeps on when a client hangs up early', async () => {
	const { hostname, port } = new URL(fake.url);
	const socket = createConnection(Number(port), hostname);
	const heading = `POST /v1beta/models/${MODEL}:generateContent HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{`;
	socket.write(heading);
	const count = fake.requests.length;
	while (fake.requests.length === count) await new Promise((resolve) => setImmediate(resolve));
	socket.destroy();
	await once(socket, 'close');
	expect((await send(fake)).status).toBe(200);
});
