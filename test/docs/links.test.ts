import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { textOf } from '../helpers/docs-page';
import { ROOT } from '../helpers/process';

const FILES = ['.', 'docs', 'docs/decisions', 'corpus'].flatMap((folder) =>
	readdirSync(join(ROOT, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => normalize(join(folder, name))),
);

/** Markdown without what is code, where brackets and headings are none. */
function proseOf(file: string): string {
	return textOf(file).replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** The anchors of a page's headings, as GitHub and others make them. */
function anchorsOf(file: string): string[] {
	return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** What is wrong with a link, or null. */
function problemOf(file: string, link: string): string | null {
	const [path, anchor] = link.split('#');
	const target = path === '' ? file : normalize(join(dirname(file), path));
	if (!existsSync(join(ROOT, target))) return `${link}: there is no such file`;
	if (anchor === undefined || !statSync(join(ROOT, target)).isFile()) return null;
	return anchorsOf(target).includes(anchor) ? null : `${link}: there is no such heading`;
}

it.each(FILES)('%s links to files and headings that there are', (file) => {
	const links = [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
	const problems = links.filter((link) => !/^[a-z]+:/.test(link)).map((link) => problemOf(file, link));
	expect(problems.filter((problem) => problem !== null)).toEqual([]);
});

it('every page of docs/ is named in README.md', () => {
	const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
	expect(pages.filter((name) => !textOf('README.md').includes(`(docs/${name})`))).toEqual([]);
});
