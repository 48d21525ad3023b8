import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../helpers/process';

const ROOT = resolve(__dirname, '../..');
const MOST_SECONDS_TO_START = 180;

/** An n8n of its own, with the packed package installed as the README says. */
export interface RunningN8n {
	url: string;
	/** Where it keeps its database, its log and the installed package. */
	home: string;
	stop(): Promise<void>;
}

/** Nothing of it asks the internet, as far as n8n can be told. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

/** Takes minutes where n8n is not in the cache yet. @throws an error with the end of n8n's log where it does not start */
export async function startN8n(): Promise<RunningN8n> {
	const program = join(installedN8n(), 'node_modules/n8n/bin/n8n');
	const home = mkdtempSync(join(tmpdir(), 'triage-e2e-'));
	installPackage(home);
	const [port, broker] = [await freePort(), await freePort()];
	const env = {
		...process.env,
		...QUIET,
		N8N_USER_FOLDER: home,
		N8N_ENCRYPTION_KEY: 'end-to-end',
		N8N_HOST: '127.0.0.1',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(broker),
		N8N_SECURE_COOKIE: 'false',
		DB_TYPE: 'sqlite',
		NODE_ENV: 'production',
		NODE_OPTIONS: '',
	};
	const log = join(home, 'n8n.log');
	const sink = openSync(log, 'w');
	const child = spawn(process.execPath, [program, 'start'], { cwd: home, env, stdio: ['ignore', sink, sink] });
	closeSync(sink);
	const url = `http://127.0.0.1:${port}`;
	await ready(child, url, log);
	return { url, home, stop: async () => await stop(child, home) };
}

function installedN8n(): string {
	const script = join(ROOT, 'scripts/n8n.mjs');
	return execFileSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** The tarball that would be published, by the README's command. */
function installPackage(home: string): void {
	const nodes = join(home, '.n8n/nodes');
	mkdirSync(nodes, { recursive: true });
	const npm = (...args: string[]): string => execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
	const [{ filename }] = JSON.parse(npm('pack', '--json', '--pack-destination', home)) as [{ filename: string }];
	npm('install', '--silent', '--prefix', nodes, '--legacy-peer-deps', join(home, filename));
}

async function ready(child: ChildProcess, url: string, log: string): Promise<void> {
	for (let second = 0; second < MOST_SECONDS_TO_START && child.exitCode === null; second += 1) {
		const answer = await fetch(`${url}/healthz/readiness`).catch(() => null);
		if (answer?.ok) return;
		await setTimeout(1000);
	}
	const lines = execFileSync('tail', ['-n', '20', log], { encoding: 'utf8' });
	child.kill('SIGKILL');
	throw new Error(`n8n did not start (${String(child.exitCode ?? 'in time')}):\n${lines}`);
}

async function stop(child: ChildProcess, home: string): Promise<void> {
	if (child.exitCode === null) {
		child.kill('SIGTERM');
		const ended = once(child, 'exit');
		const late = setTimeout(20_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
		await Promise.race([ended, late]);
	}
	rmSync(home, { recursive: true, force: true });
}
