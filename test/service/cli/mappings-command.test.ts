import { startLocalServer } from '../../helpers/local-server';
import { newMapping, mappingsCli, runProgram } from '../../helpers/mappings-cli';
import { spawnService, type ServiceProcess } from '../../helpers/process';
import { TICKET, createFolder, type Folder } from '../../helpers/triage-cli';

/** The built command as people run it: a process of its own. */

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

test('help, wrong usage, a wrong mapping and a wrong setup have codes of their own', async () => {
	const help = await runProgram(folder, ['--help']);
	expect([help.code, help.stdout.split('\n')[0]]).toEqual([0, 'Usage: npm run mappings -- COMMAND [options]']);
	const usage = await runProgram(folder, ['list', '--al']);
	expect(usage).toEqual({ code: 2, stdout: '', stderr: "Unknown option '--al': there is --help, --json\n" });
	const wrong = await runProgram(folder, ['import', '-'], '- department: IT\n  system: pigeon\n');
	expect(wrong).toMatchObject({
		code: 1,
		stdout: '',
		stderr: expect.stringContaining('line 2: system must be one of'),
	});
	const setup = await runProgram({ ...folder, environment: { ...folder.environment, DATABASE_URL: 'x' } }, ['list']);
	expect(setup).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('DATABASE_URL: must be') });
});

test('what one prints the other takes', async () => {
	await mappingsCli(folder).store(newMapping({ headers: { 'X-Key': 'hush' } }), newMapping({ system: 'inbox' }));
	const { stdout } = await runProgram(folder, ['export']);
	const listed = await runProgram(folder, ['list', '--json']);
	for (const text of [stdout, listed.stdout]) {
		const again = await runProgram(folder, ['import', '-', '--replace'], text);
		expect([again.code, again.stdout]).toEqual([0, '0 added, 0 changed, 2 unchanged, 0 deleted\n']);
	}
});

async function routedTo(service: ServiceProcess): Promise<unknown> {
	const answer = await fetch(`${service.url}/webhook/ticket`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(TICKET),
	});
	return ((await answer.json()) as Record<string, unknown>).routed_to_system;
}

test('a running service goes by what is imported', async () => {
	const target = await startLocalServer(() => ({ status: 201, body: { id: 1 } }));
	const service = await spawnService({ ...folder.environment, CONFIDENCE_THRESHOLD: '0.2', LOG_LEVEL: 'info' });
	expect(await routedTo(service)).toBe('inbox');
	const departments = ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General'];
	const entries = departments.map((department) => ({ department, system: 'http', api_endpoint: target.url }));
	const imported = await runProgram(folder, ['import', '-', '--replace'], JSON.stringify(entries));
	expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('7 added')]);
	let system = await routedTo(service);
	while (system === 'inbox') system = await routedTo(service);
	expect(system).toBe('http');
	expect(target.requests.length).toBeGreaterThan(0);
	await service.kill('SIGTERM');
	await target.close();
});
