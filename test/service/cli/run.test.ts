import { existsSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { ConfigError } from '../../../service/config';
import { startLocalServer } from '../../helpers/local-server';
import { TICKET, createFolder, jsonLines, readLines, run, type Folder } from '../../helpers/triage-cli';

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

const RESULTS = 'tickets.jsonl.results.jsonl';
const lineNumbers = (results: Record<string, unknown>[]) =>
	results.map(({ line }) => Number(line)).sort((a, b) => a - b);

test('tickets are stored, settled and shown as the API shows them', async () => {
	folder.put('tickets.jsonl', jsonLines(3));
	const { code, stderr } = await run(folder, ['tickets.jsonl']);
	expect(code).toBe(0);
	const results = folder.results(RESULTS);
	expect(lineNumbers(results)).toEqual([1, 2, 3]);
	expect(results.find(({ line }) => line === 1)).toMatchObject({
		...{ ticket_id: expect.stringMatching(/^TKT-[0-9A-F]{24}$/), title: 'VPN 0', priority: 'medium' },
		...{ routed_to_system: 'inbox', classification: { classifier: 'local' }, error_message: null },
	});
	expect(results.every(({ status }) => status === 'routed' || status === 'needs_review')).toBe(true);
	expect(await folder.count('ticket_logs')).toBe(3);
	expect(await folder.count('ticket_jobs')).toBe(0);
	expect(stderr).toMatch(/Total +3 /);
	expect(stderr).toContain(`Results: ${folder.file(RESULTS)}`);
});

test('invalid rows are named with every problem and do not stop the others', async () => {
	folder.put('tickets.jsonl', `{"description":"x","email":"a@example.com"}\n${jsonLines(1)}\n{oops\n`);
	const { code, stderr } = await run(folder, ['tickets.jsonl']);
	expect(code).toBe(1);
	expect(stderr).toContain('line 1: title is required\n');
	expect(stderr).toContain('line 4: is not valid JSON\n');
	expect(stderr).toContain('3 rows in');
	expect(lineNumbers(folder.results(RESULTS))).toEqual([1, 2, 4]);
	expect(folder.results(RESULTS)).toContainEqual({ line: 4, problems: [{ field: '', message: 'is not valid JSON' }] });
	expect(await folder.count('ticket_logs')).toBe(1);
});

test('a row that was put right is taken in the next run; what was done is not done again', async () => {
	folder.put('tickets.jsonl', `${jsonLines(2)}{"title":"x"}\n`);
	expect((await run(folder, ['tickets.jsonl'])).code).toBe(1);
	folder.put('tickets.jsonl', `${jsonLines(2)}${JSON.stringify(TICKET)}\n`);
	const { code, stderr } = await run(folder, ['tickets.jsonl']);
	expect(code).toBe(0);
	expect(stderr).toContain('Done in an earlier run: 2');
	expect(lineNumbers(folder.results(RESULTS))).toEqual([1, 2, 3]);
	expect(await folder.count('ticket_logs')).toBe(3);
});

test('the same row never becomes two tickets, not even with new results', async () => {
	folder.put('tickets.jsonl', jsonLines(4));
	await run(folder, ['tickets.jsonl']);
	const before = folder.results(RESULTS);
	const { code, stderr } = await run(folder, ['tickets.jsonl', '--fresh']);
	expect(code).toBe(0);
	expect(stderr).toContain('Stored earlier (same line, same content): 4');
	const byLine = (a: { line?: unknown }, b: { line?: unknown }) => Number(a.line) - Number(b.line);
	expect(folder.results(RESULTS).sort(byLine)).toEqual(before.sort(byLine));
	expect(await folder.count('ticket_logs')).toBe(4);
});

test('results of rows that are gone are counted', async () => {
	folder.put('tickets.jsonl', jsonLines(2));
	await run(folder, ['tickets.jsonl']);
	folder.put('tickets.jsonl', jsonLines(1));
	expect((await run(folder, ['tickets.jsonl'])).stderr).toContain('not in the file any more: 1');
});

test('a ticket that cannot be delivered has failed, and is looked at again', async () => {
	const server = await startLocalServer(() => ({ status: 400 }));
	folder.put('tickets.jsonl', '');
	await run(folder, ['tickets.jsonl']);
	await folder.query((knex) => knex('team_mappings').update({ system: 'http', api_endpoint: server.url }));
	folder.put('tickets.jsonl', jsonLines(1));
	const options = { environment: { ...folder.environment, REVIEW_DELIVERY: 'general' } };
	const { code, stderr } = await run(folder, ['tickets.jsonl'], options);
	expect(code).toBe(1);
	expect(stderr).toMatch(/Total +1 +0 +0 +1/);
	expect(folder.results(RESULTS)).toMatchObject([{ line: 1, status: 'failed', error_message: expect.any(String) }]);
	await folder.query((knex) => knex('ticket_logs').update({ status: 'routed' }));
	expect((await run(folder, ['tickets.jsonl'], options)).code).toBe(0);
	expect(folder.results(RESULTS)).toMatchObject([{ line: 1, status: 'routed' }]);
	expect(server.requests).toHaveLength(1);
	await server.close();
});

test('an interrupted run ends what is under way, within bounds, and says how to go on', async () => {
	const server = await startLocalServer(() => ({ status: 503, headers: { 'retry-after': '600' } }));
	folder.put('tickets.jsonl', '');
	await run(folder, ['tickets.jsonl']);
	await folder.query((knex) => knex('team_mappings').update({ system: 'http', api_endpoint: server.url }));
	const interruption = new AbortController();
	const stdin = new PassThrough();
	stdin.write(jsonLines(2));
	setTimeout(() => interruption.abort('SIGINT'), 500);
	const given = { stdin, interrupted: interruption.signal, drainMs: 100 };
	const environment = { ...folder.environment, REVIEW_DELIVERY: 'general' };
	const { code, stdout, stderr } = await run(folder, ['-'], { ...given, environment });
	expect(code).toBe(130);
	expect(stdout).toBe('');
	expect(stderr).toContain('Stopping: finishing what is under way');
	expect(stderr).toContain('Without a result yet: 2');
	expect(stderr).toContain('Run the same command again to go on');
	expect(await folder.count('ticket_logs')).toBe(2);
	await server.close();
});

test.each(['csv', 'jsonl'])('Ctrl-C before the first row of %s ends it too', async (format) => {
	const interruption = new AbortController();
	setTimeout(() => interruption.abort('SIGINT'), 200);
	const given = { stdin: new PassThrough(), interrupted: interruption.signal };
	expect((await run(folder, ['-', '--format', format], given)).code).toBe(130);
});

test('a dry run decides, stores nothing and keeps what was done', async () => {
	folder.put('tickets.jsonl', jsonLines(1));
	await run(folder, ['tickets.jsonl']);
	folder.put('tickets.jsonl', jsonLines(3));
	const { code, stderr } = await run(folder, ['tickets.jsonl', '--dry-run']);
	expect(code).toBe(0);
	expect(stderr).toContain('nothing was stored or sent');
	const status = () => folder.results(RESULTS).map((result) => result.status);
	expect(status().filter((each) => each === 'dry_run')).toHaveLength(2);
	expect(await folder.count('ticket_logs')).toBe(1);
	await run(folder, ['tickets.jsonl']);
	expect(status()).toHaveLength(3);
	expect(status()).not.toContain('dry_run');
	expect(await folder.count('ticket_logs')).toBe(3);
});

test('a dry run opens no database', async () => {
	const { code, stdout } = await run(folder, ['-', '--dry-run'], { input: jsonLines(2) });
	expect(code).toBe(0);
	expect(readLines(stdout)).toMatchObject([
		{ line: 1, status: 'dry_run', department: expect.any(String), confidence_score: expect.any(Number) },
		{ line: 2, status: 'dry_run' },
	]);
	expect(existsSync(folder.database)).toBe(false);
});

test('results that cannot be written end the run', async () => {
	const stdout = new Writable({
		write: (_chunk, _encoding, done) => done(Object.assign(new Error(), { code: 'EPIPE' })),
	});
	const { code, stderr } = await run(folder, ['-', '--dry-run'], { input: jsonLines(400), stdout });
	expect(code).toBe(1);
	expect(stderr).toContain('Stopped before the end: the results cannot be written (EPIPE)');
});

test('tickets that cannot be stored end the run', async () => {
	folder.put('tickets.jsonl', '');
	await run(folder, ['tickets.jsonl']);
	await folder.query((knex) =>
		knex.raw("CREATE TRIGGER full BEFORE INSERT ON ticket_logs BEGIN SELECT RAISE(ABORT, 'full'); END"),
	);
	folder.put('tickets.jsonl', jsonLines(2));
	const { code, stderr } = await run(folder, ['tickets.jsonl']);
	expect(code).toBe(1);
	expect(stderr).toContain('Stopped before the end: a ticket could not be stored in the database');
});

test('what is wrong with the setup is said before anything is done', async () => {
	folder.put('tickets.jsonl', jsonLines(1));
	await expect(run(folder, ['nothing.jsonl'])).rejects.toThrow('There is no file');
	const wrong = { environment: { DATABASE_URL: 'mysql://x' } };
	await expect(run(folder, ['tickets.jsonl'], wrong)).rejects.toThrow(ConfigError);
	const nowhere = { environment: { DATABASE_URL: `sqlite:${folder.file('no/where.db')}` } };
	await expect(run(folder, ['tickets.jsonl'], nowhere)).rejects.toThrow(
		/DATABASE_URL: .*where\.db .*SQLITE_CANTOPEN.*folder must exist/,
	);
	folder.put('f.csv', 'a,b\n');
	await expect(run(folder, ['f.csv'])).rejects.toThrow('no column title');
	await expect(run(folder, ['.', '--format', 'csv'])).rejects.toThrow('is a folder');
	expect(existsSync(folder.database)).toBe(false);
});
