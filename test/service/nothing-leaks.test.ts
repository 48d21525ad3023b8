import { once } from 'node:events';
import { connect } from 'node:net';
import type { Knex } from 'knex';
import { allColumns } from '../helpers/all-rows';
import { describeOnBoth, type Databases } from '../helpers/both-databases';
import { startEchoGemini, startEchoTarget } from '../helpers/echo-servers';
import type { LocalServer } from '../helpers/local-server';
import { formsIn, leaksIn, plant, type Place, type Planted } from '../helpers/planted';
import { ALL, HEADERS, MARKED, PERSONAL, SECRETS, SENT } from '../helpers/planted-values';
import { spawnService, type ServiceProcess } from '../helpers/process';
import { eventually, type JsonAnswer } from '../helpers/service';

jest.setTimeout(180_000);

interface Scene {
	service: ServiceProcess;
	target: LocalServer;
	gemini: LocalServer;
	knex: Knex;
	places: Place[];
	call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<JsonAnswer>;
}

/** Runs a check against each database, as an operator would have it: with a password, where there are any. */
async function databaseUrl(
	{ client, create }: Databases,
	open: (url: string) => Promise<Knex>,
): Promise<[string, Knex]> {
	const { connection } = await create();
	const admin = await open(connection);
	if (client === 'sqlite3') return [`sqlite:${connection}`, admin];
	const password = SECRETS.databasePassword.value;
	await admin.raw(`CREATE ROLE planted LOGIN SUPERUSER PASSWORD '${password}'`);
	return [Object.assign(new URL(connection), { username: 'planted', password }).href, admin];
}

function environmentOf(url: string, { target, gemini }: Pick<Scene, 'target' | 'gemini'>): Record<string, string> {
	return {
		...{ DATABASE_URL: url, LOG_LEVEL: 'trace', ALLOWED_PRIVATE_HOSTS: '127.0.0.1', RETRY_MAX_ATTEMPTS: '2' },
		...{ TRIAGE_API_KEYS: `operator:${SECRETS.apiKey.value}`, WEBHOOK_SECRET: secretOf(SECRETS.webhookSecret) },
		...{ GEMINI_API_KEY: SECRETS.geminiKey.value, GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini' },
		...{ GEMINI_MAX_ATTEMPTS: '1', CONFIDENCE_THRESHOLD: '0', PLANTED: SECRETS.reference.value },
		...{ JIRA_API_URL: target.url, JIRA_EMAIL: `x${SECRETS.jiraEmail.value}@example.com`, JIRA_PROJECT_KEY: 'HELP' },
		...{ JIRA_TOKEN: SECRETS.jiraToken.value },
		SLACK_WEBHOOK_URL: `https://hooks.slack.com/services/T00000000/B00000000/${SECRETS.slackPath.value}`,
	};
}

/** As Standard Webhooks writes secrets: what is planted is the text, and its bytes are no more. */
function secretOf({ value }: Planted): string {
	return `whsec_${Buffer.from(value.padEnd(33, 'x')).toString('base64')}`;
}

function callsTo(scene: Pick<Scene, 'service' | 'places'>): Scene['call'] {
	return async (method, path, body, headers = {}) => {
		const key = { authorization: `Bearer ${SECRETS.apiKey.value}` };
		const response = await fetch(scene.service.url + path, {
			method,
			headers: { ...key, 'content-type': 'application/json', ...HEADERS, ...headers },
			...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
		});
		const text = await response.text();
		const head = JSON.stringify([...response.headers]);
		const kind = path.startsWith('/metrics') ? 'metrics' : 'answer';
		scene.places.push({ kind, name: `${method} ${path.split('?')[0]} ${response.status}`, text: `${head}\n${text}` });
		return text.startsWith('{') ? (JSON.parse(text) as JsonAnswer) : {};
	};
}

/** Bytes as they are; resolves with what came back. */
async function speak(url: string, text: string): Promise<string> {
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	let answer = '';
	socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1'))).on('error', () => undefined);
	socket.write(text);
	await once(socket, 'close');
	return answer;
}

async function callWrongly({ call, service, places }: Scene): Promise<void> {
	const wrong = SENT.wrongKey.value;
	const ways: Record<string, string>[] = [
		{ authorization: `Bearer ${wrong}` },
		{ authorization: `Basic ${Buffer.from(`a:${wrong}`).toString('base64')}` },
		{ authorization: '', 'x-api-key': wrong },
	];
	for (const headers of ways) await call('GET', `/tickets?api_key=${wrong}`, undefined, headers);
	await call('GET', `/${SENT.path.value}?token=${SENT.query.value}`);
	await call('GET', `/webhook/ticket/${SENT.path.value}`);
	await call('GET', `/webhook/ticket/${SENT.path.value}%E0%A4%A`);
	await call('DELETE', `/mappings/${SENT.path.value}`);
	await call('GET', `/tickets?text=${PERSONAL.title.value}&status=${SENT.query.value}`);
	await call('GET', `/tickets?text=${SENT.query.value}&cursor=${SENT.query.value}`);
	await call('POST', '/webhook/ticket', `{"title": "${PERSONAL.brokenJson.value}", `);
	await call('POST', '/webhook/ticket', MARKED, { 'content-encoding': SENT.agent.value });
	await call('POST', '/webhook/ticket', MARKED, { 'content-type': `application/${SENT.agent.value}` });
	await call('POST', '/webhook/ticket', {
		...MARKED,
		[PERSONAL.wrongField.value]: 1,
		priority: PERSONAL.wrongValue.value,
	});
	await call('POST', '/webhook/tickets', { tickets: [{ ...MARKED, email: PERSONAL.wrongValue.value }, 1] });
	const asked = `GET /livez HTTP/1.1\r\nHost: ${SENT.host.value}\r\nConnection: close\r\n\r\n`;
	for (const text of [
		asked,
		`${SENT.garbage.value} / HTTP/9.9\r\n\r\n`,
		`GET / HTTP/1.1\r\n${SENT.garbage.value}\r\n\r\n`,
	])
		places.push({ kind: 'answer', name: 'raw', text: await speak(service.url, text) });
}

/** A department's tickets go to a system by a mapping full of secrets. */
async function mapWithSecrets({ call, target }: Scene, department: string, system: string): Promise<void> {
	const secret = `whsec_${Buffer.from(SENT.setting.value.padEnd(33, 'x')).toString('base64')}`;
	const { mappings } = (await call('GET', '/mappings')) as { mappings: Record<string, unknown>[] };
	for (const mapping of mappings.filter((one) => one.department === department))
		await call('DELETE', `/mappings/${String(mapping.id)}`);
	const made = await call('POST', '/mappings', {
		...{ department, system, api_endpoint: `${target.url}/hook` },
		api_headers: { 'X-Literal': SENT.header.value, 'X-Reference': '${PLANTED}', Authorization: 'Token ${PLANTED}' },
		settings: system === 'http' ? { signing_secret: secret } : { project_key: 'HELP' },
	});
	expect(made.id).toBeDefined();
	const id = String(made.id);
	await call('GET', `/mappings/${id}`);
	await call('POST', `/mappings/${id}/test`, {});
	await call('POST', `/mappings/${id}/test`, { dry_run: false });
	await call('PUT', `/mappings/${id}`, { ...made, system: PERSONAL.wrongValue.value });
}

/** Tickets that meet all that can go wrong outside. */
async function submitMarked({ call, target, gemini }: Scene): Promise<string[]> {
	const key = { 'idempotency-key': SENT.idempotency.value };
	const { ticket_id } = await call('POST', '/webhook/ticket', MARKED, key);
	await call('POST', '/webhook/ticket', MARKED, key);
	await call('POST', '/webhook/ticket', { ...MARKED, title: 'Another' }, key);
	const ids = [String(ticket_id)];
	const texts = [
		'My pay slip is missing.',
		'The invoice was paid twice.',
		'The heating is cold.',
		'A VPN.',
		'A password.',
	];
	for (const text of [...texts, 'There is a fire.', 'A contract to review.', 'Phishing mail.']) {
		const ticket = { ...MARKED, description: `${text} ${MARKED.description}` };
		ids.push(String((await call('POST', '/webhook/ticket', ticket)).ticket_id));
	}
	expect(target.requests.length).toBeGreaterThan(3);
	expect(gemini.requests.length).toBeGreaterThan(ids.length - 1);
	return ids;
}

async function workOn({ call }: Scene, ids: string[]): Promise<void> {
	for (const id of ids) await call('GET', `/webhook/ticket/${id}?expand=history`);
	const note = { note: `Not ours, says ${PERSONAL.note.value}` };
	await call('POST', `/tickets/${ids[0]}/correct`, { department: 'IT', ...note });
	await call('POST', `/tickets/${ids[0]}/correct`, { department: PERSONAL.wrongValue.value, ...note });
	await call('POST', `/tickets/${ids[1]}/correct`, { department: 'HR', assigned_to: 'Pay', ...note });
	await call('POST', `/tickets/${ids[2]}/retry`, {});
	await call('GET', `/webhook/ticket/${ids[0]}?expand=history`);
	await call('GET', '/tickets');
	for (const path of ['/mappings', '/subscriptions', '/health', '/readyz', '/openapi.json']) await call('GET', path);
}

async function subscribe({ call, target, places }: Scene): Promise<void> {
	const secret = `whsec_${Buffer.from(SENT.hookSecret.value.padEnd(33, 'x')).toString('base64')}`;
	const url = `${target.url}/${SENT.hookPath.value}`;
	const events = ['settled', 'needs_review', 'corrected', 'failed'];
	const { id } = await call('POST', '/subscriptions', { url, events, secret });
	expect(id).toBeDefined();
	// Shown once, to whoever made it.
	places.pop();
	await call('GET', `/subscriptions/${String(id)}`);
	await call('POST', `/subscriptions/${String(id)}/test`, {});
}

/** What a database says of a row it refuses has the row in it. */
async function breakDatabase({ call, knex }: Scene, ids: string[]): Promise<void> {
	await knex.raw('ALTER TABLE ticket_logs RENAME TO gone');
	await call('POST', '/webhook/ticket', MARKED);
	await call('GET', `/tickets?text=${PERSONAL.title.value}`);
	await call('POST', `/tickets/${ids[2]}/correct`, { department: 'HR', note: PERSONAL.note.value });
	await knex.raw('ALTER TABLE gone RENAME TO ticket_logs');
}

async function placesOf({ service, places, knex }: Scene): Promise<Place[]> {
	const stored = await allColumns(knex);
	return [
		...places,
		{ kind: 'log', name: 'standard output', text: service.output() },
		{ kind: 'log', name: 'standard error', text: service.errors() },
		...[...stored].map(([name, text]): Place => ({ kind: 'column', name, text })),
	];
}

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const close of opened.splice(0).reverse()) await close();
});

describeOnBoth('nothing leaks', (databases) => {
	it('of all that is planted nothing stands in logs, metrics, foreign answers or columns that are not made for it', async () => {
		const [target, gemini] = [await startEchoTarget(), await startEchoGemini()];
		const [url, knex] = await databaseUrl(databases, (connection) =>
			databases.open({ client: databases.client, connection }),
		);
		const service = await spawnService(environmentOf(url, { target, gemini }));
		opened.push(target.close, gemini.close, () => service.kill('SIGKILL'));
		const places: Place[] = [];
		const scene: Scene = { service, target, gemini, knex, places, call: callsTo({ service, places }) };
		await callWrongly(scene);
		await subscribe(scene);
		await mapWithSecrets(scene, 'IT', 'http');
		await mapWithSecrets(scene, 'HR', 'jira_server');
		const ids = await submitMarked(scene);
		await workOn(scene, ids);
		const told = () => Promise.resolve(target.requests.find(({ path }) => path.includes(SENT.hookPath.value)));
		await eventually(told, 'a subscriber to be told');
		const before = await placesOf(scene);
		await breakDatabase(scene, ids);
		await scene.call('GET', '/metrics');
		await scene.call('POST', '/tickets/erase', { email: MARKED.email });
		await service.kill('SIGTERM');

		const all = [...before, ...(await placesOf(scene))];
		expect([...new Set(leaksIn(all, ALL))]).toEqual([]);
		// What may stand somewhere was there: the search finds what there is.
		const held = all.filter(({ kind }) => kind === 'column').map(({ text }) => text);
		for (const one of ALL.filter((planted) => planted.columns))
			expect([one.name, held.some((text) => formsIn(text, one.value).length > 0)]).toEqual([one.name, true]);
		const logged = service.output();
		for (const line of ['call failed', 'ticket failed', 'fallback', 'request hit a bug', 'cannot be stored', 'stopped'])
			expect([line, logged.includes(line)]).toEqual([line, true]);
		const sent = JSON.stringify([...target.requests, ...gemini.requests]);
		for (const one of [SECRETS.geminiKey, SECRETS.jiraToken, SECRETS.reference, SENT.header, PERSONAL.description])
			expect([one.name, formsIn(sent, one.value)]).not.toEqual([one.name, []]);
	});
});

const BAD = SECRETS.databasePassword.value;

test.each<[string, Record<string, string>]>([
	['a database nobody knows', { DATABASE_URL: `oracle://user:${BAD}@db/x` }],
	['a database that is not there', { DATABASE_URL: `postgres://user:${BAD}@127.0.0.1:9/x` }],
	['keys that are too short', { TRIAGE_API_KEYS: `operator:${BAD.slice(0, 15)}` }],
	['a Jira that is no address', { JIRA_API_URL: BAD, JIRA_TOKEN: BAD }],
	['a token with a space', { JIRA_API_URL: 'https://x.atlassian.net', JIRA_EMAIL: 'a@b.c', JIRA_TOKEN: `${BAD} x` }],
	['a webhook elsewhere', { SLACK_WEBHOOK_URL: `ftp://${BAD}` }],
	['a Gemini that is no address', { GEMINI_BASE_URL: `ftp://user:${BAD}@x` }],
	['numbers and levels that are none', { PORT: BAD, LOG_LEVEL: BAD, CONFIDENCE_THRESHOLD: BAD, CLASSIFIER: BAD }],
	['a file of departments that is not there', { DEPARTMENTS_FILE: '/nowhere/departments.json', GEMINI_API_KEY: BAD }],
])('a start that fails for %s says why without what was set', async (_, environment) => {
	const failure = await spawnService({ DATABASE_URL: 'sqlite::memory:', ...environment }).then(
		(service) => service.kill('SIGKILL').then(() => 'it started'),
		(error: unknown) => String(error),
	);
	expect(failure).toContain('ended with');
	expect(formsIn(failure, BAD.slice(0, 15))).toEqual([]);
});

test.each<[string, (value: string) => string]>([
	['plain', (value) => value.toUpperCase()],
	['hex', (value) => Buffer.from(value).toString('hex')],
	['base64', (value) => Buffer.from(`user:${value}:x`).toString('base64')],
	['base64', (value) => Buffer.from(`{"${value}"}`).toString('base64url')],
])('finds %s', (form, write) => {
	const one = plant('x');
	expect(leaksIn([{ kind: 'log', name: 'here', text: `a ${write(one.value)} z` }], [one])).toEqual([
		`log here holds x (${form})`,
	]);
});
