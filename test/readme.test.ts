import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTORS } from '../core/connectors';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { SYSTEMS } from '../fake-targets';
import { sampleMapping } from '../fake-targets/sample-mapping';
import { readMappings } from '../service/cli/mappings/read-mappings';
import { readMapping } from '../service/http/mapping-body';
import { PAGES, textOf } from './helpers/docs-page';
import { ROOT } from './helpers/process';

const systems = textOf('docs/systems.md');
const delivery = textOf('docs/delivery.md');
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

function block(language: string, having: string, text: string): string {
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
	const named = [
		...PAGES.map(textOf)
			.join('\n')
			.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g),
	].map(([, name]) => name);
	expect(named.length).toBeGreaterThan(8);
	for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name);
});
