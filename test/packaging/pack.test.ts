import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/process';

interface Pack {
	files: { path: string; size: number }[];
	size: number;
	unpackedSize: number;
}

const options = { cwd: ROOT, encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'ignore'] as never };
const [pack] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], options)) as [Pack];
const paths = pack.files.map(({ path }) => path).sort();

/** What is made of the sources: a module of each, and icons, codex files and data as they are. */
const expected = ['nodes', 'credentials', 'core'].flatMap((folder) =>
	readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name !== 'tsconfig.json' && !entry.name.endsWith('.d.ts'))
		.map((entry) =>
			join(entry.parentPath, entry.name)
				.slice(ROOT.length + 1)
				.replace(/\.ts$/, '.js'),
		)
		.map((path) => `dist/${path}`),
);

it('publishes what is made of nodes, credentials and core, and nothing else', () => {
	expect(paths).toEqual([...expected, 'LICENSE', 'README.md', 'package.json'].sort());
});

it('stays small', () => {
	expect(pack.size).toBeLessThan(2_000_000);
	expect(pack.unpackedSize).toBeLessThan(5_000_000);
});

it('tells no path of the machine that built it', () => {
	for (const { path } of pack.files.filter((file) => file.path.endsWith('.js'))) {
		expect([path, readFileSync(join(ROOT, path), 'utf8').includes(ROOT)]).toEqual([path, false]);
	}
});
