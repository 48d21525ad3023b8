import { startService, type RunningService } from '../../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

async function shown(columns: Record<string, unknown>): Promise<Record<string, unknown>> {
	await app.service.knex('team_mappings').where({ department: 'IT' }).update(columns);
	const { json } = await app.call('GET', '/mappings');
	return (json.mappings as Record<string, unknown>[]).filter(({ department }) => department === 'IT')[0];
}

it.each([
	['', ''],
	['https://desk.example', 'https://desk.example'],
	['https://desk.example:8443/', 'https://desk.example:8443/'],
	['https://hooks.slack.com/services/T/B/secret', 'https://hooks.slack.com/•••'],
	['https://desk.example/?token=secret', 'https://desk.example/•••'],
	['https://desk.example/#secret', 'https://desk.example/•••'],
	['https://user:secret@desk.example/', 'https://desk.example/•••'],
	['https://secret@desk.example', 'https://desk.example/•••'],
	['ftp://user:secret@desk.example/', '•••'],
	['data:text/plain,secret', '•••'],
	['secret', '•••'],
])('shows of the endpoint %p no more than %p', async (api_endpoint, expected) => {
	expect((await shown({ api_endpoint })).api_endpoint).toBe(expected);
});

it('shows settings that say where a ticket goes, and masks every other, however deep', async () => {
	const settings = {
		project_key: 'OPS',
		issue_type: 'Task',
		labels: ['a', 'b'],
		group_id: 12,
		template: 'secret',
		bot_credential: 'secret',
		pin: 1234,
		channel: { name: 'secret' },
		queue: 'https://hooks.example/secret',
		nested: { deeper: [{ odd: 'secret', reference: 'Bearer ${TOKEN}' }], on: true },
	};
	expect((await shown({ settings: JSON.stringify(settings) })).settings).toEqual({
		project_key: 'OPS',
		issue_type: 'Task',
		labels: ['a', 'b'],
		group_id: 12,
		template: '•••',
		bot_credential: '•••',
		pin: '•••',
		channel: { name: '•••' },
		queue: '•••',
		nested: { deeper: [{ odd: '•••', reference: 'Bearer ${TOKEN}' }], on: true },
	});
});

it('shows of headers their names, and references', async () => {
	const api_headers = JSON.stringify({ 'X-Key': 'secret', Authorization: 'Bearer ${TOKEN}', 'X-Part': 'a${TOKEN}' });
	expect((await shown({ api_headers })).api_headers).toEqual({
		'X-Key': '•••',
		Authorization: 'Bearer ${TOKEN}',
		'X-Part': '•••',
	});
});
