import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, loadPackage, type Package, type WorkflowData } from '../helpers/n8n';
import { ROOT } from '../helpers/process';

let folder: string;
let unpacked: string;
let pack: Package;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'triage-pack-'));
	const options: ExecFileSyncOptionsWithStringEncoding = {
		cwd: ROOT,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	};
	const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], options)) as [
		{ filename: string },
	];
	execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
	unpacked = join(folder, 'package');
	// n8n brings this one along; nothing else is installed with the package.
	mkdirSync(join(folder, 'node_modules'));
	symlinkSync(join(ROOT, 'node_modules/n8n-workflow'), join(folder, 'node_modules/n8n-workflow'));
	pack = await loadPackage(unpacked);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the packed tarball', () => {
	it('holds the package and nothing of the service, its tests or its corpus', () => {
		const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
		const top = new Set(files.map((file) => file.split('/')[0]));
		expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
		const parts = new Set(files.filter((file) => file.startsWith('dist/')).map((file) => file.split('/')[1]));
		expect([...parts].sort()).toEqual(['core', 'credentials', 'nodes']);
		expect(files).toContain('dist/core/local/model.json');
		expect(files).toContain('dist/nodes/TicketTriage/TicketTriage.node.json');
		expect(files.filter((file) => file.endsWith('.svg')).length).toBeGreaterThanOrEqual(6);
	});

	it('executes the example workflow in n8n, as the README shows it', async () => {
		const data = JSON.parse(readFileSync(join(ROOT, 'examples/triage-and-route.json'), 'utf8')) as WorkflowData;
		const run = await execute({ ...pack, data, credentials: {} });
		expect(run.data.resultData.error).toBeUndefined();
		const [items] = run.data.resultData.runData['Route Ticket'][0].data?.main ?? [];
		const route = (items ?? []).map(({ json }) => json.route as Record<string, unknown>);
		expect(route).toEqual([
			expect.objectContaining({ system: 'http', assigned_to: 'IT Support', status: 'routed', dry_run: true }),
			expect.objectContaining({ system: 'inbox', status: 'routed', request: null }),
			expect.objectContaining({ system: 'inbox', request: null }),
		]);
		expect(route[0].request).toMatchObject({ method: 'POST', url: 'https://desk.example.com/api/tickets' });
	});
});
