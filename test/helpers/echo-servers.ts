import { startLocalServer, type LocalServer, type Recorded } from './local-server';

/** Everything that came, in each form in which somebody might send it back; as answers are cut, another part is first each time. */
function echoOf({ method, path, headers, body }: Recorded, turn: number): string {
	const { authorization, ...others } = headers;
	const parts = [`${authorization} ${path}`, body, JSON.stringify(headers), JSON.stringify({ method, ...others })];
	const turned = [...parts.slice(turn % parts.length), ...parts.slice(0, turn % parts.length)];
	return [...turned, encodeURIComponent(turned.join(' '))].join(' ');
}

/** A system that refuses whatever it gets and quotes all of it, in every place where a system explains itself. */
export function startEchoTarget(): Promise<LocalServer> {
	let asked = 0;
	return startLocalServer((request) => {
		const echo = echoOf(request, asked++);
		const body = {
			...{ errorMessages: [echo], errors: { summary: echo }, message: echo, detail: echo, title: echo },
			...{ description: echo, error: { message: echo, detail: echo }, errorMessage: echo, code: echo, status: echo },
		};
		return { status: 400, headers: { 'x-echo': encodeURIComponent(request.path) }, body };
	});
}

/** A Gemini whose every answer is broken in another way, and quotes what it was asked. */
export function startEchoGemini(): Promise<LocalServer> {
	let asked = 0;
	return startLocalServer((request) => {
		if (request.method === 'GET') return { body: { name: request.path } };
		const echo = echoOf(request, asked);
		const answer = (text: string) => ({ candidates: [{ finishReason: 'STOP', content: { parts: [{ text }] } }] });
		const ways = [
			{ body: echo },
			{ status: 400, body: { error: { code: 400, message: echo, status: echo, details: [{ reason: echo }] } } },
			{ body: answer(echo) },
			{ body: answer(JSON.stringify([{ id: echo, department: echo, confidence: echo, reasoning: echo }])) },
			{ body: { promptFeedback: { blockReason: echo }, modelVersion: echo } },
			{ body: { candidates: [{ finishReason: echo }], modelVersion: echo } },
			{ status: 503, body: echo },
		];
		return ways[asked++ % ways.length];
	});
}
