import { startFakeGemini, type FakeGemini, type FakeGeminiOptions } from '../../fake-gemini/server';

export const MODEL = 'gemini-3.5-flash-lite';
export const MARKER = '0123456789ab';
export const DEPARTMENTS = ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General'];

export interface AskedTicket {
	id: string;
	title: string;
	description: string;
}

export const TICKETS: AskedTicket[] = [
	{ id: 'aaaaaaaa', title: 'VPN drops', description: 'The VPN client on my laptop disconnects every ten minutes.' },
	{ id: 'bbbbbbbb', title: 'Pay slip', description: 'My pay slip of May is missing the overtime.\n\nThanks, Ana' },
	{ id: 'cccccccc', title: 'Invoice 4711', description: 'The invoice of our supplier was paid twice.' },
];

/** What a test breaks one thing of. */
export interface Body {
	contents?: unknown;
	generationConfig: Record<string, unknown>;
	[name: string]: unknown;
}

/** A request as the project sends it. */
export function buildBody(tickets: AskedTicket[] = TICKETS): Body {
	const texts = tickets.map(
		({ id, title, description }) => `${MARKER} ${id}\nTitle: ${title}\n\n${description}\n${MARKER} end`,
	);
	return {
		systemInstruction: { role: 'system', parts: [{ text: 'You sort tickets.' }] },
		contents: [{ role: 'user', parts: texts.map((text) => ({ text })) }],
		generationConfig: { responseMimeType: 'application/json', responseSchema: buildSchema(), maxOutputTokens: 4096 },
	};
}

export function buildSchema() {
	return {
		type: 'ARRAY',
		items: {
			type: 'OBJECT',
			properties: {
				id: { type: 'STRING' },
				department: { type: 'STRING', format: 'enum', enum: DEPARTMENTS },
				confidence: { type: 'NUMBER' },
				reasoning: { type: 'STRING' },
			},
			required: ['id', 'reasoning', 'department', 'confidence'],
		},
	};
}

/** A request that was changed in its generationConfig. */
export function withConfig(changes: Record<string, unknown>): Body {
	const body = buildBody();
	return { ...body, generationConfig: { ...body.generationConfig, ...changes } };
}

/** Without latency, on a free port. */
export function startFast(options: FakeGeminiOptions = {}): Promise<FakeGemini> {
	return startFakeGemini({ latencyMs: 0, perTicketMs: 0, ...options });
}

interface How {
	model?: string;
	key?: string | null;
	signal?: AbortSignal;
}

export function send(fake: FakeGemini, body: unknown = buildBody(), how: How = {}): Promise<Response> {
	const { model = MODEL, key = 'fake', signal } = how;
	return fetch(`${fake.url}/v1beta/models/${model}:generateContent`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(key !== null && { 'x-goog-api-key': key }) },
		body: typeof body === 'string' ? body : JSON.stringify(body),
		...(signal && { signal }),
	});
}

export function get(fake: FakeGemini, path: string, key = 'fake'): Promise<Response> {
	return fetch(`${fake.url}${path}`, { headers: { 'x-goog-api-key': key } });
}

export interface Answered {
	candidates: {
		content?: { role: string; parts: { text: string; thought?: boolean }[] };
		finishReason: string;
		index: number;
	}[];
	promptFeedback?: { blockReason?: string };
	usageMetadata: Record<string, number>;
	modelVersion: string;
	responseId: string;
}

/** The JSON of a 200. */
export async function answerOf(response: Response): Promise<Answered> {
	expect(response.status).toBe(200);
	return (await response.json()) as Answered;
}

export interface Said {
	id: string;
	department: string;
	confidence: unknown;
	reasoning: string;
}

/** The entries in the text of an answer. */
export function entriesOf({ candidates }: Answered): Said[] {
	const parts = candidates[0].content?.parts ?? [];
	return JSON.parse(parts[parts.length - 1].text) as Said[];
}

export interface Refused {
	code: number;
	message: string;
	status: string;
	details?: Record<string, unknown>[];
}

export async function errorOf(response: Response): Promise<Refused> {
	return ((await response.json()) as { error: Refused }).error;
}
