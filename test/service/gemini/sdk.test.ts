import { createGenerate } from '../../../service/gemini/sdk';
import { rejectionOf } from '../../helpers/tickets';
import { cut, json, limited, refusal, reset, MODEL, REQUEST, START, startStub, type Reply, type Stub } from './stub';

let stub: Stub;
beforeEach(async () => (stub = await startStub()));
afterEach(() => {
	jest.restoreAllMocks();
	return stub.close();
});

function generateWith(more: { timeoutMs?: number; signal?: AbortSignal; url?: string } = {}) {
	const { timeoutMs = 10_000, signal, url = stub.url } = more;
	return createGenerate({ apiKey: 'the-key', model: MODEL, baseUrl: url, timeoutMs, signal, now: () => START });
}

it('sends the request as it is, with the key in a header, and resolves with the JSON of the answer', async () => {
	const answer = await generateWith({ url: `${stub.url}//` })(REQUEST);
	expect(answer).toMatchObject({ modelVersion: MODEL, candidates: [{ finishReason: 'STOP' }] });
	const [{ path, headers, tickets }] = stub.requests;
	expect(path).toBe(`/v1beta/models/${MODEL}:generateContent`);
	expect(headers['x-goog-api-key']).toBe('the-key');
	expect(tickets).toEqual([{ id: 'a1', title: 'Secret title' }]);
});

const KEY_INVALID = refusal(400, [{ type: 'ErrorInfo', reason: 'API_KEY_INVALID' }]);
const html: Reply = json(502, '<html>Bad gateway</html>');

it.each<[string, Reply, object]>([
	['400', refusal(400), { code: 'rejected', retryable: false, status: 400 }],
	['a wrong key', KEY_INVALID, { code: 'auth', retryable: false, status: 400 }],
	['403', refusal(403), { code: 'auth', retryable: false, status: 403 }],
	['404', refusal(404), { code: 'not_found', retryable: false, status: 404 }],
	['429', limited('45.837906927'), { code: 'rate_limited', retryable: true, status: 429, retryAfter: 45.837906927 }],
	['500', refusal(500), { code: 'unavailable', retryable: true, status: 500 }],
	['503', refusal(503), { code: 'unavailable', retryable: true, status: 503 }],
	['504', refusal(504), { code: 'unavailable', retryable: true, status: 504 }],
	['a page of a gateway', html, { code: 'unavailable', retryable: true, status: 502 }],
	['a lost connection', reset, { code: 'unavailable', retryable: true, status: undefined }],
	['an answer cut off', cut, { code: 'unavailable', retryable: true, status: undefined }],
	['a body that is no JSON', json(200, 'Secret title'), { code: 'unreadable', retryable: false }],
])('%s has its meaning, and nobody’s words', async (_name, reply, meaning) => {
	stub.next(reply);
	const error = await rejectionOf(generateWith()(REQUEST));
	expect(error).toMatchObject(meaning);
	expect(error.message).toMatch(/^Gemini/);
	expect(error.message).not.toMatch(/Words of Google|Secret|the-key|127\.0\.0\.1/);
	expect(error.cause).toBeUndefined();
});

it('a machine that is not there may be there later', async () => {
	const error = await rejectionOf(generateWith({ url: 'http://127.0.0.1:1' })(REQUEST));
	expect(error).toMatchObject({ code: 'unavailable', retryable: true });
});

it('waits no longer than its time, and hangs up', async () => {
	const hungUp = new Promise<void>((resolve) => stub.next((response) => response.on('close', resolve)));
	const error = await rejectionOf(generateWith({ timeoutMs: 50 })(REQUEST));
	expect(error).toMatchObject({
		code: 'unavailable',
		retryable: true,
		message: 'Gemini gave no answer within 0.05 s',
	});
	await hungUp;
	expect(stub.requests).toHaveLength(1);
});

it('hangs up when the service ends', async () => {
	const closing = new AbortController();
	const hungUp = new Promise<void>((resolve) => stub.next((response) => response.on('close', resolve)));
	const asked = rejectionOf(generateWith({ signal: closing.signal })(REQUEST));
	await stub.arrived(1);
	closing.abort();
	expect(await asked).toMatchObject({ code: 'unavailable', retryable: false });
	await hungUp;
});

it('sends nothing once the service has ended', async () => {
	const error = await rejectionOf(generateWith({ signal: AbortSignal.abort() })(REQUEST));
	expect(error).toMatchObject({ code: 'unavailable', retryable: false });
	expect(stub.requests).toEqual([]);
});

it.each<[string, Reply | null]>([
	['an answer', null],
	['an error', refusal(503)],
	['an answer cut off', cut],
])('leaves no timer behind after %s', async (_name, reply) => {
	if (reply) stub.next(reply);
	const [set, clear] = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'clearTimeout')];
	await generateWith({ timeoutMs: 12_345 })(REQUEST).catch(() => undefined);
	const timers = set.mock.results
		.filter((_, i) => set.mock.calls[i][1] === 12_345)
		.map(({ value }) => value as unknown);
	expect(timers).toHaveLength(1);
	expect(clear).toHaveBeenCalledWith(timers[0]);
});
