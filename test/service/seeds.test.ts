import { readFileSync } from 'node:fs';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { mappingProblems } from '../../core/mapping-problems';
import { OWN_VARIABLES } from '../../service/config';
import { connectionProblems, readConnections, type Connection } from '../../service/connections';
import { connectionFor, seedsFor } from '../../service/seeds';
import { listMappings } from '../../service/store/mappings';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { newDatabaseUrl, spawnService } from '../helpers/process';
import { startService, validBody } from '../helpers/service';

jest.setTimeout(60_000);

const JIRA = {
	JIRA_API_URL: 'https://firm.atlassian.net/rest/api/2',
	JIRA_EMAIL: 'bot@firm.example',
	JIRA_TOKEN: 'token-of-jira',
	JIRA_PROJECT_KEY: 'HELP',
};
const FRESHSERVICE = {
	FRESHSERVICE_API_URL: 'https://firm.freshservice.com',
	FRESHSERVICE_TOKEN: 'token-of-freshservice',
	FRESHSERVICE_REQUESTER_EMAIL: 'helpdesk@firm.example',
};
const SLACK = { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T00000000/B00000000/secretOfSlack' };
const NAMES = DEFAULT_DEPARTMENTS.map(({ name }) => name);

describe('what a department begins with', () => {
	const values = { jira: JIRA, freshservice: FRESHSERVICE, slack: SLACK };
	const connected = (names: string): Connection[] =>
		readConnections(Object.assign({}, ...names.split(' ').map((name) => values[name as keyof typeof values])));

	it.each([
		// IT, HR, Finance, Facilities, Legal, Security, General
		['', 'inbox inbox inbox inbox inbox inbox inbox'],
		['jira', 'jira jira jira jira jira jira jira'],
		['freshservice', Array(7).fill('freshservice').join(' ')],
		['slack', 'slack slack slack slack slack slack slack'],
		['jira slack', 'jira jira jira jira jira jira slack'],
		['jira freshservice', 'jira freshservice freshservice freshservice freshservice jira jira'],
		['freshservice slack', `${Array(6).fill('freshservice').join(' ')} slack`],
		['jira freshservice slack', 'jira freshservice freshservice freshservice freshservice jira slack'],
	])('with "%s": %s', (names, systems) => {
		const seeds = seedsFor(DEFAULT_DEPARTMENTS, connected(names));
		expect(seeds.map(({ system }) => system).join(' ')).toBe(systems);
		expect(seeds.map(({ department }) => department)).toEqual(NAMES);
		expect(seeds.every(({ isActive, priorityThreshold }) => isActive && priorityThreshold === 'low')).toBe(true);
	});

	it.each([
		['Fleet', 'freshservice slack', 'freshservice'],
		['Fleet', 'slack jira', 'jira'],
		['security', 'freshservice jira', 'jira'],
		['constructor', 'slack', 'slack'],
		['Fleet', '', undefined],
	])('%s with "%s": %s', (department, names, name) => {
		expect(connectionFor(department, connected(names))?.name).toBe(name);
	});
});

describe('a seeded mapping', () => {
	// No site of Jira Cloud, which would have to have the e-mail address.
	const jira = { ...JIRA, JIRA_API_URL: 'https://jira.firm.example/rest/api/2', JIRA_ISSUE_TYPE: 'Task' };
	const values = { ...jira, ...FRESHSERVICE, ...SLACK };
	const names = Object.keys(values) as (keyof typeof values)[];
	const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
		Object.fromEntries(names.filter((_name, i) => bits & (1 << i)).map((name) => [name, values[name]])),
	);
	const usable = subsets.filter((env) => connectionProblems(env).length === 0);

	it('has no problems, whatever is set', () => {
		const systems = usable.flatMap((env) => readConnections(env)).map(({ target }) => target.system);
		expect([...new Set(systems)].sort()).toEqual(['freshservice', 'jira', 'jira_server', 'slack']);
		for (const env of usable) {
			const problems = seedsFor(DEFAULT_DEPARTMENTS, readConnections(env)).flatMap((mapping) =>
				mappingProblems(mapping, DEFAULT_DEPARTMENTS, OWN_VARIABLES),
			);
			expect({ env, problems }).toEqual({ env, problems: [] });
		}
	});

	it('holds none of the values', () => {
		const text = JSON.stringify(usable.map((env) => seedsFor(DEFAULT_DEPARTMENTS, readConnections(env))));
		for (const value of Object.values(values)) expect(text).not.toContain(`"${value}"`);
		expect(text).not.toMatch(/firm|token-of|secretOf|HELP/u);
	});
});

describe('starting', () => {
	/** Starts, reads the log and what is stored, and stops. */
	async function start(env: Record<string, string>, departments?: string) {
		const app = await startService({ ...env, DEPARTMENTS_FILE: departments });
		const mappings = await listMappings(app.service.knex);
		const { text } = await app.call('GET', '/mappings');
		await app.close();
		return { logs: app.logs, mappings, shown: text };
	}

	const firstStart = (logs: Record<string, unknown>[]): unknown[] =>
		logs.filter(({ msg }) => /^first start/u.test(String(msg))).map(({ system, departments }) => [system, departments]);
	const notReferredTo = (logs: Record<string, unknown>[]): unknown[] =>
		logs.filter(({ msg }) => /no mapping refers/u.test(String(msg))).map(({ level, variables }) => [level, variables]);

	it('maps every department once, and says to what', async () => {
		const env = { DATABASE_URL: newDatabaseUrl(), ...JIRA, ...FRESHSERVICE, ...SLACK };
		const first = await start(env);
		expect(firstStart(first.logs)).toEqual([
			['jira', ['IT', 'Security']],
			['freshservice', ['HR', 'Finance', 'Facilities', 'Legal']],
			['slack', ['General']],
		]);
		const again = await start(env);
		expect(firstStart(again.logs)).toEqual([]);
		expect(again.mappings).toEqual(first.mappings);
		expect(notReferredTo([...first.logs, ...again.logs])).toEqual([]);
		expect(JSON.stringify([first, again])).not.toMatch(/token-of|secretOf|HELP"|firm\./u);
	});

	it('says on later starts what no mapping refers to, and leaves the mappings alone', async () => {
		const url = { DATABASE_URL: newDatabaseUrl() };
		const first = await start(url);
		expect(firstStart(first.logs)).toEqual([['inbox', NAMES]]);
		const later = await start({ ...url, ...JIRA, ...SLACK });
		expect(later.mappings).toEqual(first.mappings);
		expect(notReferredTo(later.logs)).toEqual([
			[30, ['JIRA_API_URL', 'JIRA_TOKEN', 'JIRA_PROJECT_KEY', 'JIRA_EMAIL']],
			[30, ['SLACK_WEBHOOK_URL']],
		]);
	});

	it.each([
		['an endpoint', { api_endpoint: '${SLACK_WEBHOOK_URL}' }],
		['a header', { api_headers: JSON.stringify({ Authorization: 'x ${SLACK_WEBHOOK_URL}' }) }],
		['a setting', { settings: JSON.stringify({ body: { deep: ['${SLACK_WEBHOOK_URL}'] } }) }],
	])('knows a reference in %s', async (_, change) => {
		const url = { DATABASE_URL: newDatabaseUrl() };
		const app = await startService(url);
		await app.service.knex('team_mappings').where({ department: 'HR' }).update(change);
		await app.close();
		expect(notReferredTo((await start({ ...url, ...SLACK })).logs)).toEqual([]);
	});

	it('warns of none of the mappings it made', async () => {
		const { logs } = await start({ DATABASE_URL: newDatabaseUrl(), ...JIRA, ...FRESHSERVICE, ...SLACK });
		expect(logs.filter(({ level }) => Number(level) > 30)).toEqual([]);
	});
});

describe('a process with JIRA_*', () => {
	let jira: LocalServer;
	beforeEach(async () => {
		jira = await startLocalServer(() => ({ status: 201, body: { id: '10001', key: 'HELP-7' } }));
	});
	afterEach(() => jira.close());

	it.each([
		['3', { JIRA_EMAIL: 'bot@firm.example' }, `Basic ${btoa('bot@firm.example:a-secret-token')}`],
		['2', {}, 'Bearer a-secret-token'],
	])('delivers by version %s of the API, and keeps the token to itself', async (version, login, authorization) => {
		const url = newDatabaseUrl();
		const service = await spawnService({
			...login,
			DATABASE_URL: url,
			ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
			CONFIDENCE_THRESHOLD: '0.2',
			JIRA_API_URL: `${jira.url}/rest/api/2`,
			JIRA_TOKEN: 'a-secret-token',
			JIRA_PROJECT_KEY: 'HELP',
			LOG_LEVEL: 'debug',
		});
		const submitted = await fetch(`${service.url}/webhook/ticket`, {
			method: 'POST',
			body: JSON.stringify(validBody()),
			headers: { 'content-type': 'application/json' },
		});
		expect(await submitted.json()).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-7', department: 'IT' });
		const mappings = await (await fetch(`${service.url}/mappings`)).text();
		expect(await service.kill('SIGTERM')).toBe(0);
		const [{ method, path, headers, body }] = jira.requests;
		expect([method, path, headers.authorization]).toEqual(['POST', `/rest/api/${version}/issue`, authorization]);
		expect(JSON.parse(body)).toMatchObject({ fields: { project: { key: 'HELP' }, issuetype: { name: 'Task' } } });
		const file = url.replace('sqlite:', '');
		const kept = [file, `${file}-wal`].map((path) => readIfThere(path));
		const everything = [JSON.stringify(service.logs), service.errors(), mappings, ...kept].join('\n');
		const found = (text: string): boolean => everything.includes(text);
		const secrets = ['a-secret-token', authorization.split(' ')[1]];
		expect([found('${JIRA_TOKEN}'), ...secrets.map(found)]).toEqual([true, false, false]);
	});
});

function readIfThere(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
