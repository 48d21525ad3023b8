import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsIn, logCalls } from './helpers/log-calls';
import { ROOT } from './helpers/process';

const ROW = /^\| (DEBUG|INFO|WARNING|ERROR|CRITICAL) +\| (.*?) +\|/gmu;
const documented = (): string[] =>
	[...readFileSync(join(ROOT, 'docs/logs.md'), 'utf8').matchAll(ROW)].map(
		([, level, message]) => `${level} ${message}`,
	);

it('docs/logs.md has every line that the service logs, at its level, and no other', () => {
	const logged = [...new Set(logCalls().map(({ level, message }) => `${level} ${message}`))];
	expect(logged.length).toBeGreaterThan(50);
	expect(documented().sort()).toEqual(logged.sort());
});

const THROUGH = `
	const LONG = 'so ' + 'long';
	deps.log.warn(LONG);
	log.error({ error }, 'a text');
	state.log.info({ a: 1 }, \`to \${place}!\`);
	console.error('not the log');
	catalog.info('not the log either');
`;

it('finds lines however they are written', () => {
	expect(callsIn('x.ts', THROUGH).map(({ level, message }) => `${level} ${message}`)).toEqual([
		'WARNING so long',
		'ERROR a text',
		'INFO to …!',
	]);
	expect(() => callsIn('x.ts', 'log.error(error.message)')).toThrow('not a text');
	expect(() => callsIn('x.ts', 'log.error({ error })')).toThrow('not a text');
});
