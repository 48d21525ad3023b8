import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { mappingsCli, newMapping, type MappingsCli } from '../../helpers/mappings-cli';
import { TICKET, createFolder, type Folder } from '../../helpers/triage-cli';

let target: LocalServer;
let replies: Answer[];
let folder: Folder;
let cli: MappingsCli;
beforeAll(async () => {
	target = await startLocalServer(
		() => replies.shift() ?? { status: 201, body: { id: 42, url: 'https://desk.example/42' } },
	);
});
afterAll(() => target.close());
beforeEach(() => {
	replies = [];
	target.requests.length = 0;
	folder = createFolder();
	cli = mappingsCli(folder, { DESK_TOKEN: 'hush-token' });
});
afterEach(() => folder.remove());

const desk = (overrides = {}) =>
	newMapping({
		...{ endpoint: `${target.url}/hush-path`, headers: { Authorization: 'Bearer ${DESK_TOKEN}' } },
		...overrides,
	});

test('shows the exact request, masked, and sends nothing', async () => {
	await cli.store(desk());
	const { code, stdout, stderr } = await cli.run(['test', '1']);
	expect([code, stderr]).toEqual([0, '']);
	const lines = stdout.split('\n');
	expect(lines.slice(0, 2)).toEqual(['Mapping 1: IT from low to http (IT Support)', `POST ${target.url}/•••`]);
	expect(lines).toContain('authorization: •••');
	expect(lines).toContain('content-type: application/json');
	const body = lines[lines.indexOf('') + 1];
	expect(JSON.parse(body)).toMatchObject({ title: expect.stringContaining('TEST, please ignore'), department: 'IT' });
	expect(lines.at(-2)).toBe('1 of 1 can be used; nothing was sent');
	expect(stdout).not.toContain('hush');
	expect(target.requests).toEqual([]);
});

test('--send sends it once, and prints what came back', async () => {
	await cli.store(desk());
	const { code, stdout, stderr } = await cli.run(['test', '1', '--send']);
	expect([code, stderr]).toEqual([0, '']);
	expect(stdout).toContain('Taken: 42, https://desk.example/42\n');
	expect(stdout).toContain('1 of 1 took the ticket\n');
	expect(stdout).not.toContain('hush');
	expect(target.requests).toHaveLength(1);
	expect(target.requests[0]).toMatchObject({ path: '/hush-path', headers: { authorization: 'Bearer hush-token' } });
	for (const table of ['ticket_logs', 'ticket_jobs']) expect(await folder.count(table)).toBe(0);
});

test('--all goes on where one fails, leaves out those that are not active, and says why', async () => {
	await cli.store(
		desk(),
		desk({ department: 'HR', endpoint: 'http://169.254.169.254/hush' }),
		desk({ department: 'Legal', headers: { A: '${NOT_SET}' } }),
		desk({ department: 'Security', system: 'pigeon', settings: { a: '${DATABASE_URL}' } }),
		desk({ department: 'Finance', system: 'inbox', endpoint: '' }),
		desk({ isActive: false }),
		desk({ department: 'Facilities' }),
	);
	replies.push({ status: 503, body: { detail: 'closed: \u001b[2J hush-token' } });
	const { code, stdout, stderr } = await cli.run(['test', '--all', '--send']);
	expect(code).toBe(1);
	expect(stdout.match(/^Mapping \d/gm)).toEqual([
		'Mapping 7',
		'Mapping 5',
		'Mapping 2',
		'Mapping 1',
		'Mapping 3',
		'Mapping 4',
	]);
	expect(stdout).toContain('Nothing to send: its tickets stay in the inbox');
	expect(stdout).toContain('2 of 6 took the ticket\n');
	expect(stderr.split('\n')).toEqual([
		expect.stringMatching(/^Mapping 7 failed: http answered 503 \(closed: [^\u001b]*•••\)/),
		expect.stringMatching(/^Mapping 2 failed: .*ALLOWED_PRIVATE_HOSTS/),
		'Mapping 3 failed: The mapping refers to NOT_SET, which the environment does not set',
		expect.stringMatching(/^Mapping 4 failed: system must be one of/),
		expect.stringMatching(/^Mapping 4 failed: settings must not refer to DATABASE_URL/),
		'',
	]);
	expect(stdout + stderr).not.toContain('hush');
	expect(target.requests).toHaveLength(2);
});

test.each<[string, string[], string]>([
	['a file', ['--ticket', 't.json'], ''],
	['standard input', ['--ticket', '-'], JSON.stringify({ ...TICKET, priority: 'high' })],
])('the ticket of %s goes in place of the sample', async (_name, argv, input) => {
	folder.put('t.json', `\ufeff${JSON.stringify({ ...TICKET, priority: 'high' })}`);
	await cli.store(desk());
	expect((await cli.run(['test', '1', '--send', ...argv], input)).code).toBe(0);
	expect(JSON.parse(target.requests[0].body)).toMatchObject({ ...TICKET, priority: 'high' });
});

test.each([
	['{"title": "", "priority": "urgent"}', /description is required[^]*priority must be one of/],
	['[1]', 'must be an object with title'],
	['{', 'is not valid JSON'],
	[JSON.stringify({ title: 'x'.repeat(1024 * 1024) }), 'larger than 1 MB'],
])('%.40j is no ticket', async (text, message) => {
	await cli.store(desk());
	await expect(cli.run(['test', '1', '--ticket', '-'], text)).rejects.toThrow(message);
});

test('a mapping that is not there, and a file that is not there', async () => {
	expect(await cli.run(['test', '9'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no mapping 9') });
	await expect(cli.run(['test', '9', '--ticket', 'no.json'])).rejects.toThrow('There is no file');
	expect(await cli.run(['test', '--all'])).toMatchObject({ code: 0, stdout: '0 of 0 can be used; nothing was sent\n' });
});
