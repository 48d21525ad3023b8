import { connect } from 'node:net';
import { startService, validBody, type Answer, type RunningService } from '../../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

function expectProblem({ status, headers, json }: Answer, expected: number): void {
	expect(status).toBe(expected);
	expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
	expect(json).toMatchObject({
		type: 'about:blank',
		title: expect.any(String),
		status: expected,
		detail: expect.any(String),
	});
}

describe('fields', () => {
	const cases: [string, Record<string, unknown>, string][] = [
		['missing title', { title: undefined }, 'title'],
		['empty title', { title: '   ' }, 'title'],
		['invisible title', { title: '\u200b\u2060' }, 'title'],
		['long title', { title: 'x'.repeat(201) }, 'title'],
		['number as title', { title: 7 }, 'title'],
		['null as title', { title: null }, 'title'],
		['missing description', { description: undefined }, 'description'],
		['long description', { description: 'x'.repeat(5001) }, 'description'],
		['missing email', { email: undefined }, 'email'],
		['no address', { email: 'ana' }, 'email'],
		['two addresses', { email: 'ana@example.com,bob@example.com' }, 'email'],
		['unknown priority', { priority: 'urgent' }, 'priority'],
		['number as source', { source: 5 }, 'source'],
		['long source', { source: 's'.repeat(101) }, 'source'],
		['list as metadata', { metadata: [] }, 'metadata'],
		['deep metadata', { metadata: { a: [[[[[[[[[[[1]]]]]]]]]]] } }, 'metadata'],
		['large metadata', { metadata: { a: 'x'.repeat(20_001) } }, 'metadata'],
	];

	it.each(cases)('%s is refused and named', async (_name, override, field) => {
		const answer = await app.submit(validBody(override));
		expectProblem(answer, 422);
		expect(answer.json.errors).toEqual([{ field, message: expect.any(String) }]);
	});

	it('names everything that is wrong at once', async () => {
		const answer = await app.submit({ title: '', priority: 'x', metadata: 1, source: {} });
		const fields = (answer.json.errors as { field: string }[]).map(({ field }) => field);
		expect(fields.sort()).toEqual(['description', 'email', 'metadata', 'priority', 'source', 'title']);
	});

	it.each([
		['200 characters outside the BMP', { title: '😀'.repeat(200) }],
		['5000 characters', { description: 'ß'.repeat(5000) }],
		['null for what is optional', { priority: null, source: null, metadata: null }],
		['fields nobody knows', { colour: 'red' }],
		['an e-mail with umlauts', { email: 'jürgen@bücher.example' }],
	])('%s are accepted', async (_name, override) => {
		expect((await app.submit(validBody(override))).status).toBe(200);
	});

	it('keeps NUL and lone surrogates from harming anything', async () => {
		const body = `{"title":"a\\u0000b \\ud800 c","description":"\\udfff d\\u0000","email":"a@example.com","metadata":{"k":"\\u0000\\ud800"}}`;
		const { status, json } = await app.submit(body);
		expect(status).toBe(200);
		expect(json.title).toBe('a\ufffdb \ufffd c');
	});

	it('stores prototype keys in metadata as data', async () => {
		const body = JSON.stringify(validBody()).replace('}', ',"metadata":{"__proto__":{"polluted":1},"constructor":2}}');
		expect((await app.submit(body)).status).toBe(200);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});
});

describe('bodies', () => {
	it.each(['{', '{"title":', 'nul', '{"a":1}}', '\ufeff{', '[1,', '"\\ud8"'])('broken JSON %p', async (body) => {
		expectProblem(await app.submit(body), 400);
	});

	it.each(['', 'null', '[]', '"text"', '7', 'true'])('JSON that is no object: %s', async (body) => {
		expectProblem(await app.submit(body), 422);
	});

	it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'nonsense'])(
		'content type %s',
		async (type) => expectProblem(await app.submit('{}', { 'content-type': type }), 415),
	);

	it('an unknown charset or encoding', async () => {
		expectProblem(await app.submit('{}', { 'content-type': 'application/json; charset=ebcdic' }), 415);
		expectProblem(await app.submit('{}', { 'content-encoding': 'rot13' }), 415);
	});

	it('a vendor JSON type is JSON', async () => {
		expect((await app.submit(validBody(), { 'content-type': 'application/vnd.acme+json' })).status).toBe(200);
	});

	it('more than 1 MB', async () => {
		expectProblem(await app.submit(validBody({ metadata: { a: 'x'.repeat(1_100_000) } })), 413);
	});

	it('no body at all', async () => {
		expectProblem(await app.call('POST', '/webhook/ticket'), 415);
	});

	it.each(['[', '{"a":'])('100,000 levels of %s', async (open) => {
		const depth = 100_000;
		const value = open.repeat(depth) + (open === '[' ? ']'.repeat(depth) : `1${'}'.repeat(depth)}`);
		expectProblem(await app.submit(`{"metadata":${open === '[' ? `{"a":${value}}` : value}}`), 422);
		expectProblem(await app.submit(value), 422);
	});
});

describe('addresses', () => {
	it.each([
		'/',
		'/nix',
		'/webhook',
		'/webhook/ticket/',
		'/tickets/x/y',
		'/docs/assets/../../package.json',
		'/docs/assets/none.js',
	])('%s is a 404', async (path) =>
		expectProblem(await app.call('GET', path), path === '/webhook/ticket/' ? 405 : 404),
	);

	it.each([
		['GET', '/webhook/ticket', 'POST'],
		['PUT', '/webhook/tickets', 'POST'],
		['POST', '/webhook/ticket/TKT-1', 'GET'],
		['DELETE', '/tickets', 'GET'],
		['PATCH', '/mappings', 'GET, POST'],
		['POST', '/mappings/1', 'GET, PUT, DELETE'],
		['GET', '/mappings/1/test', 'POST'],
		['POST', '/health', 'GET'],
		['DELETE', '/livez', 'GET'],
		['POST', '/metrics', 'GET'],
		['PUT', '/openapi.json', 'GET'],
	])('%s %s is a 405 that says what is allowed', async (method, path, allow) => {
		const answer = await app.call(method, path);
		expectProblem(answer, 405);
		expect(answer.headers.get('allow')).toBe(allow);
	});

	it('a broken escape', async () => expectProblem(await app.call('GET', '/webhook/ticket/%E0%A4%A'), 400));
});

describe('what is no HTTP', () => {
	const raw = (text: string): Promise<string> =>
		new Promise((resolve, reject) => {
			const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.write(text));
			let answer = '';
			socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
			socket.on('close', () => resolve(answer));
			socket.on('error', reject);
		});

	it('is answered with a problem', async () => {
		const answer = await raw('NONSENSE\r\n\r\n');
		expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
		expect(answer).toContain('application/problem+json');
	});

	it('headers that are too long', async () => {
		expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
	});
});

it('is alive after all this', async () => {
	expect((await app.call('GET', '/livez')).text).toBe('ok');
	expect(app.logs.filter(({ msg }) => msg === 'request hit a bug')).toEqual([]);
});
