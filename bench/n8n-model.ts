import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord, readJson, type JsonRecord } from '../core/json';
import { warmUp, type Answer } from '../fake-gemini/answer';
import { createGemini, type Gemini } from '../fake-gemini/gemini';
import { DEFAULT_MODELS } from '../fake-gemini/models';
import { tokensOf } from '../fake-gemini/question';
import { readBody } from '../fake-gemini/read-body';
import { createRecords, preciseNow, type FakeRequest } from '../fake-gemini/record';
import { deliver, jsonReply, pageReply, type Reply } from '../fake-gemini/reply';
import { matchRoute } from '../fake-gemini/routes';

/** What was asked of the model and answered. */
export interface Spent {
	calls: number;
	/** Of the calls, those that it did not answer with 200. */
	refused: number;
	inputTokens: number;
	outputTokens: number;
}

export interface Model {
	url: string;
	apiKey: string;
	/** What was spent since it was last asked for. */
	take(): Spent;
	close(): Promise<void>;
}

const NOTHING: Spent = { calls: 0, refused: 0, inputTokens: 0, outputTokens: 0 };
const SETTINGS = { apiKey: 'fake', latencyMs: 200, perTicketMs: 15, models: DEFAULT_MODELS, seed: 1 };

/**
 * The fake Gemini, which also answers who states a JSON schema in the prompt: it takes the same time to find the same
 * department, refuses the same and counts in the same way.
 */
export async function startModel(): Promise<Model> {
	const closing = new AbortController();
	const gemini = createGemini(SETTINGS, { records: createRecords(), signal: closing.signal });
	let spent = NOTHING;
	const server = createServer((request, response) => {
		const { method = '', url = '', headers } = request;
		const arrived = { at: preciseNow(), method, path: url, headers, status: null, fault: null };
		void readBody(request)
			.then((body) => answer(gemini, { ...arrived, body: body ?? '', tickets: 0, inputTokens: 0 }, response))
			.then((cost) => (spent = sum(spent, cost)))
			.catch(() => response.destroy());
	});
	await warmUp();
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		apiKey: SETTINGS.apiKey,
		take() {
			const taken = spent;
			spent = NOTHING;
			return taken;
		},
		async close() {
			closing.abort();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function sum(one: Spent, other: Spent): Spent {
	return {
		calls: one.calls + other.calls,
		refused: one.refused + other.refused,
		inputTokens: one.inputTokens + other.inputTokens,
		outputTokens: one.outputTokens + other.outputTokens,
	};
}

async function answer(gemini: Gemini, record: FakeRequest, response: ServerResponse): Promise<Spent> {
	const { method, path, body } = record;
	const route = matchRoute(method, path);
	const reply = route === null ? pageReply(404) : ((await gemini({ route, body, record })) ?? pageReply(502));
	const said = inAskedForm(reply, categoriesOf(body));
	const { usageMetadata } = readJson(said.body) as Partial<Answer>;
	await deliver(response, said, null);
	return {
		calls: 1,
		refused: said.status === 200 ? 0 : 1,
		inputTokens: record.inputTokens,
		outputTokens: usageMetadata?.candidatesTokenCount ?? 0,
	};
}

/** The yes-or-no properties of a JSON schema that the prompt quotes in a code block; null where it quotes none. */
function categoriesOf(body: string): string[] | null {
	const prompt = readJson(body);
	const instruction = isRecord(prompt) ? JSON.stringify(prompt.systemInstruction ?? '') : '';
	const quoted = /```json\\n(.*?)\\n```/su.exec(instruction)?.[1];
	const schema = quoted === undefined ? null : readJson(String(readJson(`"${quoted}"`)));
	return isRecord(schema) && isRecord(schema.properties) ? Object.keys(schema.properties) : null;
}

/** The department as the one category that is true, in a code block as that prompt demands. */
function inAskedForm(reply: Reply, categories: string[] | null): Reply {
	if (categories === null || reply.status !== 200) return reply;
	const whole = readJson(reply.body) as Answer & JsonRecord;
	const { content, ...candidate } = whole.candidates?.[0] ?? { finishReason: 'STOP' as const, index: 0 };
	const [{ department }] = readJson(content?.parts[0].text ?? '') as [{ department: string }];
	const values = Object.fromEntries(categories.map((category) => [category, category === department]));
	const text = `\`\`\`json\n${JSON.stringify(values)}\n\`\`\``;
	const usageMetadata = { ...whole.usageMetadata, candidatesTokenCount: tokensOf(text) };
	const candidates = [{ ...candidate, content: { parts: [{ text }], role: 'model' as const } }];
	return jsonReply(200, { ...whole, candidates, usageMetadata });
}
