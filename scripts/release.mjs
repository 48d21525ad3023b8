/**
 * What a release has to agree on: `npm run release:check [-- vX.Y.Z]`, and `node scripts/release.mjs notes vX.Y.Z`, which
 * prints what the changelog says of a version. Without a tag, the version that is being worked on may be unreleased.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = /^\d+\.\d+\.\d+$/;

/** Each section of a changelog: `{version, date, text}`; its date is null while it is unreleased. */
export function readChangelog(text) {
	return text
		.split(/^## /m)
		.slice(1)
		.map((section) => {
			const [heading, ...lines] = section.split('\n');
			const [, version, date] = /^(\S+)(?: \((\S+)\))?\s*$/.exec(heading) ?? [null, heading, null];
			return { version, date: date === 'unreleased' ? null : date, text: lines.join('\n').trim() };
		});
}

/** All that keeps a version from being released; with `tag` null, from being worked on. */
export function releaseProblems({ root, service, changelog, tag, today }) {
	const sections = readChangelog(changelog);
	const [newest] = sections;
	const problems = [];
	const expect = (holds, problem) => void (holds || problems.push(problem));
	expect(VERSION.test(root), `package.json: ${root} is not a version X.Y.Z`);
	expect(service === root, `service/package.json: its version is ${service}, that of package.json ${root}`);
	expect(newest?.version === root, `CHANGELOG.md: its first section is ${newest?.version ?? 'missing'}, not ${root}`);
	expect(newest?.text, `CHANGELOG.md: the section ${root} says nothing`);
	for (const [i, { version, date }] of sections.entries()) {
		const open = i === 0 && date === null && tag === null;
		const isDate = /^\d{4}-\d\d-\d\d$/.test(date ?? '') && !Number.isNaN(Date.parse(date));
		expect(open || isDate, `CHANGELOG.md: ${version} needs a date, as in "## ${version} (${today})"`);
		expect(!isDate || date <= today, `CHANGELOG.md: ${version} is of ${date}, which is not yet`);
		const next = sections[i + 1];
		expect(!next || isNewer(version, next.version), `CHANGELOG.md: ${version} stands above ${next?.version}`);
	}
	expect(tag === null || tag === `v${root}`, `the tag is ${tag}, the version is ${root}: it has to be v${root}`);
	return problems;
}

function isNewer(version, other) {
	const [a, b] = [version, other].map((text) => text.split('.').map(Number));
	const i = a.findIndex((number, at) => number !== b[at]);
	return i >= 0 && a[i] > b[i];
}

function main([command, tag = null]) {
	const root = fileURLToPath(new URL('..', import.meta.url));
	const textOf = (path) => readFileSync(join(root, path), 'utf8');
	const changelog = textOf('CHANGELOG.md');
	if (command === 'notes') {
		const section = readChangelog(changelog).find(({ version }) => `v${version}` === tag);
		if (!section) throw new Error(`CHANGELOG.md has no section for ${tag}`);
		return console.log(section.text);
	}
	const versionOf = (path) => JSON.parse(textOf(path)).version;
	const problems = releaseProblems({
		root: versionOf('package.json'),
		service: versionOf('service/package.json'),
		...{ changelog, tag, today: new Date().toISOString().slice(0, 10) },
	});
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
	else console.log(`${versionOf('package.json')}: versions and changelog agree${tag ? ', and so does the tag' : ''}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
