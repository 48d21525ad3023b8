/**
 * n8n's own checks on the package: its scanner over the sources and over the unpacked tarball, and its CLI's lint rules.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installTools } from './tools.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TOOLS = {
	'@n8n/scan-community-package': '0.32.0',
	'@n8n/node-cli': '0.48.3',
	'n8n-workflow': '2.41.0',
	eslint: '9.29.0',
	typescript: '5.9.2',
};

function run(command, args, cwd) {
	return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The package as it would be published, unpacked. */
function packed(folder) {
	const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], ROOT));
	run('tar', ['-xzf', join(folder, filename), '-C', folder], ROOT);
	return join(folder, 'package');
}

/** The sources of the package with the CLI's own configuration, which a project may not weaken. */
function sources(folder, tools) {
	const copy = join(folder, 'sources');
	for (const part of ['nodes', 'credentials', 'core', 'package.json', 'tsconfig.json']) {
		cpSync(join(ROOT, part), join(copy, part), { recursive: true });
	}
	symlinkSync(join(tools, 'node_modules'), join(copy, 'node_modules'));
	writeFileSync(
		join(copy, 'eslint.config.mjs'),
		"import { config } from '@n8n/node-cli/eslint';\nexport default [...config, { ignores: ['core/tsconfig.json', 'tsconfig.json'] }];\n",
	);
	return copy;
}

function report(name, passed, details) {
	console.log(`${passed ? 'passed' : 'FAILED'}: ${name}${passed ? '' : `\n${details}`}`);
	if (!passed) process.exitCode = 1;
}

function lint(folder) {
	try {
		run(process.execPath, [join(folder, 'node_modules/eslint/bin/eslint.js'), '.'], folder);
		report("n8n's lint rules", true);
	} catch (error) {
		report("n8n's lint rules", false, error.stdout);
	}
}

const tools = installTools('lint', TOOLS);
const folder = mkdtempSync(join(tmpdir(), 'triage-lint-'));
try {
	const scanner = join(tools, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs');
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await import(pathToFileURL(scanner).href);
	const source = await analyzePackage(ROOT, SOURCE_FILE_PATTERNS);
	report("n8n's scanner, sources", source.passed, source.details ?? source.message);
	const tarball = await analyzePackage(packed(folder), ['**/*.js', 'package.json']);
	report("n8n's scanner, tarball", tarball.passed, tarball.details ?? tarball.message);
	lint(sources(folder, tools));
} finally {
	rmSync(folder, { recursive: true, force: true });
}
