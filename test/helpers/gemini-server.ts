import { startLocalServer, type Answer, type LocalServer, type Recorded } from './local-server';

export const GEMINI_KEY = 'the-right-key';

/** What Gemini says of a ticket: an object becomes the JSON of its answer, a text stands as it is. */
type Say = (ticket: { title: string; request: Recorded }) => Record<string, unknown> | string;

/** A Gemini that refuses a wrong key the way Google does, and else says what the test wants. */
export async function startGemini(say: Say, delay: (title: string) => number = () => 0): Promise<LocalServer> {
	return await startLocalServer((request): Answer => {
		if (request.headers['x-goog-api-key'] !== GEMINI_KEY) return { status: 400, body: BAD_KEY };
		const title = titleOf(request.body);
		const said = say({ title, request });
		const text = typeof said === 'string' ? said : JSON.stringify(said);
		const candidate = { finishReason: 'STOP', content: { role: 'model', parts: [{ text }] } };
		return { body: { candidates: [candidate], modelVersion: 'gemini-test-1' }, delay: delay(title) };
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

function titleOf(body: string): string {
	const { contents } = JSON.parse(body) as { contents: { parts: { text: string }[] }[] };
	return /^Title: (.*)$/mu.exec(contents[0].parts[0].text)?.[1] ?? '';
}
