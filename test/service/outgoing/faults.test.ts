import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Lookup } from '../../../service/outgoing/guard';
import { createSend } from '../../../service/send';
import { answering, answerText, endless, FAULTS, startFaultyServer, type Behaviour } from '../../helpers/faulty-server';
import { rejectionOf } from '../../helpers/tickets';

const MIB = 1024 * 1024;

let server: Awaited<ReturnType<typeof startFaultyServer>>;
let outgoing: ReturnType<typeof createSend>;

async function start(behaviour: Behaviour, timeoutMs = 10_000): Promise<void> {
	server = await startFaultyServer(behaviour);
	outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs });
}

const post = (body = '{"title":"VPN drops"}') =>
	outgoing.send({ method: 'POST', url: `${server.url}/tickets`, headers: {}, body });

/** A connection is used again from the next turn of the event loop on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(async () => {
	await outgoing.close().catch(() => undefined);
	await server.close();
});

describe('what was put on a connection', () => {
	it.each<[keyof typeof FAULTS, string]>([
		['resetInRequest', 'No answer came from the system ('],
		['hangBeforeHeaders', 'No answer came from the system (ETIMEDOUT)'],
		['resetAfterRequest', 'No answer came from the system (ECONNRESET)'],
		['closeWithoutAnswer', 'No answer came from the system (UND_ERR_SOCKET)'],
		['halfHeadersThenClose', 'No answer came from the system (UND_ERR_SOCKET)'],
		['hintThenClose', 'No answer came from the system (UND_ERR_SOCKET)'],
		['echo', 'No answer came from the system (HTTPParserError)'],
		['noHttp', 'No answer came from the system (HTTPParserError)'],
		['hugeHeaders', 'No answer came from the system (UND_ERR_HEADERS_OVERFLOW)'],
		['hangInBody', 'The system answered 201, but the answer broke off (ETIMEDOUT)'],
		['dripBody', 'The system answered 201, but the answer broke off (ETIMEDOUT)'],
		['closeInBody', 'The system answered 201, but the answer broke off (UND_ERR_SOCKET)'],
		['closeInChunks', 'The system answered 201, but the answer broke off (UND_ERR_SOCKET)'],
		['resetInBody', ''],
	])('is in doubt after %s, and is not sent again', async (fault, message) => {
		await start(FAULTS[fault], message.includes('ETIMEDOUT') ? 1000 : undefined);
		const error = await rejectionOf(post(fault === 'resetInRequest' ? 'x'.repeat(8 * MIB) : '{}'));
		expect(error).toMatchObject({ code: 'unavailable', retryable: true, inDoubt: true });
		expect(error.message).toContain(message);
		await outgoing.close();
		await server.idle();
		expect([server.connections(), server.requests.length]).toEqual([1, fault === 'resetInRequest' ? 0 : 1]);
	});

	it('may or may not have been there when the connection was reset at once, but did not arrive', async () => {
		await start(FAULTS.resetOnConnect);
		expect(await rejectionOf(post())).toMatchObject({ code: 'unavailable', retryable: true });
		expect([server.connections(), server.requests]).toEqual([1, []]);
	});

	it('says the status of an answer that broke off', async () => {
		await start(FAULTS.closeInBody);
		expect(await rejectionOf(post())).toMatchObject({ status: 201, inDoubt: true });
	});

	it.each([100, 101])('is in doubt after the status %i, which nobody asked for', async (status) => {
		await start({
			onRequest: (socket) => socket.write(`HTTP/1.1 ${status} X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n`),
		});
		expect(await rejectionOf(post())).toMatchObject({ code: 'unavailable', inDoubt: true });
	});

	it('is answered after an early hint', async () => {
		await start({
			onRequest: (socket) => socket.write(`HTTP/1.1 103 Early\r\nlink: x\r\n\r\n${answerText(201, 'made')}`),
		});
		expect(await post()).toMatchObject({ status: 201, body: 'made' });
	});
});

describe('what was never put on a connection', () => {
	const UNSENT = { code: 'unavailable', retryable: true, inDoubt: false };
	const to = (url: string, lookup?: Lookup, timeoutMs = 10_000) => {
		const unsent = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs, lookup });
		const sent = unsent.send({ method: 'POST', url, headers: {}, body: '{}' });
		return { error: rejectionOf(sent), close: unsent.close };
	};

	beforeEach(() => start(FAULTS.hangBeforeHeaders));

	it.each([
		['a name that is not known', 'ENOTFOUND'],
		['a resolver that is down', 'EAI_AGAIN'],
	])('is surely not there: %s', async (_, code) => {
		const { error, close } = to('http://desk.example/', (_hostname, _options, done) =>
			done(Object.assign(new Error('lookup failed'), { code }), []),
		);
		expect(await error).toMatchObject({ ...UNSENT, message: expect.stringContaining(code) });
		await close();
	});

	it('is surely not there: a name without addresses', async () => {
		const { error, close } = to('http://desk.example/', (_hostname, _options, done) => done(null, []));
		expect(await error).toMatchObject(UNSENT);
		await close();
	});

	it('is surely not there: a closed port', async () => {
		const { error, close } = to('http://127.0.0.1:1/');
		expect(await error).toMatchObject({ ...UNSENT, message: expect.stringContaining('ECONNREFUSED') });
		await close();
	});

	it('is surely not there: a handshake that is not answered', async () => {
		const { error, close } = to(server.url.replace('http:', 'https:'), undefined, 300);
		expect(await error).toMatchObject({ ...UNSENT, message: expect.stringContaining('ETIMEDOUT') });
		expect(server.requests).toEqual([]);
		await close();
	});

	it('is surely not there: no TLS on the other side', async () => {
		const plain = await startFaultyServer({ onConnect: (socket) => socket.end(answerText(400, 'speak TLS')) });
		const { error, close } = to(plain.url.replace('http:', 'https:'));
		expect(await error).toMatchObject(UNSENT);
		await close();
		await plain.close();
	});

	it('is not sent once given up, though the name is found later', async () => {
		let found = (): void => undefined;
		const lookup: Lookup = (_hostname, _options, done) => {
			found = () => done(null, [{ address: '127.0.0.1', family: 4 }]);
		};
		const { error, close } = to(server.url.replace('127.0.0.1', 'desk.example'), lookup, 300);
		expect(await error).toMatchObject(UNSENT);
		found();
		await close();
		await server.idle();
		expect(server.requests).toEqual([]);
	});

	it('is surely not there after the end', async () => {
		await outgoing.close();
		expect(await rejectionOf(post())).toMatchObject(UNSENT);
		expect(server.connections()).toBe(0);
	});
});

describe('connections that are kept', () => {
	it('are left alone once the other side closed them', async () => {
		await start({ onRequest: (socket) => socket.end(answerText(201)) });
		await post('{"n":1}');
		await server.idle();
		expect(await post('{"n":2}')).toMatchObject({ status: 201 });
		expect([server.connections(), server.requests.map((text) => text.slice(-7))]).toEqual([2, ['{"n":1}', '{"n":2}']]);
	});

	it('leave in doubt what was written to one that then broke', async () => {
		await start({
			onRequest: (socket, count) => (count === 1 ? socket.write(answerText(201)) : socket.resetAndDestroy()),
		});
		await post();
		await turn();
		expect(await rejectionOf(post())).toMatchObject({ inDoubt: true });
		await outgoing.close();
		expect([server.connections(), server.requests.length]).toEqual([1, 2]);
	});

	it('never carry a request twice, closed at whatever moment', async () => {
		await start({
			onRequest: (socket, count) => {
				socket.write(answerText(201));
				[() => socket.end(), () => socket.destroy(), () => socket.resetAndDestroy()][count % 3]();
			},
		});
		const sent = Array.from({ length: 90 }, () => randomBytes(8).toString('hex'));
		const answered: string[] = [];
		const undecided: string[] = [];
		for (const [index, id] of sent.entries()) {
			if (index % 2 === 0) await turn();
			const error = await post(id).then(
				() => null,
				(reason: unknown) => reason,
			);
			(error === null ? answered : undecided).push(id);
			if (error !== null) expect(error).toMatchObject({ code: 'unavailable', inDoubt: true });
		}
		const arrived = server.requests.map((text) => text.slice(-16));
		expect(new Set(arrived).size).toBe(arrived.length);
		expect(arrived).toEqual(expect.arrayContaining(answered));
		expect([...answered, ...undecided].sort()).toEqual([...sent].sort());
	});

	it('do not keep one request waiting for another', async () => {
		await start({ onRequest: (socket, count) => count > 1 && socket.write(answerText(201)) }, 2000);
		const first = rejectionOf(post());
		expect(await post()).toMatchObject({ status: 201 });
		expect(await first).toMatchObject({ inDoubt: true });
		expect(server.connections()).toBe(2);
	});
});

describe('answers as they come', () => {
	it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
		await start(answering(status, '', { location: 'http://169.254.169.254/latest/meta-data/' }));
		const elsewhere = await startFaultyServer(answering(200));
		expect(await post()).toMatchObject({ status, headers: { location: expect.stringContaining('169.254') } });
		await server.close();
		await start(answering(status, '', { location: elsewhere.url }));
		expect(await post()).toMatchObject({ status });
		await outgoing.close();
		expect([server.requests.length, elsewhere.connections()]).toEqual([1, 0]);
		await elsewhere.close();
	});

	it.each([
		[429, '', {}],
		[429, '', { 'retry-after': '7' }],
		[500, '{"error":"out of order"}', {}],
		[502, '<html><title>Bad Gateway</title></html>', { 'content-type': 'text/html' }],
	])('%i with %j and %j', async (status, body, headers) => {
		await start(answering(status, body, headers));
		expect(await post()).toMatchObject({ status, body, headers });
	});

	it('a refusal counts by its status, though its body breaks off', async () => {
		await start({ onRequest: (socket) => socket.end(answerText(400, '{"detail":', { 'content-length': '99' })) });
		expect(await post()).toMatchObject({ status: 400, body: '{"detail":' });
	});

	it.each([
		['of a length', answerText(200, '', { 'content-length': String(20 * MIB) })],
		['in chunks', answerText(200, '', { 'transfer-encoding': 'chunked' })],
		['until the end', answerText(200, '', { connection: 'close' })],
	])('an endless one %s is read to 1 MiB, and its connection closed', async (kind, head) => {
		const piece = 'x'.repeat(16_384);
		await start(endless(head, kind === 'in chunks' ? `4000\r\n${piece}\r\n` : piece));
		expect(await post()).toMatchObject({ status: 200, body: 'x'.repeat(MIB) });
		await server.idle();
		expect(await post()).toMatchObject({ status: 200 });
		expect(server.connections()).toBe(2);
	});

	it('one of exactly 1 MiB keeps its connection', async () => {
		await start(answering(200, 'x'.repeat(MIB)));
		expect((await post()).body).toHaveLength(MIB);
		await turn();
		expect((await post()).body).toHaveLength(MIB);
		expect(server.connections()).toBe(1);
	});

	it('a compressed one is not unpacked', async () => {
		const bomb = gzipSync(Buffer.alloc(50 * MIB));
		await start({
			onRequest: (socket) => {
				socket.write(answerText(200, '', { 'content-encoding': 'gzip', 'content-length': String(bomb.length) }));
				socket.write(bomb);
			},
		});
		const { headers, body } = await post();
		expect([headers['content-encoding'], body]).toEqual(['gzip', bomb.toString('utf8')]);
		expect(server.requests[0]).not.toMatch(/accept-encoding/iu);
	});
});
