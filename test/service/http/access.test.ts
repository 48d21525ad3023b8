import crypto from 'node:crypto';
import { findApiKey, parseApiKeys } from '../../../service/http/api-keys';
import { startService, validBody, type RunningService } from '../../helpers/service';

const KEY = 'correct-horse-battery';
const BARE = 'staple-and-more-words';

describe('keys', () => {
	const none = (): void => {
		throw new Error('no problem was expected');
	};

	it('have names, given or by their place', () => {
		expect(parseApiKeys(` ops:${KEY} , ${BARE},`, none).map(({ name }) => name)).toEqual(['ops', 'key2']);
	});

	it('may hold colons', () => {
		const keys = parseApiKeys('ops:with:colons:in:it:all', none);
		expect(findApiKey(keys, 'with:colons:in:it:all')?.name).toBe('ops');
	});

	it('are refused when they are short, each by name and none in clear', () => {
		const problems: string[] = [];
		parseApiKeys('ops:,short,n8n:sesame', (problem) => problems.push(problem));
		expect(problems).toHaveLength(3);
		expect(problems.join()).not.toMatch(/short|sesame/);
	});

	it('are for everything, or for their scopes', () => {
		const list = `ops:${KEY},form:submit:${BARE},both: Read+submit :${KEY}2\nroot:admin:${KEY}3,odd:submitting:${KEY}4,:${KEY}5`;
		expect(parseApiKeys(list, none).map(({ name, scopes }) => [name, scopes.join('+')])).toEqual([
			['ops', 'submit+read+admin'],
			['form', 'submit'],
			['both', 'read+submit'],
			['root', 'admin'],
			['odd', 'submit+read+admin'],
			['key6', 'submit+read+admin'],
		]);
		expect(findApiKey(parseApiKeys(list, none), `submitting:${KEY}4`)?.name).toBe('odd');
	});

	it.each([
		['a line', `ops:${KEY}\n#old:admin:${BARE}`],
		['a line with spaces before, and commas', `ops:${KEY}\r\n  # old, since May:admin:${BARE}\r\n`],
		['an entry', `#old:admin:${BARE},ops:${KEY}`.split(',').reverse().join()],
		['a note', `# who may do everything\nops:${KEY}`],
	])('are none behind a #: %s', (_name, list) => {
		const keys = parseApiKeys(list, none);
		expect(keys.map(({ name }) => name)).toEqual(['ops']);
		expect(findApiKey(keys, BARE)).toBeUndefined();
	});

	it.each([',', ' ,\n, ', `#old:${KEY}`, `#${KEY}`])('are missed where there is something, and no key: %j', (list) => {
		const problems: string[] = [];
		expect(parseApiKeys(list, (problem) => problems.push(problem))).toEqual([]);
		expect(problems).toEqual(['holds no key: write name:key, or remove it']);
	});

	it.each(['submit+reed', 'reed+submit', 'submit+', 'submit read+admin'])(
		'are refused, and not for everything, where a scope is misspelt: %s',
		(scopes) => {
			const problems: string[] = [];
			parseApiKeys(`form:${scopes}:${KEY}`, (problem) => problems.push(problem));
			expect(problems).toEqual(['the key of "form" has a scope that is none of submit, read, admin']);
		},
	);

	it('are compared in constant time, every one of them, whichever fits', () => {
		const keys = parseApiKeys(`a:${KEY},b:${BARE},c:${KEY}3`, none);
		const compare = jest.spyOn(crypto, 'timingSafeEqual');
		for (const presented of [KEY, `${KEY}3`, 'x']) findApiKey(keys, presented);
		expect(compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual(Array(9).fill([32, 32]));
		compare.mockRestore();
	});

	it('may share a name, and are refused where two are the same', () => {
		const problems: string[] = [];
		const keys = parseApiKeys(`n8n:${KEY},n8n:${BARE},form:submit:${KEY}`, (problem) => problems.push(problem));
		expect(keys).toHaveLength(3);
		expect(problems).toEqual(['the key of "form" is that of "n8n" too: give each a key of its own']);
	});

	it('are refused where no header could carry them', () => {
		const problems: string[] = [];
		parseApiKeys('ops:schlüssel-und-schloss,n8n:fine-and-long-enough', (problem) => problems.push(problem));
		expect(problems).toEqual(['the key of "ops" has characters other than ASCII']);
	});
});

describe('with keys', () => {
	let app: RunningService;
	beforeAll(async () => {
		app = await startService({ TRIAGE_API_KEYS: `ops:${KEY},${BARE}` });
	});
	afterAll(() => app.close());

	it.each([
		['Bearer', { authorization: `Bearer ${KEY}` }],
		['bearer, bare key', { authorization: `bearer ${BARE}` }],
		['X-API-Key', { 'x-api-key': KEY }],
	])('%s opens', async (_name, headers) => {
		expect((await app.submit(validBody(), headers as Record<string, string>)).status).toBe(200);
	});

	it.each([
		['nothing', {}],
		['a wrong key', { authorization: 'Bearer correct-horse-batterx' }],
		['a beginning', { 'x-api-key': KEY.slice(0, -1) }],
		['the name with the key', { 'x-api-key': `ops:${KEY}` }],
		['Basic', { authorization: `Basic ${Buffer.from(`ops:${KEY}`).toString('base64')}` }],
	])('%s does not', async (_name, headers) => {
		for (const [method, path] of [
			['POST', '/webhook/ticket'],
			['POST', '/webhook/tickets'],
			['GET', '/webhook/ticket/TKT-1'],
			['GET', '/tickets'],
			['GET', '/mappings'],
			['GET', '/metrics'],
			['GET', '/nix'],
		]) {
			const {
				status,
				headers: answered,
				json,
			} = await app.call(method, path, { headers: headers as Record<string, string> });
			expect(status).toBe(401);
			expect(answered.get('www-authenticate')).toBe('Bearer');
			expect(json.detail).toContain('X-API-Key');
		}
	});

	it.each(['/health', '/livez', '/readyz', '/docs', '/openapi.json'])('%s needs none', async (path) => {
		expect((await app.call('GET', path)).status).toBe(200);
	});

	it('logs who called, never with what', async () => {
		await app.submit(validBody(), { 'x-api-key': KEY });
		expect(app.logs).toContainEqual(expect.objectContaining({ msg: 'request', caller: 'ops' }));
		expect(JSON.stringify(app.logs)).not.toContain(KEY);
	});
});
