import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, newDatabaseUrl, spawnService } from './helpers/process';

const run = promisify(execFile);
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

function block(language: string, having: string): string {
	const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
	const found = blocks.find(([, name, text]) => name === language && text.includes(having));
	if (!found) throw new Error(`the README has no ${language} block with ${having}`);
	return found[2].trim();
}

/** Ids and times are new every time. */
function timeless(answer: string): Record<string, unknown> {
	const { ticket_id, created_at, updated_at, ...rest } = JSON.parse(answer) as Record<string, unknown>;
	expect([ticket_id, created_at, updated_at]).toEqual([
		expect.stringMatching(/^TKT-[0-9A-F]{24}$/),
		expect.stringMatching(/Z$/),
		expect.stringMatching(/Z$/),
	]);
	return rest;
}

it('shows the real answer to its first ticket', async () => {
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl() });
	const command = block('sh', 'curl').replace('http://127.0.0.1:8000', service.url);
	const { stdout } = await run('sh', ['-c', command]);
	await service.kill('SIGTERM');
	expect(timeless(stdout)).toEqual(timeless(block('json', 'ticket_id')));
});

it('shows the real table of its example file', async () => {
	const [, ...words] = block('sh', 'npm run triage').split(' -- ')[1].split(' ');
	const results = join(mkdtempSync(join(tmpdir(), 'triage-readme-')), 'r.jsonl');
	const cli = join(ROOT, 'service/build/service/cli/triage.js');
	const args = [cli, join(ROOT, 'examples/tickets.csv'), ...words, '--output', results];
	const env = { PATH: process.env.PATH, DATABASE_URL: newDatabaseUrl() };
	const failed = await run(process.execPath, args, { env }).catch((error: { code: number; stderr: string }) => error);
	const plain = (text: string): string[] =>
		text
			.trim()
			.split('\n')
			.map((line) => line.replace(/in [\d.]+ s/, 'in a moment').replace(/^Results: .*/, 'Results'));
	expect('code' in failed && failed.code).toBe(1);
	expect(plain(failed.stderr)).toEqual(plain(block('', 'Department')));
});

it('names commands that there are', () => {
	const named = [...readme.matchAll(/npm (?:run )?([a-z][\w:-]*)/g)]
		.map(([, name]) => name)
		.filter((name) => !['install', 'pack'].includes(name));
	expect(named.length).toBeGreaterThan(8);
	for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name);
});

it.each(['README.md', 'CONTRIBUTING.md', 'corpus/README.md'])('%s links to files that there are', (file) => {
	const links = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link);
	for (const link of links.filter((target) => !target.startsWith('http'))) {
		expect([link, existsSync(join(ROOT, dirname(file), link))]).toEqual([link, true]);
	}
});
