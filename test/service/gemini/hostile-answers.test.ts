import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { TriageError } from '../../../core/errors';
import { createGenerate } from '../../../service/gemini/sdk';
import { startLocalServer } from '../../helpers/local-server';
import { rejectionOf } from '../../helpers/tickets';
import { MODEL, REQUEST, START, startStub, type Reply, type Stub } from './stub';

let stub: Stub;
beforeEach(async () => (stub = await startStub()));
afterEach(() => stub.close());

const generate = () =>
	createGenerate({ apiKey: 'the-key', model: MODEL, baseUrl: stub.url, timeoutMs: 5000, now: () => START })(REQUEST);

it.each([301, 302, 303, 307, 308])(
	'%i leads nowhere: neither the key nor the tickets go to where it points',
	async (status) => {
		const elsewhere = await startLocalServer(() => ({ body: {} }));
		try {
			stub.next((response) => response.writeHead(status, { location: `${elsewhere.url}/x` }).end());
			const error = await rejectionOf(generate());
			expect(error).toMatchObject({ name: 'TriageError', status });
			expect(elsewhere.requests).toEqual([]);
			expect((await fetch(`${elsewhere.url}/other`, { headers: { other: 'caller' } })).status).toBe(200);
		} finally {
			await elsewhere.close();
		}
	},
);

const MILLIONS = Buffer.alloc(64 * 1024 * 1024, ' ');
const endless: Reply = (response) => {
	response.writeHead(200, { 'content-type': 'application/json' });
	const more = (): void => {
		while (!response.destroyed && response.write(MILLIONS.subarray(0, 65_536)));
		response.once('drain', more);
	};
	more();
};
const bomb: Reply = (response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(MILLIONS));
};

it.each<[string, Reply]>([
	['has no end', endless],
	['is small on its way and large unpacked', bomb],
])('an answer that %s is given up after 1 MiB', async (_name, reply) => {
	const hungUp = new Promise<void>((resolve) =>
		stub.next((response, tickets) => {
			response.on('close', resolve);
			reply(response, tickets);
		}),
	);
	expect(await rejectionOf(generate())).toMatchObject({
		code: 'unreadable',
		message: 'Gemini gave no usable answer: it was longer than 1 MiB',
	});
	await hungUp;
});

it('is not asked for words beside the status, whatever bytes they are', async () => {
	const answer = JSON.stringify({ candidates: [{ content: { parts: [{ text: '{}' }] } }] });
	stub.next((response) => {
		const head = `HTTP/1.1 200 é\u20ac\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n`;
		response.socket?.end(Buffer.from(head + answer));
	});
	expect(await generate()).toMatchObject({ candidates: [{ content: { parts: [{ text: '{}' }] } }] });
});

it('whatever bytes come with whatever status, there is an answer or a TriageError that quotes nothing', async () => {
	const header = fc.constantFrom<Record<string, string>>(
		{},
		{ 'content-encoding': 'gzip' },
		{ 'content-length': '5' },
		{ 'retry-after': '9'.repeat(400) },
	);
	const status = fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 }));
	const body = fc.oneof(
		fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
		fc.json().map((text) => Buffer.from(text)),
	);
	await fc.assert(
		fc.asyncProperty(status, header, body, async (code, headers, bytes) => {
			stub.next((response) => {
				response.writeHead(code, headers);
				response.socket?.end(
					Buffer.concat([
						Buffer.from(
							`HTTP/1.1 ${code} x\r\n${Object.entries(headers)
								.map((one) => `${one.join(': ')}\r\n`)
								.join('')}Connection: close\r\n\r\n`,
						),
						bytes,
					]),
				);
			});
			const error: unknown = await generate().then(
				() => null,
				(thrown: unknown) => thrown,
			);
			if (error === null) return;
			expect(error).toBeInstanceOf(TriageError);
			expect((error as TriageError).message).toMatch(/^Gemini[^]{1,300}$/);
			expect((error as TriageError).message).not.toMatch(/Secret|the-key/);
		}),
		{ numRuns: 150 },
	);
});
