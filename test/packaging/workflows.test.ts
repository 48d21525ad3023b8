import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../helpers/process';

const FOLDER = join(ROOT, '.github/workflows');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

interface Job {
	uses?: string;
	permissions?: Record<string, string>;
	'timeout-minutes'?: number;
	'runs-on'?: string;
	steps?: { uses?: string; run?: string }[];
	needs?: string | string[];
}
interface Workflow {
	on: Record<string, { tags?: string[] }>;
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const read = (name: string): Workflow => parse(textOf(name)) as Workflow;

/** What GitHub's own reader has against workflows. */
function problems(...texts: string[]): string[][] {
	const script = join(ROOT, 'test/helpers/workflow-problems.mjs');
	const printed = execFileSync(process.execPath, [script], { input: JSON.stringify(texts), encoding: 'utf8' });
	return JSON.parse(printed) as string[][];
}

describe.each(readdirSync(FOLDER))('%s', (name) => {
	const { permissions, jobs } = read(name);
	const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

	it('is a workflow', () => expect(problems(textOf(name))).toEqual([[]]));

	it('may do nothing but read, unless a job says so', () => expect(permissions).toEqual({ contents: 'read' }));

	it('uses actions of GitHub and of Docker only, of one major version', () => {
		const used = steps.flatMap(({ uses }) => uses ?? []);
		for (const action of used) expect(action).toMatch(/^(actions|docker)\/[\w-]+@v\d+$/);
	});

	it('hands no secret to any step but its own passing token', () => {
		expect(textOf(name)).not.toMatch(/secrets\./);
		// What comes from outside is never part of a script's text.
		for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{\s*github\./);
	});

	it('ends in time', () => {
		for (const [job, { uses, ...rest }] of Object.entries(jobs)) {
			if (!uses) expect([job, rest['timeout-minutes']]).toEqual([job, expect.any(Number)]);
		}
	});

	it('runs what there is', () => {
		for (const { run = '' } of steps) {
			for (const [, script] of run.matchAll(/npm run ([\w:-]+)/g)) expect(manifest.scripts).toHaveProperty([script]);
			for (const [, file] of run.matchAll(/node (\S+\.mjs)/g))
				expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
		}
	});
});

it('a release is published from a tag, after the checks and the tests, with provenance', () => {
	const { on, jobs } = read('release.yml');
	expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
	expect([jobs.test.needs, jobs.pack.needs, jobs.npm.needs, jobs.image.needs]).toEqual([
		'check',
		'test',
		'pack',
		'test',
	]);
	expect(jobs.npm.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
	expect(jobs.npm.steps?.at(-1)?.run).toBe('npm publish ./*.tgz --provenance --access public');
	// Nothing that is installed runs where a package may be published.
	expect(jobs.npm.steps?.flatMap(({ run = '' }) => run.match(/npm (?!publish)\w+/) ?? [])).toEqual([]);
	expect(jobs.pack.permissions).toBeUndefined();
});

it.each([
	['test.yml', 'runs-on:', 'runs-at:'],
	['test.yml', 'ubuntu-24.04', '${{ matrix.nothing'],
	['release.yml', 'needs: check', 'needs: cheque'],
	['release.yml', '${{ github.token }}', '${{ github.token'],
	['release.yml', 'contents: read', 'content: read'],
])('what is wrong in %s with %s as %s is seen', (name, right, wrong) => {
	expect(problems(textOf(name).replace(right, wrong))).not.toEqual([[]]);
});
