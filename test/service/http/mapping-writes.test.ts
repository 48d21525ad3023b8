import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, validBody, type RunningService } from '../../helpers/service';

const folder = mkdtempSync(join(tmpdir(), 'mapping-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function mapping(name: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
	const address = { system: 'http', api_endpoint: 'https://desk.example/' };
	return { department: 'Legal', team_name: name, settings: { queue: name }, ...address, ...overrides };
}

const NAMES = [...Array(20).keys()].map((i) => `Team ${i}`);

/** In memory there is one connection, on disk there are several. */
describe.each([
	['in memory', ':memory:'],
	['on disk', join(folder, 'tickets.db')],
])('many writes at once, %s', (_name, file) => {
	let app: RunningService;
	beforeAll(async () => {
		app = await startService({ DATABASE_URL: `sqlite:${file}` });
	});
	afterAll(() => app.close());

	it('give each new mapping an id of its own, while tickets come in', async () => {
		const [created, tickets] = await Promise.all([
			Promise.all(NAMES.map((name) => app.call('POST', '/mappings', { body: mapping(name) }))),
			Promise.all(NAMES.map((name) => app.submit(validBody({ title: name })))),
		]);
		expect(tickets.map(({ status }) => status)).toEqual(NAMES.map(() => 200));
		expect(new Set(created.map(({ json }) => json.id)).size).toBe(NAMES.length);
		const read = await Promise.all(created.map(({ json }) => app.call('GET', `/mappings/${String(json.id)}`)));
		expect(read.map(({ json }) => json.team_name)).toEqual(NAMES);
	});

	it('leave one of them whole, and the secret that none of them named', async () => {
		const secret = mapping('first', { api_headers: { 'X-Key': 'hush' } });
		const { json } = await app.call('POST', '/mappings', { body: secret });
		const answers = await Promise.all(
			NAMES.map((name) =>
				app.call('PUT', `/mappings/${String(json.id)}`, { body: mapping(name, { api_headers: { 'X-Key': '•••' } }) }),
			),
		);
		expect(answers.map(({ status, json: answer }) => [status, answer.team_name])).toEqual(
			NAMES.map((name) => [200, name]),
		);
		const row = (await app.service.knex('team_mappings').where({ id: json.id }).first()) as Record<string, unknown>;
		expect([row.settings, row.api_headers]).toEqual([JSON.stringify({ queue: row.team_name }), '{"X-Key":"hush"}']);
	});

	it('answer those who come after a deletion with 404, whatever they wanted', async () => {
		const { json } = await app.call('POST', '/mappings', { body: mapping('gone') });
		const path = `/mappings/${String(json.id)}`;
		const answers = await Promise.all([
			...NAMES.map(() => app.call('DELETE', path)),
			...NAMES.map((name) => app.call('PUT', path, { body: mapping(name) })),
		]);
		const statuses = answers.map(({ status }) => status);
		expect(statuses.filter((status) => status === 204)).toHaveLength(1);
		expect(new Set(statuses.filter((status) => status !== 204 && status !== 200))).toEqual(new Set([404]));
		expect((await app.call('GET', path)).status).toBe(404);
	});
});
