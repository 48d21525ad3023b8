import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { exportedForm, plainForm } from '../../../service/cli/mappings/form';
import { readMappings } from '../../../service/cli/mappings/read-mappings';
import { mappingsCli, newMapping, type MappingsCli } from '../../helpers/mappings-cli';
import { createFolder, type Folder } from '../../helpers/triage-cli';

let folder: Folder;
let cli: MappingsCli;
beforeEach(() => {
	folder = createFolder();
	cli = mappingsCli(folder);
});
afterEach(() => folder.remove());

const SECRETS = newMapping({
	headers: { Authorization: 'Bearer ${DESK_TOKEN}', 'X-Key': 'hush-header' },
	settings: { queue: 'ops', note: 'hush-setting', body: { title: '{{title}}', pin: 12345 } },
});
const OPEN = newMapping({ department: 'HR', endpoint: 'https://hr.example', headers: { Accept: '${TYPE}' } });

const LITERAL = ['hush-path', 'hush-header', 'hush-setting', '12345'];
const entriesOf = (text: string): unknown[] => readMappings(Buffer.from(text)).map(({ value }) => value);

test('references stay, what is written out is masked, and the reader is told', async () => {
	await cli.store(SECRETS, OPEN);
	const { code, stdout, stderr } = await cli.run(['export']);
	expect([code, stderr]).toEqual([0, '5 values are masked as •••: --secrets writes them out.\n']);
	for (const secret of LITERAL) expect(stdout).not.toContain(secret);
	expect(entriesOf(stdout)).toMatchObject([
		{ id: 2, department: 'HR', api_endpoint: 'https://hr.example', api_headers: { Accept: '${TYPE}' } },
		{
			...{ id: 1, department: 'IT', team_name: 'IT Support', system: 'http', priority_threshold: 'low' },
			api_headers: { Authorization: 'Bearer ${DESK_TOKEN}', 'X-Key': '•••' },
			settings: { queue: 'ops', note: '•••', body: { title: '•••', pin: '•••' } },
		},
	]);
});

test('an address that is a reference gives nothing away', async () => {
	await cli.store(newMapping({ endpoint: '${DESK_URL}' }));
	const { stdout, stderr } = await cli.run(['export']);
	expect([stderr, entriesOf(stdout)]).toEqual(['', [expect.objectContaining({ api_endpoint: '${DESK_URL}' })]]);
});

test.each([
	['m.yaml', [], '#'],
	['m.json', [], '['],
	['m.json', ['--format', 'yaml'], '#'],
	['m.txt', [], '#'],
	['m.txt', ['--format', 'json'], '['],
])('%s with %j', async (file, flags, start) => {
	await cli.store(SECRETS, OPEN);
	const { code, stdout, stderr } = await cli.run(['export', file, ...flags]);
	expect([code, stdout]).toEqual([0, '']);
	expect(stderr).toContain(`2 mappings: ${folder.file(file)}\n`);
	expect(folder.text(file)[0]).toBe(start);
	expect(folder.text(file)).toMatch(/[^\n]\n$/);
	const again = await cli.run(['import', file, '--replace']);
	expect([again.code, again.stdout]).toEqual([0, '0 added, 0 changed, 2 unchanged, 0 deleted\n']);
	expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('--secrets makes a copy that another database can take, and that nobody else can read', async () => {
	await cli.store(SECRETS, OPEN);
	folder.put('m.yaml', 'earlier');
	chmodSync(folder.file('m.yaml'), 0o644);
	const { stderr } = await cli.run(['export', 'm.yaml', '--secrets']);
	expect(stderr).toBe(`2 mappings: ${folder.file('m.yaml')}\n`);
	expect(statSync(folder.file('m.yaml')).mode & 0o777).toBe(0o600);
	const elsewhere = createFolder();
	const other = mappingsCli(elsewhere);
	await other.store(newMapping({ department: 'Security', system: 'inbox' }), newMapping({ department: 'Legal' }));
	await elsewhere.query((knex) => knex('team_mappings').update({ created_at: '2026-02-01T12:00:00.000Z' }));
	const first = await other.run(['import', folder.file('m.yaml'), '--replace']);
	expect(first.stdout).toContain('2 added, 0 changed, 0 unchanged, 2 deleted');
	expect((await other.stored()).map(plainForm)).toEqual([OPEN, SECRETS].map(plainForm));
	const second = await other.run(['import', folder.file('m.yaml')]);
	expect(second.stdout).toBe('0 added, 0 changed, 2 unchanged, 0 deleted\n');
	elsewhere.remove();
});

test('a masked copy is not enough for another database, and that is said of every mask', async () => {
	await cli.store(SECRETS);
	await cli.run(['export', 'm.yaml']);
	const elsewhere = createFolder();
	const { code, stderr } = await mappingsCli(elsewhere).run(['import', folder.file('m.yaml')]);
	elsewhere.remove();
	expect(code).toBe(1);
	expect(stderr).toContain('entry 1, line 7: api_endpoint is masked and not what is stored');
	expect(stderr).toContain('entry 1, line 11: api_headers.X-Key is masked, and nothing is stored in its place');
	expect(stderr).toContain('settings.body.pin is masked');
});

test('a link stays one, and what is no file is not replaced by one', async () => {
	await cli.store(OPEN);
	folder.put('real.yaml', 'earlier');
	symlinkSync(folder.file('real.yaml'), folder.file('link.yaml'));
	expect((await cli.run(['export', 'link.yaml'])).code).toBe(0);
	expect(folder.text('real.yaml')).toContain('https://hr.example');
	mkdirSync(folder.file('there'));
	for (const file of ['there', '/dev/null']) await expect(cli.run(['export', file])).rejects.toThrow('is no file');
	await expect(cli.run(['export', 'no/where.yaml'])).rejects.toThrow('cannot be written (ENOENT)');
	expect(existsSync('/dev/null') && statSync('/dev/null').isFile()).toBe(false);
});

const anyText = fc.oneof(
	fc.string({ unit: 'grapheme' }),
	fc.constantFrom(
		'yes',
		'null',
		'~',
		'0777',
		'1e3',
		'2026-01-31',
		'- a',
		'# b',
		'a: b',
		'*x',
		'&y',
		'!z',
		'\ttab\n',
		'',
	),
);

test('any mapping comes back from YAML and from JSON as it was', () => {
	const anyMapping = fc.record({
		headers: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
		settings: fc.dictionary(anyText, fc.oneof(anyText, fc.maxSafeInteger(), fc.boolean(), fc.array(anyText)), {
			maxKeys: 4,
		}),
		teamName: anyText,
	});
	const stamped = { id: 3, createdAt: '2026-01-31T12:00:00.000Z', updatedAt: '2026-01-31T12:00:00.000Z' };
	fc.assert(
		fc.property(anyMapping, (parts) => {
			const forms = [exportedForm({ ...newMapping(parts), ...stamped }, true)];
			const plain: unknown = JSON.parse(JSON.stringify(forms));
			expect(entriesOf(JSON.stringify(forms, null, 2))).toEqual(plain);
			expect(entriesOf(stringify(forms, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false }))).toEqual(
				plain,
			);
		}),
		{ numRuns: 200 },
	);
});
