import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/process';

interface Release {
	root: string;
	service: string;
	changelog: string;
	tag: string | null;
	today: string;
}
interface Script {
	releaseProblems(release: Release): string[];
	readChangelog(text: string): { version: string; date: string | null; text: string }[];
}

const script = join(ROOT, 'scripts/release.mjs');
const load = async (): Promise<Script> => (await import(script)) as Script;

const VALID: Release = {
	root: '1.2.0',
	service: '1.2.0',
	changelog: '# Changelog\n\n## 1.2.0 (2026-11-20)\n\n- New.\n\n## 1.1.9 (2026-10-01)\n\n- Old.\n',
	tag: 'v1.2.0',
	today: '2026-11-23',
};
const unreleased = VALID.changelog.replace('2026-11-20', 'unreleased');

it.each<[string, Partial<Release>, string[]]>([
	['a release', {}, []],
	['work on the next one', { changelog: unreleased, tag: null }, []],
	['another tag', { tag: 'v1.2.1' }, ['the tag is v1.2.1, the version is 1.2.0: it has to be v1.2.0']],
	['a tag without a v', { tag: '1.2.0' }, ['the tag is 1.2.0, the version is 1.2.0: it has to be v1.2.0']],
	['no date', { changelog: unreleased }, ['CHANGELOG.md: 1.2.0 needs a date, as in "## 1.2.0 (2026-11-23)"']],
	[
		'no such day',
		{ changelog: VALID.changelog.replace('11-20', '11-32') },
		['CHANGELOG.md: 1.2.0 needs a date, as in "## 1.2.0 (2026-11-23)"'],
	],
	['a day to come', { today: '2026-11-19' }, ['CHANGELOG.md: 1.2.0 is of 2026-11-20, which is not yet']],
	[
		'a service of another version',
		{ service: '1.1.9' },
		['service/package.json: its version is 1.1.9, that of package.json 1.2.0'],
	],
	[
		'no section',
		{ root: '1.3.0', service: '1.3.0', tag: 'v1.3.0' },
		['CHANGELOG.md: its first section is 1.2.0, not 1.3.0'],
	],
	[
		'an empty section',
		{ changelog: VALID.changelog.replace('- New.', '') },
		['CHANGELOG.md: the section 1.2.0 says nothing'],
	],
	[
		'sections out of order',
		{ changelog: VALID.changelog.replace('1.1.9', '1.10.0') },
		['CHANGELOG.md: 1.2.0 stands above 1.10.0'],
	],
])('%s', async (_name, broken, problems) => {
	const { releaseProblems } = await load();
	expect(releaseProblems({ ...VALID, ...broken })).toEqual(problems);
});

it('finds this repository in order', () => {
	const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
	expect(execFileSync(process.execPath, [script, 'check'], { encoding: 'utf8' })).toContain(version);
	const notes = execFileSync(process.execPath, [script, 'notes', `v${version}`], { encoding: 'utf8' });
	expect(notes).toMatch(/^- /);
	expect(notes).not.toContain('## ');
});
