import { readFileSync } from 'node:fs';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError, environmentSchema, isLoopback, loadConfig, readDatabaseUrl } from '../../service/config';
import { CONNECTION_VARIABLES } from '../../service/connections';
import { loadDepartments } from '../../service/departments';
import { findRoot, readEnvironment } from '../../service/environment';

const KEY = 'a-key-of-some-length';

function problemsOf(environment: Record<string, string>): string[] {
	try {
		loadConfig(environment, '/root');
		return [];
	} catch (error) {
		return (error as ConfigError).problems;
	}
}

describe('loadConfig', () => {
	it('needs nothing', () => {
		expect(loadConfig({}, '/root')).toMatchObject({
			gemini: null,
			database: { client: 'sqlite3', connection: '/root/tickets.db' },
			host: '127.0.0.1',
			port: 8000,
			apiKeys: [],
			confidenceThreshold: 0.6,
			reviewDelivery: 'inbox',
			syncWaitMs: 10_000,
			retentionDays: null,
			retry: { maxAttempts: 10, backoffFactor: 4 },
			connections: [],
			logLevel: 'info',
			metrics: { enabled: true, port: null },
		});
	});

	it.each([
		['sqlite:./a.db', undefined, 0],
		['postgres://h/d', undefined, 5000],
		['postgres://h/d', '0', 0],
		['sqlite:./a.db', '250', 250],
	])('with %s and SHUTDOWN_DELAY_MS=%s takes tickets for %s ms after SIGTERM', (url, given, delay) => {
		const config = loadConfig({ DATABASE_URL: url, SHUTDOWN_DELAY_MS: given }, '/root');
		expect(config.shutdownDelayMs).toBe(delay);
	});

	it('takes a blank value for one that is not set', () => {
		expect(loadConfig({ PORT: ' ', GEMINI_API_KEY: '', HOST: '' }, '/root')).toMatchObject({
			port: 8000,
			gemini: null,
		});
	});

	it('reports everything that is wrong at once', () => {
		const problems = problemsOf({
			PORT: '99999',
			HOST: '0.0.0.0',
			CONFIDENCE_THRESHOLD: '1.5',
			CLASSIFIER: 'oracle',
			DATABASE_URL: 'mysql://x',
			ALLOW_ANONYMOUS: 'perhaps',
			LOG_LEVEL: 'loud',
			TRIAGE_API_KEYS: 'ops:short',
			JIRA_API_URL: 'https://jira.firm.example',
			SLACK_WEBHOOK_URL: 'https://slack.firm.example',
		});
		const names = problems.map((problem) => problem.split(':')[0]).sort();
		expect(names).toEqual(
			[
				'ALLOW_ANONYMOUS',
				'CLASSIFIER',
				'CONFIDENCE_THRESHOLD',
				'DATABASE_URL',
				'JIRA_PROJECT_KEY',
				'JIRA_TOKEN',
				'LOG_LEVEL',
				'PORT',
				'SLACK_WEBHOOK_URL',
				'TRIAGE_API_KEYS',
			].sort(),
		);
	});

	it('refuses to be open to other machines, and names both ways out', () => {
		const [problem] = problemsOf({ HOST: '0.0.0.0' });
		expect(problem).toContain('TRIAGE_API_KEYS');
		expect(problem).toContain('ALLOW_ANONYMOUS=true');
		expect(problemsOf({ HOST: '0.0.0.0', ALLOW_ANONYMOUS: 'true' })).toEqual([]);
		expect(problemsOf({ HOST: '0.0.0.0', TRIAGE_API_KEYS: KEY })).toEqual([]);
	});

	it('has Gemini by either name of its key, unless local is asked for', () => {
		expect(loadConfig({ GOOGLE_API_KEY: 'k' }, '/').gemini).toMatchObject({
			apiKey: 'k',
			model: 'gemini-3.5-flash-lite',
			baseUrl: 'https://generativelanguage.googleapis.com',
			mode: 'cascade',
			cutoff: null,
			redact: true,
			limits: { concurrency: 16, batchSize: 8, requestsPerDay: undefined, cacheTtlMs: 3_600_000 },
		});
		expect(loadConfig({ GEMINI_API_KEY: 'k', CLASSIFIER: 'gemini' }, '/').gemini).toMatchObject({ mode: 'gemini' });
		expect(loadConfig({ GEMINI_API_KEY: 'k', CLASSIFIER: 'local' }, '/').gemini).toBeNull();
		for (const CLASSIFIER of ['gemini', 'cascade']) {
			expect(problemsOf({ CLASSIFIER })).toEqual([expect.stringContaining('GEMINI_API_KEY')]);
		}
	});

	it.each([
		['WARNING', 'warn'],
		['critical', 'fatal'],
		['Debug', 'debug'],
	])('knows the log level %s', (given, level) => expect(loadConfig({ LOG_LEVEL: given }, '/').logLevel).toBe(level));

	it('never holds a key in clear', () => {
		const jira = { JIRA_API_URL: 'https://jira.firm.example', JIRA_TOKEN: KEY, JIRA_PROJECT_KEY: 'HELP' };
		const config = loadConfig({ TRIAGE_API_KEYS: `ops:${KEY}`, ...jira }, '/');
		expect(config.connections).toHaveLength(1);
		expect(JSON.stringify(config)).not.toContain(KEY);
	});
});

it.each([
	['sqlite:./a.db', '/root/a.db'],
	['sqlite:/var/a.db', '/var/a.db'],
	['sqlite:///a.db', '/root/a.db'],
	['sqlite:////var/a.db', '/var/a.db'],
	['sqlite+aiosqlite:///./tickets.db', '/root/tickets.db'],
	['sqlite::memory:', ':memory:'],
	['postgres://u:p@h/d', 'postgres://u:p@h/d'],
	['postgresql+asyncpg://u:p@h:5432/d', 'postgres://u:p@h:5432/d'],
])('DATABASE_URL %s', (url, connection) => expect(readDatabaseUrl(url, '/root')?.connection).toBe(connection));

it.each(['mysql://h/d', 'sqlite:', 'tickets.db', 'postgres:'])('DATABASE_URL %s is refused', (url) => {
	expect(readDatabaseUrl(url, '/root')).toBeNull();
});

it.each([
	['127.0.0.1', true],
	['127.8.8.8', true],
	['::1', true],
	['localhost', true],
	['0.0.0.0', false],
	['::', false],
	['10.0.0.1', false],
	['127.0.0.1.example.com', false],
])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected));

describe('.env.example', () => {
	const text = readFileSync(join(findRoot(), '.env.example'), 'utf8');

	it('names every variable the service reads, and no other', () => {
		const named = [...text.matchAll(/^# ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
		expect(named.sort()).toEqual([...Object.keys(environmentSchema.shape), ...CONNECTION_VARIABLES].sort());
	});

	it('shows values that are accepted', () => {
		const shown = parseEnv(text.replace(/^# ?([A-Z][A-Z0-9_]+=)/gm, '$1'));
		expect(problemsOf({ ...(shown as Record<string, string>), DEPARTMENTS_FILE: '' })).toEqual([]);
	});

	it('changes nothing when it is copied as it is', () => expect(parseEnv(text)).toEqual({}));
});

describe('environment', () => {
	it('reads .env at the root, under what the process was given', () => {
		const root = mkdtempSync(join(tmpdir(), 'triage-env-'));
		expect(readEnvironment(root, { A: '1' })).toEqual({ A: '1' });
		writeFileSync(join(root, '.env'), 'A=file\nB="of # the file"\n');
		expect(readEnvironment(root, { A: 'process' })).toEqual({ A: 'process', B: 'of # the file' });
	});

	it('finds no root where there is none', () => expect(() => findRoot('/')).toThrow('service/package.json'));
});

describe('DEPARTMENTS_FILE', () => {
	const write = (value: unknown): string => {
		const path = join(mkdtempSync(join(tmpdir(), 'triage-departments-')), 'departments.json');
		writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
		return path;
	};

	it('replaces the departments and keeps General', () => {
		const path = write([{ name: 'Fleet', description: 'Cars and vans.', teams: ['Garage'] }]);
		expect(loadDepartments(path).map(({ name }) => name)).toEqual(['Fleet', 'General']);
	});

	it('names what is wrong with it', () => {
		expect(() => loadDepartments(write('{'))).toThrow('cannot be read as JSON');
		expect(() => loadDepartments(write([{ name: 'A' }, { name: '', description: 'x' }]))).toThrow(
			/0\.description.*\n.*1\.name/,
		);
		expect(() => loadDepartments(write([1, 2].map(() => ({ name: 'A', description: 'x' }))))).toThrow(
			'every name may occur once',
		);
	});
});

describe('who may call', () => {
	it('is everybody on this machine, at first', () => {
		expect(loadConfig({}, '/')).toMatchObject({
			...{ apiKeys: [], webhookSecrets: [], allowedOrigins: [], allowedHosts: [] },
			...{ trustProxy: false, requestsPerMinute: 6000 },
		});
	});

	it.each([
		['2', 2],
		['false', false],
		['loopback, 10.0.0.0/8,fd00::1', ['loopback', '10.0.0.0/8', 'fd00::1']],
	])('TRUST_PROXY=%s', (given, expected) => {
		expect(loadConfig({ TRUST_PROXY: given }, '/').trustProxy).toEqual(expected);
	});

	it.each([
		['TRUST_PROXY', 'true'],
		['TRUST_PROXY', '99'],
		['TRUST_PROXY', 'proxy.firm.example'],
		['ALLOWED_ORIGINS', '*'],
		['ALLOWED_ORIGINS', 'https://portal.firm.example/'],
		['ALLOWED_ORIGINS', 'portal.firm.example'],
		['ALLOWED_ORIGINS', 'null'],
		['RATE_LIMIT_PER_MINUTE', '-1'],
		['WEBHOOK_SECRET', 'whsec_'],
		['WEBHOOK_SECRET', ''],
		['WEBHOOK_SECRET', '  '],
		['WEBHOOK_SECRET', 'secret-token'],
	])('%s=%s is refused', (name, value) => {
		expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name}: `)]);
		expect(problemsOf({ [name]: value }).join()).not.toContain('secret-token');
	});

	it('a secret will do for other machines', () => {
		const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
		expect(problemsOf({ HOST: '0.0.0.0', WEBHOOK_SECRET: secret })).toEqual([]);
	});
});

describe('values in files', () => {
	const root = mkdtempSync(join(tmpdir(), 'triage-env-'));
	const file = join(root, 'value');
	beforeAll(() => writeFileSync(file, 'of-the-file\n'));

	it.each(['GEMINI_API_KEY', 'DATABASE_URL', 'JIRA_TOKEN', 'ZENDESK_TOKEN'])('stand for %s', (name) => {
		expect(readEnvironment(root, { [`${name}_FILE`]: file })[name]).toBe('of-the-file');
		expect(readEnvironment(root, { [`${name}_FILE`]: 'value', [name]: ' ' })[name]).toBe('of-the-file');
		expect(readEnvironment(root, { [`${name}_FILE`]: file, [name]: 'mine' })[name]).toBe('mine');
	});

	it('are left alone where they are for others', () => {
		expect(readEnvironment(root, { SSL_CERT_FILE: file, DEPARTMENTS_FILE: file, _FILE: file })).toEqual({
			...{ SSL_CERT_FILE: file, DEPARTMENTS_FILE: file, _FILE: file },
		});
		const mine = { VAULT_TOKEN_FILE: file, ALLOWED_REFERENCES: 'VAULT_*' };
		expect(readEnvironment(root, mine).VAULT_TOKEN).toBe('of-the-file');
	});

	it('stand for what the list of references names that is in a file itself, or not given', () => {
		const list = join(root, 'references');
		writeFileSync(list, 'VAULT_*\n');
		const mine = readEnvironment(root, { VAULT_TOKEN_FILE: file, ALLOWED_REFERENCES_FILE: list });
		expect(mine).toMatchObject({ VAULT_TOKEN: 'of-the-file', ALLOWED_REFERENCES: 'VAULT_*' });
		expect(problemsOf(mine as Record<string, string>)).toEqual([]);
		expect(readEnvironment(root, { ZENDESK_TOKEN_FILE: file, ALLOWED_REFERENCES: ' ' }).ZENDESK_TOKEN).toBe(
			'of-the-file',
		);
	});

	it('are missed, together with all else that is wrong', () => {
		const environment = readEnvironment(root, { GEMINI_API_KEY_FILE: '/nowhere/key', PORT: 'x' });
		expect(problemsOf(environment as Record<string, string>)).toEqual([
			expect.stringMatching(/^PORT: /),
			'GEMINI_API_KEY_FILE: /nowhere/key cannot be read, or is empty',
		]);
	});
});
