import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET_FILES, SecretsError, makeSecrets, renewKey } from '../../service/secrets';
import { ROOT } from '../helpers/process';

let folder: string;
const at = (path: string): string => join(folder, path);
const read = (path: string): string => readFileSync(at(path), 'utf8');
const all = (): Record<string, string> => Object.fromEntries(SECRET_FILES.map(({ path }) => [path, read(path)]));

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'triage-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('makes every file once, and never again', () => {
	expect(makeSecrets(folder)).toEqual(SECRET_FILES.map(({ path }) => path));
	const first = all();
	expect(makeSecrets(folder)).toEqual([]);
	expect(all()).toEqual(first);
});

it('makes other ones elsewhere, each unlike the others', () => {
	makeSecrets(folder);
	const here = SECRET_FILES.filter(({ from }) => !from).map(({ path }) => read(path));
	expect(new Set(here).size).toBe(here.length);
	for (const secret of here) expect(secret).toMatch(/^[\w-]{43}$/);
	const other = mkdtempSync(join(tmpdir(), 'triage-secrets-'));
	makeSecrets(other);
	expect(here).not.toContain(readFileSync(join(other, 'postgres/password'), 'utf8'));
	rmSync(other, { recursive: true });
});

it('gives each key the scope that its reader needs, and the database its password', () => {
	makeSecrets(folder);
	expect(read('triage/api_keys').trim().split('\n')).toEqual([
		`n8n:submit+read:${read('n8n/triage_key')}`,
		`prometheus:read:${read('prometheus/triage_key')}`,
		`admin:admin:${read('triage/admin_key')}`,
	]);
	expect(new URL(read('triage/database_url')).password).toBe(read('postgres/password'));
});

it.each(SECRET_FILES)('$path can be read by its owner and by root only', ({ path, owner }) => {
	makeSecrets(folder);
	const { mode, uid, gid } = statSync(at(path));
	expect((mode & 0o777).toString(8)).toBe('440');
	if (process.getuid?.() === 0) expect([uid, gid]).toEqual([owner, 0]);
});

it('adds what is missing and leaves what somebody changed', () => {
	makeSecrets(folder);
	const before = all();
	rmSync(at('triage/database_url'));
	rmSync(at('grafana/admin_password'));
	writeFileSync(at('triage/api_keys'), 'mine:admin:0123456789');
	writeFileSync(at('grafana/admin_password.unfinished'), 'left by a run that was killed');
	expect(makeSecrets(folder)).toEqual(['grafana/admin_password', 'triage/database_url']);
	expect(read('triage/api_keys')).toBe('mine:admin:0123456789');
	expect(read('triage/database_url')).toBe(before['triage/database_url']);
	expect(read('grafana/admin_password')).toMatch(/^[\w-]{43}$/);
	expect(existsSync(at('grafana/admin_password.unfinished'))).toBe(false);
});

it.each(['postgres/password', 'n8n/triage_key'])('makes no new %s that others would contradict', (path) => {
	makeSecrets(folder);
	rmSync(at(path));
	expect(() => makeSecrets(folder)).toThrow(SecretsError);
	expect(() => makeSecrets(folder)).toThrow(path);
	expect(existsSync(at(path))).toBe(false);
});

it.each([
	['admin', 'admin', 'triage/admin_key'],
	['n8n', 'submit+read', 'n8n/triage_key'],
	['prometheus', 'read', 'prometheus/triage_key'],
])('a new key for %s goes to the service and to its reader', (name, scopes, path) => {
	makeSecrets(folder);
	const before = read(path);
	const key = renewKey(folder, name, scopes);
	expect(key).not.toBe(before);
	expect(read(path)).toBe(key);
	const lines = read('triage/api_keys').trim().split('\n');
	expect(lines).toHaveLength(3);
	expect(lines).toContain(`${name}:${scopes}:${key}`);
	expect((statSync(at('triage/api_keys')).mode & 0o777).toString(8)).toBe('440');
});

it('a key more leaves the others, and the same name has one only', () => {
	makeSecrets(folder);
	const before = read('triage/api_keys');
	renewKey(folder, 'form', 'submit');
	const key = renewKey(folder, 'form', 'submit');
	expect(read('triage/api_keys')).toBe(`${before}form:submit:${key}\n`);
});

it.each([
	'  form:submit:the-old-key-of-form\r\n',
	'form :submit:the-old-key-of-form\n',
	'a:read:kept,form:submit:the-old-key-of-form',
])('leaves no old key of the name, however it was written: %j', (old) => {
	makeSecrets(folder);
	rmSync(at('triage/api_keys'));
	writeFileSync(at('triage/api_keys'), `# form: a note, kept\n${old}`);
	const key = renewKey(folder, 'form', 'submit');
	const kept = old.startsWith('a:') ? ['a:read:kept'] : [];
	expect(read('triage/api_keys').trim().split('\n')).toEqual(['# form: a note, kept', ...kept, `form:submit:${key}`]);
});

it('makes no key where there are none', () => {
	expect(() => renewKey(folder, 'form', 'submit')).toThrow(`${at('triage/api_keys')} is missing`);
});

describe('the command', () => {
	const command = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
		spawnSync(process.execPath, [join(ROOT, 'service/build/service/cli/secrets.js'), ...args], { encoding: 'utf8' });

	it('makes secrets, makes them no second time, makes a key', () => {
		expect(command(folder)).toMatchObject({
			status: 0,
			stdout: expect.stringMatching(/^made: grafana\/admin_password, /),
		});
		expect(command(folder)).toMatchObject({ status: 0, stdout: 'all secrets exist: nothing changed\n' });
		const { status, stdout } = command(folder, 'form:submit');
		expect([status, read('triage/api_keys').endsWith(`form:submit:${stdout}`)]).toEqual([0, true]);
	});

	it.each([[[]], [['form']], [['form:everything']], [['form:submit', 'more']], [['a b:read']]])(
		'refuses %j',
		(args) => {
			const { status, stderr } = command(...(args.length > 0 ? [folder, ...args] : []));
			expect([status, stderr]).toEqual([2, expect.stringContaining('Usage: ')]);
			expect(existsSync(at('triage'))).toBe(false);
		},
	);

	it('says what is wrong in a sentence', () => {
		expect(command(folder, 'form:submit')).toMatchObject({
			status: 2,
			stderr: expect.stringMatching(/^\S+ is missing: make.*\n$/),
		});
	});
});
