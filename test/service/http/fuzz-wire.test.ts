import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { openApiDocument } from '../../../service/http/openapi';
import { openWire, type Wire } from '../../helpers/exact-http';
import { answerCheck, operationsOf, type OpenApi } from '../../helpers/openapi';
import { startService, type RunningService } from '../../helpers/service';

const RUNS = Number(process.env.FUZZ_RUNS ?? 60);
const document = openApiDocument('0.0.0-test', false) as unknown as OpenApi;
const operations = operationsOf(document);
const problemOf = answerCheck(document);

let app: RunningService;
let wire: Wire;
beforeAll(async () => {
	app = await startService({ RATE_LIMIT_PER_MINUTE: '0' });
	wire = openWire(app.url);
});
afterAll(async () => {
	wire.close();
	await app.close();
});

it('the document that is served is the one that is tested', async () => {
	expect((await app.call('GET', '/openapi.json')).json).toEqual(document);
});

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK', 'M-SEARCH'];
const wrongMethods = Object.keys(document.paths).flatMap((path) => {
	const allowed = operations.filter((operation) => operation.path === path).map(({ method }) => method);
	return METHODS.filter((method) => !allowed.includes(method)).map((method) => ({ path, method, allowed }));
});

it.each(wrongMethods)('$method $path is a 405 that allows what the document has', async ({ method, path, allowed }) => {
	const { status, headers } = await wire.send({ method, path: path.replace('{id}', '1'), headers: {} });
	if (method === 'OPTIONS' && status === 200) return;
	expect(status).toBe(405);
	expect(String(headers.allow).split(', ').sort()).toEqual(allowed.sort());
});

const withBody = operations.filter(({ body }) => body);
const json = { 'content-type': 'application/json' };
const large = JSON.stringify({ title: 'x'.repeat(13_000_000) });
const bodies: [string, number[], { headers: Record<string, string>; body: string | Buffer }][] = [
	['larger than accepted', [413], { headers: json, body: large }],
	['larger once unpacked', [413], { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(large) }],
	['no gzip', [400], { headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' }],
	['cut gzip', [400], { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync('{"a":1}').subarray(0, 12) }],
	['another encoding', [415], { headers: { ...json, 'content-encoding': 'rot13' }, body: '{}' }],
	['another charset', [415], { headers: { 'content-type': 'application/json; charset=ebcdic' }, body: '{}' }],
	['another type', [415], { headers: { 'content-type': 'text/xml' }, body: '<a/>' }],
	['no type', [415], { headers: {}, body: '{}' }],
	['no JSON', [400], { headers: json, body: '{"a":' }],
	['half a surrogate in bytes', [400, 422], { headers: json, body: Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1') }],
	['100,000 levels', [422], { headers: json, body: `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}` }],
];

describe.each(withBody.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
	it.each(bodies)('%s', async (_what, statuses, { headers, body }) => {
		const path = operation.path.replace('{id}', '1');
		const answer = await wire.send({ method: operation.method, path, headers, body });
		expect(problemOf(operation, answer)).toBeNull();
		// A mapping, ticket or address that does not exist may be said first, and tickets may have fields nobody knows.
		expect([...statuses, 404, ...(statuses[0] === 422 ? [413] : [])]).toContain(answer.status);
	});
});

const LINES = [
	'GET / HTTP/1.1',
	'POST /webhook/ticket HTTP/1.1',
	'CONNECT x:1 HTTP/1.1',
	'OPTIONS * HTTP/1.1',
	'GET http://x/livez HTTP/1.1',
];
const FIELDS = [
	'Host: x',
	'Content-Length: 5',
	'Content-Length: 5, 6',
	'Content-Length: -1',
	'Transfer-Encoding: chunked',
];
const ODD_FIELDS = [
	'Transfer-Encoding: xchunked',
	'Upgrade: h2c',
	'Connection: upgrade',
	'Expect: 100-continue',
	'Expect: magic',
	'Content-Type: application/json',
];
const BODIES = [
	'',
	'{}',
	'5\r\nabc',
	'FFFFFFFFFFFFFFFFF\r\n',
	'0\r\n\r\n',
	'2\r\n{}\r\n0\r\nX-Trailer: \0\r\n\r\n',
	'GET /livez HTTP/1.1\r\n\r\n',
];

const nearlyHttp = fc
	.tuple(
		fc.oneof(
			fc.constantFrom(...LINES, 'PRI * HTTP/2.0', 'GET /livez', 'GET /livez HTTP/9.9'),
			fc.string({ maxLength: 40 }),
		),
		fc.array(fc.oneof(fc.constantFrom(...FIELDS, ...ODD_FIELDS), fc.string({ maxLength: 40 })), { maxLength: 5 }),
		fc.oneof(fc.constantFrom(...BODIES), fc.string({ maxLength: 40 })),
	)
	.map(([line, fields, body]) => Buffer.from([line, ...fields, '', body].join('\r\n'), 'latin1'));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((some) => Buffer.from(some));

it('bytes that are nearly HTTP, or not at all, are answered by nothing worse than a refusal', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.oneof(nearlyHttp, nearlyHttp, bytes), { minLength: 8, maxLength: 8 }), async (all) => {
			const answers = await Promise.all(all.map((one) => wire.raw(one)));
			const statuses = answers.flatMap((answer) =>
				[...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => code),
			);
			expect(statuses.filter((status) => status >= '500')).toEqual([]);
		}),
		{ numRuns: Math.ceil(RUNS / 4), endOnFailure: true },
	);
});

it('is alive after all this', async () => {
	expect((await app.call('GET', '/livez')).text).toBe('ok');
	expect((await app.call('GET', '/health')).status).toBe(200);
	expect(app.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
