import { existsSync } from 'node:fs';
import { TICKET, createFolder, jsonLines, readLines, start, type Folder } from '../../helpers/triage-cli';

/** The built command as people run it: a process of its own. */

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

const RESULTS = 'tickets.jsonl.results.jsonl';
const ROWS = 3000;

async function resultsHave(lines: number): Promise<void> {
	for (;;) {
		if (existsSync(folder.file(RESULTS)) && folder.text(RESULTS).split('\n').length > lines) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

async function expectEveryRowOnce(): Promise<void> {
	const lines = folder.results(RESULTS).map(({ line }) => Number(line));
	expect(lines.sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1));
	expect(await folder.count('ticket_logs')).toBe(ROWS);
	expect(await folder.count('ticket_jobs')).toBe(0);
	const settled = await folder.query((knex) => knex('ticket_events').where({ step: 'routed' }).pluck('ticket_id'));
	expect(new Set(settled).size).toBe(ROWS);
	expect(settled).toHaveLength(ROWS);
}

test('a CSV comes out as JSONL, its invalid rows named', async () => {
	folder.put('tickets.csv', 'title,description,email\nVPN down,"It drops,\noften",\n,x,ana@example.com\n');
	const { code, stdout, stderr } = await start(folder, ['tickets.csv', '--email', 'desk@example.com']).ended;
	expect(code).toBe(1);
	expect(stdout).toBe('');
	expect(stderr).toContain('line 4: title must not be empty\n');
	expect(folder.results('tickets.csv.results.jsonl')).toHaveLength(2);
	expect(await folder.query((knex) => knex('ticket_logs').pluck('email'))).toEqual(['desk@example.com']);
});

test('standard input to standard output', async () => {
	const { code, stdout } = await start(folder, ['-'], `${JSON.stringify(TICKET)}\n`).ended;
	expect(code).toBe(0);
	expect(readLines(stdout)).toMatchObject([{ line: 1, title: TICKET.title }]);
});

test('a dry run creates no database', async () => {
	const { code, stdout } = await start(folder, ['-', '--dry-run'], jsonLines(2)).ended;
	expect(code).toBe(0);
	expect(readLines(stdout).map(({ status }) => status)).toEqual(['dry_run', 'dry_run']);
	expect(existsSync(folder.database)).toBe(false);
});

test('help is on standard output, wrong usage on standard error', async () => {
	const help = await start(folder, ['--help']).ended;
	expect([help.code, help.stdout.split('\n')[0]]).toEqual([0, 'Usage: npm run triage -- FILE [options]']);
	const wrong = await start(folder, []).ended;
	expect([wrong.code, wrong.stdout]).toEqual([2, '']);
	expect(wrong.stderr).toContain('Name one file');
});

test('after kill -9 in mid-run the same command goes on: every row exactly once', async () => {
	folder.put('tickets.jsonl', jsonLines(ROWS));
	const killed = start(folder, ['tickets.jsonl']);
	await resultsHave(ROWS / 10);
	killed.child.kill('SIGKILL');
	await killed.ended;
	const stored = await folder.count('ticket_logs');
	expect(stored).toBeGreaterThan(0);
	expect(stored).toBeLessThan(ROWS);
	const { code, stderr } = await start(folder, ['tickets.jsonl']).ended;
	expect(code).toBe(0);
	expect(stderr).toMatch(/Done in an earlier run: \d{3,}/);
	await expectEveryRowOnce();
});

test('Ctrl-C ends in order with 130, and the same command goes on', async () => {
	folder.put('tickets.jsonl', jsonLines(ROWS));
	const stopped = start(folder, ['tickets.jsonl']);
	await resultsHave(ROWS / 10);
	stopped.child.kill('SIGINT');
	stopped.child.kill('SIGINT');
	const { code, stderr } = await stopped.ended;
	expect(code).toBe(130);
	expect(stderr).toContain('Run the same command again to go on');
	expect(await folder.count('ticket_jobs')).toBe(0);
	expect(await folder.count('ticket_logs')).toBe(folder.results(RESULTS).length);
	expect((await start(folder, ['tickets.jsonl']).ended).code).toBe(0);
	await expectEveryRowOnce();
});
