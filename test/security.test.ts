import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './helpers/process';

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const rows = text
	.split('\n')
	.filter((line) => /^\| (?:LLM|V)\d+ /.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, threat, done, shown]) => ({ threat, done, shown }));

it('is about each of the ten threats to what uses a language model', () => {
	const numbers = new Set(rows.map(({ threat }) => /^LLM(\d\d)/.exec(threat)?.[1]).filter(Boolean));
	expect(numbers.size).toBe(10);
	expect(rows.length).toBeGreaterThan(25);
});

it.each(rows)('$threat: the tests it names are there', ({ shown }) => {
	const named = [...shown.matchAll(/`(test\/[\w/.-]+\.ts)` "([^"]+)"/g)];
	expect(named.map(([whole]) => whole).join('; ')).toBe(shown);
	for (const [, path, said] of named) {
		expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
		expect(readFileSync(join(ROOT, path), 'utf8').toLowerCase()).toContain(said.toLowerCase());
	}
});
