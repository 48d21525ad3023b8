import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CONNECTORS } from '../core/connectors';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { SYSTEMS } from '../fake-targets';
import { sampleMapping } from '../fake-targets/sample-mapping';
import { readMappings } from '../service/cli/mappings/read-mappings';
import { readMapping } from '../service/http/mapping-body';
import { ROOT, newDatabaseUrl, spawnService } from './helpers/process';

const run = promisify(execFile);
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = textOf('README.md');
const systems = textOf('docs/systems.md');
const delivery = textOf('docs/delivery.md');
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

function block(language: string, having: string, text = readme): string {
	const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
	const found = blocks.find(([, name, content]) => name === language && content.includes(having));
	if (!found) throw new Error(`there is no ${language} block with ${having}`);
	return found[2].trim();
}

/** Rows of the table with this heading, cell by cell, without the backticks of code. */
function tableOf(text: string, heading: string): string[][] {
	const lines = text.split('\n');
	const start = lines.findIndex((line) => line.startsWith('|') && line.includes(heading));
	if (start < 0) throw new Error(`there is no table with ${heading}`);
	const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
	const cells = (line: string): string[] => line.split('|').slice(1, -1);
	return lines.slice(start + 2, end).map((line) => cells(line).map((cell) => cell.replaceAll('`', '').trim()));
}

/** All that is written under some folders, as one text. */
function sourceIn(...folders: string[]): string {
	const paths = folders.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
	);
	return paths
		.filter((path) => path.endsWith('.ts') && !/build\/|node_modules\//.test(path))
		.map(textOf)
		.join('\n');
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

describe('what the documents say of systems', () => {
	const connected = Object.values(CONNECTORS).filter(({ system }) => system !== 'inbox');

	it('the rehearsal has a mapping to each stand-in, where it listens', () => {
		const asSaid = SYSTEMS.map((system, i) => sampleMapping(system, `http://127.0.0.1:${9101 + i}`));
		const asWritten = readMappings(Buffer.from(textOf('docs/rehearsal.yaml'))).map(({ value }) => value);
		expect(asWritten.map((value) => ({ priority_threshold: 'low', ...(value as object) }))).toEqual(asSaid);
	});

	it('the example has a mapping to each system that can be used', () => {
		const entries = readMappings(Buffer.from(block('yaml', 'department', systems)));
		const mappings = entries.map(({ value }) => readMapping(value, DEFAULT_DEPARTMENTS));
		expect(mappings.map(({ system }) => system).sort()).toEqual(connected.map(({ system }) => system).sort());
	});

	it('how much each takes', () => {
		const said = tableOf(systems, 'requests at once').map(([system, atOnce, perMinute]) => [system, atOnce, perMinute]);
		const known = connected.map(({ system, pace }) => [system, `${pace.atOnce}`, `${pace.perMinute ?? ''}`]);
		expect(said.sort()).toEqual(known.sort());
	});

	it('how a doubt is resolved', () => {
		const said = tableOf(delivery, 'sent again after').flatMap(([names, , lag, otherwise]) =>
			names.split(', ').map((system) => [system, lag, /same webhook-id|Idempotency-Key/.test(otherwise)]),
		);
		const known = connected.map(({ system, search, knowsRepeats = false }) => {
			return [system, search ? `${search.lagSeconds} s` : '', knowsRepeats];
		});
		expect(said.sort()).toEqual(known.sort());
	});

	it('every setting that a connector reads', () => {
		const keys = [...sourceIn('core/connectors').matchAll(/\bkey: '([a-z_]+)'/g)].map(([, key]) => key);
		expect(keys.length).toBeGreaterThan(25);
		for (const key of keys) expect(systems).toMatch(new RegExp(`\`(?:settings\\.)?${key}\``));
	});
});

describe('what the documents say of deliveries', () => {
	it('every step of a history', () => {
		const [, union] = /export type Step =([^;]*);/.exec(textOf('service/store/records.ts')) ?? [];
		const steps = [...union.matchAll(/'(\w+)'/g)].map(([, step]) => step);
		expect(tableOf(delivery, 'detail').map(([step]) => step)).toEqual(steps);
	});

	it('messages as the code has them', () => {
		const messages = [...delivery.split('## Troubleshooting')[1].matchAll(/^\| `([^`]+)`/gm)].map(([, text]) => text);
		const source = sourceIn('core', 'service');
		expect(messages.length).toBeGreaterThan(20);
		for (const message of messages) expect([message, source.includes(message)]).toEqual([message, true]);
	});
});

it('names commands that there are', () => {
	const named = [...`${readme}${systems}${delivery}`.matchAll(/npm (?:run )?([a-z][\w:-]*)/g)]
		.map(([, name]) => name)
		.filter((name) => !['install', 'pack'].includes(name));
	expect(named.length).toBeGreaterThan(8);
	for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name);
});

const decisions = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);

it.each([...['README.md', 'CONTRIBUTING.md', 'corpus/README.md', 'docs/systems.md', 'docs/delivery.md'], ...decisions])(
	'%s links to files that there are',
	(file) => {
		const links = [...textOf(file).matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link);
		for (const link of links.filter((target) => !target.startsWith('http'))) {
			expect([link, existsSync(join(ROOT, dirname(file), link))]).toEqual([link, true]);
		}
	},
);
