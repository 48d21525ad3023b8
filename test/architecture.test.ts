import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, checkSource, sourceFiles, typeCheckCore, type Violation } from './helpers/architecture';
import { ROOT } from './helpers/process';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;

describe('the house', () => {
	it('has no import in a forbidden direction, and no package in core/', () => {
		const files = sourceFiles();
		expect(files.length).toBeGreaterThan(50);
		expect(files.flatMap((file) => checkSource(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
	});

	it('has a core/ that compiles without any host', () => expect(typeCheckCore()).toBe(''));

	it('has a package n8n accepts', () => expect(checkPackage(manifest)).toEqual([]));
});

/** Every guard is seen to fail. */
describe('the guards', () => {
	const messages = (violations: Violation[]): string[] => violations.map(({ message }) => message);

	it.each([
		['core/x.ts', "import { z } from 'zod';", 'core imports the package zod'],
		['core/x.ts', "import type { Knex } from 'knex';", 'core imports the package knex'],
		['core/x.ts', "import { readFileSync } from 'node:fs';", 'core imports the package node:fs'],
		['core/x.ts', "const fs = require('fs');", 'core imports the package fs'],
		['core/x.ts', "await import('undici');", 'core imports the package undici'],
		['core/x.ts', "import { y } from '../service/config';", 'core must not import service'],
		['core/gemini/x.ts', "export * from '../../nodes/shared/send';", 'core must not import nodes'],
		['nodes/A/x.ts', "import { y } from '../../service/config';", 'nodes must not import service'],
		['nodes/A/x.ts', "import axios from 'axios';", 'nodes imports the package axios'],
		['service/x.ts', "import { y } from '../nodes/shared/send';", 'service must not import nodes'],
		['credentials/x.ts', "import { y } from '../core/ticket';", 'credentials must not import core'],
	])('%s: %s', (file, source, message) => expect(messages(checkSource(file, source))).toEqual([message]));

	it.each([
		['nodes/A/x.ts', "import { sleep } from 'n8n-workflow';\nimport { y } from '../../core/ticket';"],
		['nodes/A/x.ts', "import { randomUUID } from 'node:crypto';"],
		['service/x.ts', "import express from 'express';\nimport { y } from '../core/ticket';"],
		['core/x.ts', "// import { z } from 'zod';\nconst text = \"import 'zod'\";"],
	])('%s may: %s', (file, source) => expect(checkSource(file, source)).toEqual([]));

	it.each([
		['process.exit(1);', 'process'],
		["fetch('https://example.com');", 'fetch'],
		['setTimeout(() => undefined, 1);', 'setTimeout'],
		["Buffer.from('a');", 'Buffer'],
		['console.log(1);', 'console'],
		["localStorage.getItem('a');", 'localStorage'],
		["new URL('https://example.com');", 'URL'],
	])('core/ with %s does not compile', (source, name) => {
		const folder = mkdtempSync(join(tmpdir(), 'triage-guard-'));
		try {
			const settings = {
				extends: join(ROOT, 'core/tsconfig.json'),
				compilerOptions: { rootDir: '.' },
				include: ['x.ts'],
			};
			writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
			writeFileSync(join(folder, 'x.ts'), `export const x = 1;\n${source}\n`);
			expect(typeCheckCore(folder)).toContain(`Cannot find name '${name}'`);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it.each([
		[{ dependencies: { zod: '1' } }, 'dependencies must be empty: n8n installs none'],
		[{ peerDependencies: { 'n8n-workflow': '^2' } }, 'peerDependencies must be exactly n8n-workflow: "*"'],
		[{ peerDependencies: { 'n8n-workflow': '*', zod: '*' } }, 'peerDependencies must be exactly n8n-workflow: "*"'],
		[{ files: ['dist', 'service'] }, 'files must be exactly dist'],
		[{ scripts: { postinstall: 'x' } }, 'scripts must not have postinstall'],
		[{ license: 'ISC' }, 'license must be MIT'],
	])('package.json with %j', (change, message) => {
		expect(checkPackage({ ...manifest, ...change })).toEqual([message]);
	});
});
