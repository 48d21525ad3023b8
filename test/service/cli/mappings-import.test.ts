import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { ConfigError } from '../../../service/config';
import { UsageError } from '../../../service/cli/options';
import { deleteMapping } from '../../../service/store/mappings';
import { mappingsCli, newMapping, type MappingsCli } from '../../helpers/mappings-cli';
import { createFolder, type Folder } from '../../helpers/triage-cli';

let folder: Folder;
let cli: MappingsCli;
beforeEach(() => {
	folder = createFolder();
	cli = mappingsCli(folder, { DESK_TOKEN: 'hush-token' });
});
afterEach(() => folder.remove());

const DESK = {
	...{ department: 'Legal', system: 'http', api_endpoint: 'https://desk.example/api', priority_threshold: 'high' },
	...{ api_headers: { Authorization: 'Bearer ${DESK_TOKEN}' }, settings: { queue: 'law', group_id: 7 } },
};
const INBOX = { department: 'Legal', system: 'inbox' };

test.each([
	['YAML', 'm.yaml', stringify([DESK, INBOX])],
	['JSON', 'm.json', JSON.stringify({ mappings: [DESK, INBOX] })],
])('%s is taken over on a new database, and the second time nothing changes', async (_name, file, text) => {
	folder.put(file, text);
	const first = await cli.run(['import', file]);
	expect(first).toMatchObject({ code: 0, stderr: '' });
	expect(first.stdout.split('\n')).toEqual([
		'added  1  Legal from high to http (Legal Counsel)',
		'added  2  Legal from low to inbox (Legal Counsel)',
		'2 added, 0 changed, 0 unchanged, 0 deleted',
		'',
	]);
	const before = await cli.stored();
	expect(before).toMatchObject([{ endpoint: DESK.api_endpoint, settings: DESK.settings }, { system: 'inbox' }]);
	const second = await cli.run(['import', file, '--replace']);
	expect(second).toEqual({ code: 0, stdout: '0 added, 0 changed, 2 unchanged, 0 deleted\n', stderr: '' });
	expect(await cli.stored()).toEqual(before);
});

test('what is told apart is changed, the rest stays, and the fields are named without their values', async () => {
	await cli.store(newMapping({ department: 'HR', system: 'inbox' }), newMapping({ department: 'Legal' }));
	const secret = { ...DESK, team_name: 'IT Support', priority_threshold: 'low', api_headers: { 'X-Key': 'hush' } };
	const { code, stdout, stderr } = await cli.run(['import', '-'], JSON.stringify([secret]));
	expect([code, stderr]).toEqual([0, '']);
	expect(stdout).toBe(
		'changed  2  Legal from low to http (IT Support)  api_endpoint, api_headers, settings\n' +
			'0 added, 1 changed, 0 unchanged, 0 deleted; 1 others stay as they are\n',
	);
	const [hr, legal] = await cli.stored();
	expect(hr.updatedAt).toBe(hr.createdAt);
	expect(legal).toMatchObject({ id: 2, headers: { 'X-Key': 'hush' }, createdAt: hr.createdAt });
	expect(Date.parse(legal.updatedAt)).toBeGreaterThan(Date.parse(legal.createdAt));
});

test('--replace deletes the rest, and --dry-run tells what would be done', async () => {
	await cli.store(newMapping(), newMapping({ department: 'HR', system: 'inbox' }));
	const before = await cli.stored();
	const dry = await cli.run(['import', '-', '--replace', '--dry-run'], JSON.stringify([DESK]));
	expect(dry.stdout.split('\n')).toEqual([
		'added    -  Legal from high to http (Legal Counsel)',
		'deleted  2  HR from low to inbox (IT Support)',
		'deleted  1  IT from low to http (IT Support)',
		'1 added, 0 changed, 0 unchanged, 2 deleted',
		'',
	]);
	expect(dry).toMatchObject({ code: 0, stderr: 'This was a dry run: nothing was written.\n' });
	expect(await cli.stored()).toEqual(before);
	expect((await cli.run(['import', '-', '--replace'], JSON.stringify([DESK]))).code).toBe(0);
	expect(await cli.stored()).toMatchObject([{ department: 'Legal' }]);
});

test.each([[[]], [['--replace']], [['--dry-run']]])(
	'one wrong entry of many leaves all as it was (%j)',
	async (flags) => {
		await cli.store(newMapping());
		const before = await cli.stored();
		const text = `${stringify([DESK, INBOX])}- department: Nowhere\n  system: http\n  settings:\n    a: \${DATABASE_URL}\n`;
		const { code, stdout, stderr } = await cli.run(['import', '-', ...flags], text);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr.split('\n')).toEqual([
			'Nothing was written:',
			expect.stringContaining('  - entry 3, line 12: department must be one of IT, '),
			expect.stringContaining('  - entry 3, line 12: api_endpoint: the endpoint must be an address'),
			expect.stringContaining('  - entry 3, line 14: settings must not refer to DATABASE_URL'),
			'',
		]);
		expect(await cli.stored()).toEqual(before);
	},
);

test('what fails in the middle of writing leaves all as it was', async () => {
	await cli.store(newMapping(), newMapping({ department: 'HR' }));
	await folder.query((knex) =>
		knex.raw(
			"CREATE TRIGGER full BEFORE INSERT ON team_mappings WHEN NEW.system = 'inbox' BEGIN SELECT RAISE(ABORT, 'full'); END",
		),
	);
	const before = await cli.stored();
	const entries = [{ ...DESK, department: 'HR', team_name: 'IT Support', priority_threshold: 'low' }, DESK, INBOX];
	await expect(cli.run(['import', '-', '--replace'], JSON.stringify(entries))).rejects.toThrow(ConfigError);
	expect(await cli.stored()).toEqual(before);
});

test('imports at the same time wait for one another', async () => {
	await cli.store(newMapping());
	// Whoever waits for SQLite holds one of libuv's four threads.
	const all = await Promise.all(
		Array.from({ length: 3 }, () => cli.run(['import', '-', '--replace'], JSON.stringify([DESK, INBOX]))),
	);
	expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
	expect(all.filter(({ stdout }) => stdout.includes('2 added'))).toHaveLength(1);
	expect(await cli.stored()).toHaveLength(2);
});

test('what another puts in place meanwhile is seen, or comes after', async () => {
	const [id] = await cli.store(newMapping());
	const [imported, removed] = await Promise.all([
		cli.run(['import', '-'], JSON.stringify([{ ...DESK, id }])),
		folder.query((knex) => deleteMapping(knex, id)),
	]);
	expect([imported.code, removed]).toEqual([0, true]);
	expect(await cli.stored()).toHaveLength(imported.stdout.includes('1 added') ? 1 : 0);
});

test('what keeps an imported mapping from being used is said, and is no failure', async () => {
	const entries = [
		{ ...INBOX, team_name: 'A' },
		{ ...INBOX, team_name: 'B' },
		{ ...DESK, settings: { a: '${NOT_SET}' } },
	];
	const { code, stderr } = await cli.run(['import', '-'], JSON.stringify(entries));
	expect(code).toBe(0);
	expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
		expect.stringMatching(/^Mapping 2, Legal from low to inbox \(B\): never used: mapping 1 /),
		expect.stringMatching(/^Mapping 3, .*: The mapping refers to NOT_SET, which the environment does not set$/),
	]);
});

test.each<[string, Buffer, string]>([
	['cannot be read', Buffer.from('- a: {'), 'cannot be read, and nothing was done'],
	['has more than 5 MB', Buffer.alloc(5 * 1024 * 1024 + 1, '#'), 'larger than 5 MB'],
])('a file that %s touches no database', async (_name, content, message) => {
	folder.put('m.yaml', content);
	const { code, stderr } = await cli.run(['import', 'm.yaml']);
	expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
	expect(existsSync(folder.database)).toBe(false);
});

test('what is wrong with the setup is said', async () => {
	await expect(cli.run(['import', 'nothing.yaml'])).rejects.toThrow(UsageError);
	await expect(cli.run(['import', '.'])).rejects.toThrow('is a folder');
	const nowhere = mappingsCli(folder, { DATABASE_URL: `sqlite:${folder.file('no/where.db')}` });
	await expect(nowhere.run(['list'])).rejects.toThrow(/where\.db cannot be used \(SQLITE_CANTOPEN\)/);
	await expect(mappingsCli(folder, { DATABASE_URL: 'mysql://x' }).run(['list'])).rejects.toThrow(ConfigError);
});
