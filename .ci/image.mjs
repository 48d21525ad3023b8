/**
 * The image, without an engine: the Dockerfile's very commands in a scratch folder, then what it starts is started, as
 * docker-compose.yml does. Arguments: a clone that may be spoilt, a folder to build in.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, inStage, localized } from '../scripts/image/build.mjs';
import { runOnce, start } from '../scripts/image/container.mjs';
import { startComposed } from './image-composed.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORT = '8766';
const PLANTED = ['.env', 'service/.env', 'tickets.db', 'service/node_modules/planted.js', 'service/build/planted.js'];

const [context, folder] = process.argv.slice(2);
const began = Date.now();
const say = (text) => console.log(`[${Math.round((Date.now() - began) / 1000)} s] ${text}`);
const filesIn = (path) =>
	readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));

/** The README's first curl with a key, as curl's own configuration gives it to any command. */
function firstCurl(port, key) {
	const home = join(folder, 'curl');
	mkdirSync(home, { recursive: true });
	writeFileSync(join(home, '.curlrc'), `header = "X-API-Key: ${key}"\n`, { mode: 0o600 });
	const env = { ...process.env, CURL_HOME: home };
	return JSON.parse(execFileSync(join(ROOT, '.ci/first-curl'), [port], { env, encoding: 'utf8' }));
}

function plant() {
	for (const path of PLANTED) {
		mkdirSync(join(context, path, '..'), { recursive: true });
		writeFileSync(join(context, path), 'PLANTED=1');
	}
}

function checkContents(service) {
	const files = filesIn(join(service.root, 'app'));
	const planted = files.filter((path) => PLANTED.includes(path));
	assert.deepEqual(planted, [], 'what .dockerignore names must not get into the image');
	const outside = files.filter(
		(path) => !/^(LICENSE|package\.json|node_modules\/|service\/(package\.json|build\/|node_modules\/))/.test(path),
	);
	assert.deepEqual(outside, []);
	for (const name of ['node', 'typescript', 'jest', 'n8n-workflow']) {
		assert(!existsSync(join(service.root, 'app/node_modules', name)), `${name} must not be in the image`);
	}
	say(
		`the image adds ${execFileSync('du', ['-sh', join(service.root, 'app')], { encoding: 'utf8' }).split('\t')[0]} to node:24-slim`,
	);
}

function checkRefusal(service) {
	const { status, stderr } = runOnce(service, service.command, { PORT });
	assert.equal(status, 1);
	assert.match(stderr, /HOST: 0\.0\.0\.0 can be reached .* Set TRIAGE_API_KEYS=name:key, or ALLOW_ANONYMOUS=true/);
	say('without keys it refuses to start, and says what to set');
}

async function checkAlone(service) {
	const { stop } = await start(service, { PORT, TRIAGE_API_KEYS: 'ci:0123456789abcdef' });
	say('HEALTHCHECK is content');
	assert.equal((await fetch(`http://127.0.0.1:${PORT}/tickets`)).status, 401);
	const { status, department } = firstCurl(PORT, '0123456789abcdef');
	assert.deepEqual({ status, department }, { status: 'routed', department: 'IT' });
	assert.equal(await stop(), 0, 'it ends in order');
	assert(existsSync(join(service.root, 'data/tickets.db')), 'the tickets are in the volume');
	say(`a ticket, ${service.stopSignal}, and an end in order`);
}

/** The nodes in the image of n8n are those of npm run build, and each start puts them where n8n looks. */
function checkNodes(n8n) {
	const brought = inStage(n8n, '/opt/n8n-nodes-ticket-triage');
	const built = filesIn(join(ROOT, 'dist'));
	assert.deepEqual(filesIn(join(brought, 'dist')).sort(), built.sort());
	for (const path of built)
		assert(readFileSync(join(brought, 'dist', path)).equals(readFileSync(join(ROOT, 'dist', path))), path);
	const home = join(folder, 'n8n-home');
	const packages = join(home, '.n8n/nodes/node_modules');
	cpSync(brought, join(packages, 'n8n-nodes-ticket-triage/of-an-older-image'), { recursive: true });
	const entry = join(folder, 'docker-entrypoint.sh');
	writeFileSync(entry, '#!/bin/sh\necho "n8n $*"\n', { mode: 0o755 });
	const script = readFileSync(localized(n8n, n8n.entrypoint.at(-1)), 'utf8').replace('/docker-entrypoint.sh', entry);
	const { status, stdout } = runOnce(n8n, ['sh', '-c', script, 'start', 'worker'], { N8N_USER_FOLDER: home });
	assert.deepEqual([status, stdout], [0, 'n8n worker\n']);
	assert.deepEqual(filesIn(join(packages, 'n8n-nodes-ticket-triage')).sort(), filesIn(brought).sort());
	say(`n8n is given the ${built.length} files that npm run build makes`);
}

plant();
const stages = buildImage({ context, folder: join(folder, 'stages'), say });
const service = stages.get('service');
checkContents(service);
checkNodes(stages.get('n8n'));
checkRefusal(service);
await checkAlone(service);
await startComposed({ service, folder: join(folder, 'composed'), root: ROOT, port: PORT, say, firstCurl });
