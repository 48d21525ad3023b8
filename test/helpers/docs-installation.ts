import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from './docs-terminal';
import { ROOT, freePort } from './process';

export interface Installation extends Place {
	/** What a page calls it, and what it is here. */
	names: Map<string, string>;
	remove(): void;
}

const INSTALLED = ['node_modules', 'service/node_modules'];

/**
 * The tree as somebody has it who cloned it, installed and built it, with ports of its own. What npm runs before a command
 * builds: that is done once, before all pages.
 */
export async function newInstallation(): Promise<Installation> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-docs-'));
	const home = join(folder, '..', `${folder.split('/').at(-1)}-home`);
	mkdirSync(home);
	const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
	const files = listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
	for (const path of files.filter((one) => !INSTALLED.includes(one))) cpSync(join(ROOT, path), join(folder, path));
	cpSync(join(ROOT, 'service/build'), join(folder, 'service/build'), { recursive: true });
	for (const path of INSTALLED) symlinkSync(join(ROOT, path), join(folder, path));
	const port = await freePort();
	return {
		folder,
		environment: {
			...{ PATH: process.env.PATH ?? '', HOME: home, PORT: String(port) },
			...{ npm_config_ignore_scripts: 'true', npm_config_update_notifier: 'false', npm_config_loglevel: 'error' },
			...(process.env.npm_config_registry && { npm_config_registry: process.env.npm_config_registry }),
		},
		names: new Map([
			['8000', String(port)],
			['8001', String(await freePort())],
		]),
		remove: () => [folder, home].forEach((path) => rmSync(path, { recursive: true, force: true })),
	};
}
