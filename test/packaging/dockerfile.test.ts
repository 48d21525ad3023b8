import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { ROOT } from '../helpers/process';

const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const lines = DockerfileParser.parse(text).getInstructions();
const lastStage = lines.slice(lines.findLastIndex((line) => line.getKeyword() === 'FROM'));
const last = (keyword: string): string | null | undefined =>
	lastStage.find((line) => line.getKeyword() === keyword)?.getArgumentsContent();

it('the Dockerfile is valid', () => expect(validate(text)).toEqual([]));

it('what is built without naming a stage is the service, not as root, and hears its signal', () => {
	expect(last('FROM')).toBe('node:24-slim AS service');
	expect(last('USER')).toBe('1000:1000');
	expect(last('STOPSIGNAL')).toBe('SIGTERM');
	// Neither a shell nor npm in between.
	expect(JSON.parse(last('CMD') ?? '')).toEqual(['node', 'service/build/service/main.js']);
	expect(last('HEALTHCHECK')).toContain('/readyz');
	expect(last('ENV')).toContain('HOST=0.0.0.0');
});

it('no secret can be given when it is built', () => {
	expect(lines.filter((line) => line.getKeyword() === 'ARG')).toEqual([]);
	expect(lines.filter((line) => line.getKeyword() === 'ENV').join()).not.toMatch(/KEY|TOKEN|PASSWORD|SECRET/);
});

const sent = dockerignore()
	.add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'))
	.createFilter();

it.each([
	...['.env', '.env.local', 'service/.env', 'tickets.db', 'tickets.db-wal', 'service/tickets.db', '.git/config'],
	...['node_modules/a/index.js', 'service/node_modules/a/index.js', 'service/build/service/main.js', 'dist/a.js'],
	...[
		'test/readme.test.ts',
		'corpus/en.jsonl',
		'secrets/key',
		'service/service.log',
		'deploy/prometheus/prometheus.yml',
	],
])('%s stays outside of the image', (path) => expect(sent(path)).toBe(false));

it.each([
	'package.json',
	'service/main.ts',
	'core/local/model.json',
	'nodes/icon.svg',
	'deploy/n8n/start.sh',
	'.npmrc',
])('%s is what the image is made of', (path) => expect(sent(path)).toBe(true));
