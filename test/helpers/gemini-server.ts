import { startLocalServer, type Answer, type LocalServer, type Recorded } from './local-server';

export const GEMINI_KEY = 'the-right-key';

/** What Gemini says of a ticket: an object becomes the JSON of its answer, a text stands as it is. */
type Say = (ticket: { title: string; request: Recorded }) => Record<string, unknown> | string;

/** A Gemini that refuses a wrong key the way Google does, and else says what the test wants. */
export async function startGemini(say: Say, delay: (title: string) => number = () => 0): Promise<LocalServer> {
	return await startLocalServer((request): Answer => {
		if (request.headers['x-goog-api-key'] !== GEMINI_KEY) return { status: 400, body: BAD_KEY };
		if (request.method === 'GET') return { body: { name: request.path.replace('/v1beta/', '') } };
		const tickets = ticketsOf(request.body);
		const all = tickets.map(({ id, title }) => ({ id, said: say({ title, request }) }));
		const plain = all.find(({ said }) => typeof said === 'string')?.said;
		const text = plain ?? JSON.stringify(all.map(({ id, said }) => ({ id, ...(said as object) })));
		const candidate = { finishReason: 'STOP', content: { role: 'model', parts: [{ text }] } };
		return { body: { candidates: [candidate], modelVersion: 'gemini-test-1' }, delay: delay(tickets[0].title) };
	});
}

const BAD_KEY = {
	error: {
		code: 400,
		message: 'API key not valid. Please pass a valid API key.',
		status: 'INVALID_ARGUMENT',
		details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
	},
};

function ticketsOf(body: string): { id: string; title: string }[] {
	const { contents } = JSON.parse(body) as { contents: { parts: { text: string }[] }[] };
	return contents[0].parts.map(({ text }) => ({
		id: /^\S+ (\S+)\n/u.exec(text)?.[1] ?? '',
		title: /^Title: (.*)$/mu.exec(text)?.[1] ?? '',
	}));
}
