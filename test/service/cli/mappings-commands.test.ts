import { mappingsCli, newMapping, type MappingsCli } from '../../helpers/mappings-cli';
import { createFolder, type Folder } from '../../helpers/triage-cli';

let folder: Folder;
let cli: MappingsCli;
beforeEach(() => {
	folder = createFolder();
	cli = mappingsCli(folder, { DESK_URL: 'https://desk.example', BAD_URL: 'hush hush' });
});
afterEach(() => folder.remove());

type Json = Record<string, unknown>;

describe('list', () => {
	it('says that there are none', async () => {
		const { code, stdout } = await cli.run(['list']);
		expect([code, stdout]).toEqual([0, expect.stringContaining('There are no mappings')]);
	});

	it('is a table without secrets, and without a column that says nothing', async () => {
		await cli.store(
			newMapping({ endpoint: 'https://desk.example:8443/hush?k=hush' }),
			newMapping({ department: 'HR', teamName: '人事', system: 'inbox', endpoint: '', isActive: false }),
			newMapping({ department: 'Legal', endpoint: '${DESK_URL}', priorityThreshold: 'critical' }),
		);
		const { code, stdout, stderr } = await cli.run(['list']);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
			'ID  Department  From      System  Team        Host               Active',
			'2   HR          low       inbox   人事        -                  no',
			'1   IT          low       http    IT Support  desk.example:8443  yes',
			'3   Legal       critical  http    IT Support  ${DESK_URL}        yes',
			'',
		]);
	});

	it('says what keeps a mapping from being used', async () => {
		await cli.store(
			newMapping({ department: 'Nowhere' }),
			newMapping({ system: 'pigeon', endpoint: 'hush' }),
			newMapping({ department: 'HR', headers: { A: '${NOT_SET}' } }),
			newMapping({
				department: 'Legal',
				endpoint: 'https://hush:hush@desk.example',
				settings: { a: '${DATABASE_URL}' },
			}),
			newMapping({ department: 'Finance', endpoint: '${BAD_URL}' }),
			newMapping({ department: 'Security', system: 'inbox' }),
			newMapping({ department: 'Security' }),
			newMapping({ department: 'Security', isActive: false }),
		);
		const { code, stdout } = await cli.run(['list']);
		expect(code).toBe(0);
		const problems = Object.fromEntries(
			stdout
				.split('\n')
				.slice(1)
				.map((line) => [line.split(' ')[0], /(?:yes|no) +(.+)$/.exec(line)?.[1] ?? null]),
		);
		expect(problems).toMatchObject({
			1: expect.stringContaining('department must be one of'),
			2: expect.stringContaining('system must be one of'),
			3: 'The mapping refers to NOT_SET, which the environment does not set',
			4: expect.stringContaining('settings must not refer to DATABASE_URL'),
			5: expect.stringContaining('with its references resolved: api_endpoint: the endpoint must be an address'),
			6: 'never used: mapping 7 is for the same tickets and comes first',
			7: null,
			8: null,
		});
		expect(stdout).not.toContain('hush');
	});

	it('is what the API answers, as JSON', async () => {
		await cli.store(newMapping({ headers: { 'X-Key': 'hush' } }));
		const { mappings } = JSON.parse((await cli.run(['list', '--json'])).stdout) as { mappings: Json[] };
		expect(mappings).toEqual([
			{
				...{ id: 1, department: 'IT', team_name: 'IT Support', system: 'http', api_method: 'POST', settings: {} },
				...{ api_endpoint: 'https://desk.example/•••', api_headers: { 'X-Key': '•••' }, priority_threshold: 'low' },
				...{ is_active: true, created_at: '2026-01-31T12:00:00.000Z', updated_at: '2026-01-31T12:00:00.000Z' },
			},
		]);
	});

	it('lets no name move the cursor', async () => {
		await cli.store(newMapping({ teamName: 'a\u001b[2Jb' }));
		expect((await cli.run(['list'])).stdout).toContain('a\ufffd[2Jb');
	});
});

describe('add', () => {
	const HTTP = ['add', '--department', 'it', '--system', 'http', '--endpoint', 'https://desk.example/hush'];

	it('stores what is said, and prints it masked', async () => {
		const argv = ['--team', 'Second Level', '--method', 'put', '--priority', 'high', '--inactive'];
		const headers = ['--header', 'Authorization: Bearer ${DESK_TOKEN}', '--header', 'X-Key:hush:1=2'];
		const { code, stdout, stderr } = await cli.run([...HTTP, ...argv, ...headers]);
		expect([code, stderr]).toEqual([0, '']);
		expect(JSON.parse(stdout)).toMatchObject({ id: 1, api_endpoint: 'https://desk.example/•••', is_active: false });
		expect(stdout).not.toContain('hush');
		expect(await cli.stored()).toMatchObject([
			{
				...{ id: 1, department: 'IT', teamName: 'Second Level', method: 'PUT', priorityThreshold: 'high' },
				headers: { Authorization: 'Bearer ${DESK_TOKEN}', 'X-Key': 'hush:1=2' },
				isActive: false,
			},
		]);
	});

	it.each<[string, unknown]>([
		['a=1', 1],
		['a=-1.5', -1.5],
		['a=true', true],
		['a=[1,"x"]', [1, 'x']],
		['a={"b":{"c":null}}', { b: { c: null } }],
		['a=text', 'text'],
		['a= b=c ', 'b=c'],
		['a=', ''],
		['a=null', 'null'],
		['a="quoted"', '"quoted"'],
		['a=007', '007'],
		['a=1.50', '1.50'],
		['a=12345678901234567890', '12345678901234567890'],
		['a={broken', '{broken'],
	])('--setting %j', async (setting, value) => {
		expect((await cli.run([...HTTP, '--setting', setting])).code).toBe(0);
		expect(await cli.stored()).toMatchObject([{ settings: { a: value } }]);
	});

	it('takes nothing that the API would not, and names every problem', async () => {
		const argv = ['--priority', 'urgent', '--header', 'Host: hush', '--setting', 'a=${DATABASE_URL}'];
		const { code, stdout, stderr } = await cli.run([...HTTP, ...argv]);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr.split('\n')).toEqual([
			'Nothing was added:',
			'  - priority_threshold must be one of low, medium, high, critical',
			'  - api_headers: the mapping must not set the header host',
			expect.stringContaining('  - settings must not refer to DATABASE_URL'),
			'',
		]);
	});

	it('says what keeps the new mapping from being used', async () => {
		await cli.store(newMapping());
		const { code, stderr } = await cli.run(HTTP);
		expect([code, stderr]).toEqual([0, expect.stringContaining('Mapping 2: never used: mapping 1')]);
	});
});

describe('remove', () => {
	it('removes one, and says which', async () => {
		await cli.store(newMapping(), newMapping({ department: 'HR' }));
		const { code, stdout } = await cli.run(['remove', '1']);
		expect([code, stdout]).toEqual([0, 'Removed mapping 1: IT from low to http (IT Support)\n']);
		expect(await cli.stored()).toMatchObject([{ id: 2 }]);
		const again = await cli.run(['remove', '1']);
		expect(again).toEqual({ code: 1, stdout: '', stderr: 'There is no mapping 1: list shows those there are\n' });
	});
});
