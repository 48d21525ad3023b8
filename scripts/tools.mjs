/**
 * Tools too large for the project's own tree: each set has a folder in the cache, named by what is in it, and is
 * installed when it is first needed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-ticket-triage');

/** The folder of a set of npm packages. `rebuild` are those whose install scripts are run; of the others none is. */
export function installTools(name, dependencies, { rebuild = [] } = {}) {
	const digest = createHash('sha256')
		.update(JSON.stringify([dependencies, rebuild]))
		.digest('hex')
		.slice(0, 12);
	const folder = join(CACHE, `${name}-${digest}`);
	if (existsSync(folder)) return folder;
	console.error(`installing ${Object.keys(dependencies).join(', ')} into ${folder} (some minutes, once)`);
	const unfinished = `${folder}.${process.pid}`;
	mkdirSync(unfinished, { recursive: true });
	writeFileSync(join(unfinished, 'package.json'), JSON.stringify({ private: true, dependencies }));
	const npm = (...args) =>
		execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
			cwd: unfinished,
			env: { ...process.env, JOBS: 'max' },
			stdio: ['ignore', 'ignore', 'inherit'],
		});
	try {
		npm('install', '--ignore-scripts');
		if (rebuild.length > 0) npm('rebuild', ...rebuild);
		renameSync(unfinished, folder);
	} finally {
		rmSync(unfinished, { recursive: true, force: true });
	}
	return folder;
}
