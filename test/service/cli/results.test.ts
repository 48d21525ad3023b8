import { PassThrough, Writable } from 'node:stream';
import { openResults } from '../../../service/cli/results';
import { createFolder, type Folder } from '../../helpers/triage-cli';

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

const done = (line: number, more = {}) => ({
	line,
	ticket_id: `TKT-${line}`,
	status: 'routed',
	department: 'IT',
	...more,
});
const text = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const open = (fresh = false, output = 'results.jsonl') =>
	openResults({ input: folder.file('tickets.jsonl'), output: folder.file(output), fresh }, new PassThrough());

test('new results are written line by line', async () => {
	const results = await open();
	await results.write(3, { problems: [{ field: 'title', message: 'is required' }] });
	await results.close();
	expect(folder.results('results.jsonl')).toEqual([
		{ line: 3, problems: [{ field: 'title', message: 'is required' }] },
	]);
});

test('what is finished stays; the rest, and a torn line, comes again', async () => {
	const finished = text(done(1, { confidence_score: 0.9, needs_review: false }), done(4, { status: 'needs_review' }));
	const again = text(done(2, { status: 'failed' }), { line: 3, problems: [] }, done(5, { status: 'dry_run' }), done(1));
	folder.put('results.jsonl', `${finished}${again}{"line":6,"ticket_id":"TK`);
	const results = await open();
	expect([...results.finished.keys()]).toEqual(['TKT-1', 'TKT-4']);
	expect(results.finished.get('TKT-1')).toEqual({
		status: 'routed',
		department: 'IT',
		confidence_score: 0.9,
		needs_review: false,
	});
	await results.write(7, { problems: [] });
	await results.close();
	expect(folder.text('results.jsonl')).toBe(`${finished}${text({ line: 7, problems: [] })}`);
});

test('a whole last line without its line feed is cut off too, so that nothing is glued to it', async () => {
	folder.put('results.jsonl', text(done(1)) + JSON.stringify(done(2)));
	const results = await open();
	await results.close();
	expect(folder.text('results.jsonl')).toBe(text(done(1)));
});

test('--fresh starts anew', async () => {
	folder.put('results.jsonl', text(done(1)));
	const results = await open(true);
	expect(results.finished.size).toBe(0);
	await results.close();
	expect(folder.text('results.jsonl')).toBe('');
});

test.each(['hello\n', 'hello', '{"title":"x"}\n', '[1]\n'])('a file that holds %j is left alone', async (content) => {
	folder.put('results.jsonl', content);
	await expect(open()).rejects.toThrow('holds something else in line 1');
	expect(folder.text('results.jsonl')).toBe(content);
});

test('the tickets are never overwritten', async () => {
	folder.put('tickets.jsonl', '{}\n');
	await expect(open(true, 'tickets.jsonl')).rejects.toThrow('would overwrite the tickets');
	expect(folder.text('tickets.jsonl')).toBe('{}\n');
});

test('a folder that is not there is named', async () => {
	await expect(open(false, 'nowhere/results.jsonl')).rejects.toThrow('cannot be written');
});

test('a full disk is told to whoever writes', async () => {
	const full = new Writable({
		write: (_chunk, _encoding, done) => done(Object.assign(new Error(), { code: 'ENOSPC' })),
	});
	const results = await openResults({ input: '-', output: '-', fresh: false }, full);
	await expect(results.write(1, { problems: [] })).rejects.toThrow('the results cannot be written (ENOSPC)');
});
