import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { startService, validBody, type Answer, type RunningService } from '../../helpers/service';
import { PROTOTYPE_NAMES } from '../../helpers/tickets';

let target: LocalServer;
let app: RunningService;
beforeAll(async () => {
	target = await startLocalServer(() => ({ status: 201, body: { id: 42 } }));
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1' });
});
afterAll(async () => {
	await app.close();
	await target.close();
});

function validMapping(overrides: Record<string, unknown> = {}): Record<string, unknown> {
	return { department: 'Legal', system: 'http', api_endpoint: `${target.url}/legal`, ...overrides };
}

const create = (body: unknown): Promise<Answer> => app.call('POST', '/mappings', { body });
const put = (id: unknown, body: unknown): Promise<Answer> => app.call('PUT', `/mappings/${String(id)}`, { body });
const read = (id: unknown): Promise<Answer> => app.call('GET', `/mappings/${String(id)}`);
const fieldsOf = ({ json }: Answer): string[] => (json.errors as { field: string }[]).map(({ field }) => field);
const stored = async (id: unknown): Promise<Record<string, unknown>> =>
	(await app.service.knex('team_mappings').where({ id }).first()) as Record<string, unknown>;

async function created(overrides: Record<string, unknown> = {}): Promise<Answer['json']> {
	const { status, json } = await create(validMapping(overrides));
	expect(status).toBe(201);
	return json;
}

describe('a mapping', () => {
	it('is created with what was left out filled in, and found where Location says', async () => {
		const { status, headers, json } = await create(validMapping({ department: ' lEGAL ' }));
		expect(status).toBe(201);
		expect(json).toMatchObject({
			department: 'Legal',
			team_name: 'Legal Counsel',
			system: 'http',
			api_method: 'POST',
			api_headers: {},
			settings: {},
			priority_threshold: 'low',
			is_active: true,
		});
		const location = headers.get('location') ?? '';
		expect(location).toBe(`/mappings/${String(json.id)}`);
		expect((await app.call('GET', location)).json).toEqual(json);
		expect((await app.call('GET', '/mappings')).json.mappings).toContainEqual(json);
	});

	it('is replaced as a whole', async () => {
		const { id, created_at } = await created({ team_name: 'Notaries', settings: { queue: 'a' }, is_active: false });
		const { status, json } = await put(id, { department: 'HR', system: 'inbox' });
		expect(status).toBe(200);
		expect(json).toMatchObject({ id, created_at, department: 'HR', team_name: 'People Operations', settings: {} });
		expect(json).toMatchObject({ is_active: true, api_endpoint: '' });
		expect((await read(id)).json).toEqual(json);
	});

	it('is gone once deleted', async () => {
		const { id } = await created();
		const { status, text } = await app.call('DELETE', `/mappings/${String(id)}`);
		expect([status, text]).toEqual([204, '']);
		expect((await read(id)).status).toBe(404);
		expect((await app.call('DELETE', `/mappings/${String(id)}`)).status).toBe(404);
		expect((await put(id, validMapping())).status).toBe(404);
	});

	it.each(['0', '-1', '1.5', '01', '1e3', 'x', '99999', '2147483648', '1%00', "1'--", '__proto__', '%20'])(
		'with the id %s is a 404',
		async (id) => {
			const path = `/mappings/${id}`;
			const answers = [
				await app.call('GET', path),
				await app.call('PUT', path, { body: validMapping() }),
				await app.call('DELETE', path),
				await app.call('POST', `${path}/test`),
			];
			expect(answers.map(({ status, json }) => [status, json.status])).toEqual(Array(4).fill([404, 404]));
		},
	);
});

describe('what is wrong', () => {
	const many = (count: number, value: unknown) =>
		Object.fromEntries([...Array(count).keys()].map((i) => [`a${i}`, value]));
	it.each<[string, Record<string, unknown>, string]>([
		['no department', { department: undefined }, 'department'],
		['an unknown department', { department: 'Catering' }, 'department'],
		['a number as department', { department: 7 }, 'department'],
		['no system', { system: undefined }, 'system'],
		['an unknown system', { system: 'carrier_pigeon' }, 'system'],
		['no address', { api_endpoint: null }, 'api_endpoint'],
		['a long address', { api_endpoint: `https://desk.example/${'x'.repeat(4000)}` }, 'api_endpoint'],
		['a method', { api_method: 'GET' }, 'api_method'],
		['51 headers', { api_headers: many(51, 'b') }, 'api_headers'],
		['a list of headers', { api_headers: ['a'] }, 'api_headers'],
		['a number as header', { api_headers: { a: 1 } }, 'api_headers'],
		['a long header', { api_headers: { a: 'x'.repeat(4001) } }, 'api_headers'],
		['101 settings', { settings: many(101, 1) }, 'settings'],
		['deep settings', { settings: { a: { b: { c: { d: { e: {} } } } } } }, 'settings'],
		['a long setting', { settings: { a: ['x'.repeat(4001)] } }, 'settings'],
		['large settings', { settings: many(6, 'x'.repeat(3900)) }, 'settings'],
		['a priority', { priority_threshold: 'urgent' }, 'priority_threshold'],
		['a text as flag', { is_active: 'yes' }, 'is_active'],
		['an unknown field', { api_header: {} }, 'api_header'],
		['the service’s own secret', { api_headers: { a: '${TRIAGE_API_KEYS}' } }, 'api_headers'],
		['its model key', { settings: { a: { b: '${GOOGLE_API_KEY}' } } }, 'settings'],
		['its database', { settings: { a: '${DATABASE_URL}' } }, 'settings'],
		['a mask for nothing', { api_headers: { a: '•••' } }, 'api_headers.a'],
		['a masked address', { api_endpoint: 'https://desk.example/•••' }, 'api_endpoint'],
	])('%s is refused and named', async (_name, override, field) => {
		const answer = await create(validMapping(override));
		expect(answer.status).toBe(422);
		expect(fieldsOf(answer)).toEqual([field]);
	});

	it.each([
		['50 headers', { api_headers: many(50, 'x') }],
		['a header of 4000', { api_headers: { a: 'x'.repeat(4000) } }],
		['100 settings', { settings: many(100, 1) }],
		['five levels', { settings: { a: { b: { c: { d: {} } } } } }],
		['null for what is optional', { team_name: null, api_headers: null, settings: null, is_active: null }],
	])('%s are accepted', async (_name, override) => void (await created(override)));

	it('is named all at once, whichever part could not be read', async () => {
		const body = {
			department: 'Catering',
			api_method: 'GET',
			api_headers: { 'X A': '•••' },
			settings: 1,
			colour: 'red',
		};
		const answer = await create({ ...body, system: 'http', priority_threshold: 'urgent', is_active: 1 });
		expect(fieldsOf(answer).sort()).toEqual(
			[
				...['department', 'api_method', 'api_endpoint', 'api_headers', 'api_headers.X A'],
				...['settings', 'colour', 'priority_threshold', 'is_active'],
			].sort(),
		);
	});

	it.each(['[]', 'null', '7', '"x"', ''])('a body of %p is a problem', async (body) => {
		expect((await create(body)).status).toBe(422);
	});

	it.each(['[', '{"a":'])('100,000 levels of %s are refused', async (open) => {
		const value =
			open.repeat(100_000) + (open === '[' ? ']' : '1}').repeat(1) + (open === '[' ? ']' : '}').repeat(99_999);
		const answer = await create(`{"department":"IT","system":"inbox","settings":{"a":${value}}}`);
		expect([answer.status, fieldsOf(answer)]).toEqual([422, ['settings']]);
	});
});

describe('names that are code elsewhere are text here', () => {
	it("SQL in a mapping's texts", async () => {
		const evil = `'); DROP TABLE team_mappings; --`;
		const { id } = await created({ team_name: evil, settings: { queue: evil, [evil]: 1 } });
		expect((await read(id)).json).toMatchObject({ team_name: evil, settings: { queue: evil, [evil]: '•••' } });
	});

	it.each(PROTOTYPE_NAMES)('%s', async (name) => {
		const named = `{${JSON.stringify(name)}:"kept"}`;
		const { json } = await create(
			`{"department":"IT","system":"inbox","api_headers":${named},"settings":${named},"is_active":false}`,
		);
		expect(JSON.parse(String((await stored(json.id)).settings))).toEqual(JSON.parse(named));
		expect(Object.entries(json.api_headers as object)).toEqual([[name, '•••']]);
		await put(json.id, JSON.stringify((await read(json.id)).json));
		expect((await stored(json.id)).api_headers).toBe(named);
		expect(fieldsOf(await create(`{"department":"IT","system":"inbox",${JSON.stringify(name)}:1}`))).toEqual([name]);
		expect(({} as Record<string, unknown>).kept).toBeUndefined();
	});
});

describe('what was read can be written back', () => {
	const SECRETS = {
		api_headers: { 'X-Key': 'hush-header', Authorization: 'Bearer ${TOKEN}' },
		settings: { queue: 'q', pin: 1234, deep: [{ token: 'hush-deep' }, 'hush-item'], on: true },
	};
	const withSecrets = () => created({ api_endpoint: `${target.url}/hush-path?x=1`, ...SECRETS });

	it('and nothing changes', async () => {
		const { id } = await withSecrets();
		const before = await stored(id);
		const { json, text } = await read(id);
		expect(text).not.toContain('hush');
		expect((await put(id, json)).text).not.toContain('hush');
		expect({ ...(await stored(id)), updated_at: '' }).toEqual({ ...before, updated_at: '' });
	});

	it('with changes beside the masks, and headers in another case', async () => {
		const { id, ...rest } = await withSecrets();
		const change = {
			...rest,
			team_name: 'Notaries',
			api_headers: { 'x-key': '•••' },
			settings: { pin: '•••', new: 'n' },
		};
		expect((await put(id, change)).status).toBe(200);
		const row = await stored(id);
		expect([row.team_name, row.api_headers, row.settings]).toEqual([
			'Notaries',
			'{"x-key":"hush-header"}',
			'{"pin":1234,"new":"n"}',
		]);
	});

	it.each<[string, Record<string, unknown>, string[]]>([
		['another host', { api_endpoint: 'https://elsewhere.example/' }, ['api_headers.X-Key', 'settings.pin']],
		['another system', { system: 'inbox' }, ['api_headers.X-Key', 'settings.pin']],
		['another masked address', { api_endpoint: 'https://elsewhere.example/•••' }, ['api_endpoint']],
		['a header not stored', { api_headers: { Other: '•••' } }, ['api_headers.Other']],
		['part of a value', { api_headers: { 'X-Key': 'Bearer •••' } }, ['api_headers.X-Key']],
		['a longer list', { settings: { deep: ['x', '•••', 'y'] } }, ['settings.deep.1']],
		['a group, not a value', { settings: { deep: '•••' } }, ['settings.deep']],
		['what every object has', { settings: { toString: '•••' } }, ['settings.toString']],
	])('but no secret is kept for %s', async (_name, change, fields) => {
		const { id } = await withSecrets();
		const before = await stored(id);
		const answer = await put(id, { ...(await read(id)).json, ...change });
		expect(answer.status).toBe(422);
		expect(fieldsOf(answer)).toEqual(expect.arrayContaining(fields));
		expect(answer.text).not.toContain('hush');
		expect(await stored(id)).toEqual(before);
	});
});

describe('tickets go by what was changed at once', () => {
	it('created, replaced, switched off and deleted', async () => {
		await app.service.knex('team_mappings').where({ department: 'IT' }).delete();
		const where = async (): Promise<unknown> => {
			const { json } = await app.submit(validBody());
			return [json.routed_to_system, json.assigned_to];
		};
		const { id } = await created({ department: 'IT', team_name: 'One' });
		expect(await where()).toEqual(['http', 'One']);
		await put(id, validMapping({ department: 'it', team_name: 'Two' }));
		expect(await where()).toEqual(['http', 'Two']);
		await put(id, validMapping({ department: 'IT', team_name: 'Two', is_active: false }));
		expect(await where()).toEqual(['inbox', 'Service Desk']);
		await put(id, validMapping({ department: 'IT', team_name: 'Three' }));
		expect(await where()).toEqual(['http', 'Three']);
		await app.call('DELETE', `/mappings/${String(id)}`);
		expect(await where()).toEqual(['inbox', 'Service Desk']);
	});
});

it('nothing of this was a bug, and no secret was logged', () => {
	const lines = JSON.stringify(app.logs);
	expect(app.logs.filter(({ msg }) => msg === 'request hit a bug')).toEqual([]);
	expect(lines).toContain('mapping created');
	expect(lines).not.toContain('hush');
});
