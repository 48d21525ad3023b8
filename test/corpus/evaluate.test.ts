import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buildModel } from '../../corpus/build-model';
import { calibrate } from '../../corpus/calibrate';
import { judgeHeld } from '../../corpus/evaluate/cross-validate';
import { evaluate, type Evaluated } from '../../corpus/evaluate/evaluation';
import { parseEvaluateOptions } from '../../corpus/evaluate/options';
import { runEvaluate } from '../../corpus/evaluate/run';
import { reportFiles } from '../../corpus/evaluate/write-report';
import type { Held } from '../../corpus/folds';
import { exaggerated, putCorpus, tinyCorpus } from '../helpers/corpus';
import { ROOT } from '../helpers/process';
import { collect, createFolder, type Folder } from '../helpers/triage-cli';
import { parseXml } from '../helpers/xml';

const FILES = ['calibration.svg', 'confusion.svg', 'coverage.svg', 'metrics.json', 'report.html'];
const MODEL = JSON.stringify(buildModel(tinyCorpus()).file);
const ROWS = [
	{ title: 'vpn and laptop', description: 'The vpn network is down', department: 'it', language: 'en-GB' },
	{ title: 'invoice', description: 'refund of the supplier payment', department: 'Finance', language: 'de' },
	{ title: 'Heizung', description: 'Die heating ist nicht warm und das window auch nicht', department: 'Facilities' },
	{ title: 'lift', description: 'the lift', department: 'Astrology' },
	{ title: 'lift', description: 'the lift' },
	{ title: '', description: 'no title', department: 'IT' },
];

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

interface Metrics {
	headline: string;
	evaluations: { key: string; scores: { rows: number; accuracy: number }; languages: { language: string }[] }[];
}
const metrics = (output = 'evaluation'): Metrics => JSON.parse(folder.text(`${output}/metrics.json`)) as Metrics;

async function run(argv: string[], input = '') {
	folder.put('tiny.json', MODEL);
	const [stdout, stderr] = [collect(), collect()];
	const stdin = Readable.from([Buffer.from(input)], { objectMode: false });
	await runEvaluate(parseEvaluateOptions(argv, { folder: folder.path, root: folder.path })!, {
		...{ root: folder.path, environment: { LOCAL_MODEL: 'tiny.json' }, stdin },
		...{ stdout: stdout.stream, stderr: stderr.stream },
	});
	return { stdout: stdout.text(), stderr: stderr.text() };
}

const jsonl = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('a labelled file', () => {
	const csv = [
		'Title;Description;Department;Language;Ticket',
		...ROWS.map((row) => [row.title, row.description, row.department ?? '', row.language ?? '', '7'].join(';')),
	].join('\r\n');

	test.each([
		['tickets.jsonl', jsonl(ROWS)],
		['tickets.csv', csv],
	])('%s is judged by the model LOCAL_MODEL names; rows of no use are counted and left out', async (name, content) => {
		folder.put(name, content);
		const { stdout } = await run([name]);
		expect(stdout).toContain(`${name}: 3 labelled tickets\nModel: local-`);
		expect(stdout).toContain('Left out for want of a known department: 2 rows.');
		expect(stdout).toContain('Left out because they are no tickets (title, description, length): 1 rows.');
		const [evaluation] = metrics().evaluations;
		expect(evaluation).toMatchObject({ key: 'file', scores: { rows: 3, accuracy: 1 } });
		expect(evaluation.languages.map(({ language }) => language)).toEqual(['de', 'en']);
	});

	test("standard input, and a folder of one's own", async () => {
		const { stdout, stderr } = await run(['-', '--output', 'elsewhere'], jsonl(ROWS));
		expect(stdout).toContain('standard input: 3 labelled tickets');
		expect(stderr).toContain(`Report: ${folder.file('elsewhere/report.html')}`);
		expect(readdirSync(folder.file('elsewhere')).sort()).toEqual(FILES);
		expect(existsSync(folder.file('evaluation'))).toBe(false);
	});

	test.each([
		['no known department', 'a.jsonl', jsonl(ROWS.slice(3)), 'No row of a.jsonl is a ticket with a known department'],
		['no rows', 'a.jsonl', '', 'No row of a.jsonl'],
		['broken rows alone', 'a.jsonl', '{"title":\n[]\n', 'No row of a.jsonl'],
		['a column too few', 'a.csv', 'title,description\na,b\n', 'no column department'],
		['a column twice', 'a.csv', 'title,description,department,department\n', 'column department twice'],
		['an open quote', 'a.csv', 'title,description,department\n"a,b,IT\n', 'No row of a.csv'],
	])('%s is said', async (_, name, content, message) => {
		folder.put(name, content);
		await expect(run([name])).rejects.toMatchObject({ name: 'UsageError', message: expect.stringContaining(message) });
	});

	test('a model that is none is said', async () => {
		const options = parseEvaluateOptions([folder.put('a.jsonl', jsonl(ROWS))], { folder: folder.path, root: ROOT })!;
		const { stream } = collect();
		const host = { root: folder.path, stdin: Readable.from([]), stdout: stream, stderr: stream };
		for (const content of ['{', '{}', MODEL.replace(/"weights":"..../u, '"weights":"')]) {
			folder.put('bad.json', content);
			const judged = runEvaluate(options, { ...host, environment: { LOCAL_MODEL: 'bad.json' } });
			await expect(judged).rejects.toThrow('cannot be read as a model');
		}
	});
});

describe('the corpus', () => {
	beforeEach(
		() => void putCorpus(folder.file('corpus'), [...tinyCorpus(), { ...tinyCorpus()[0], department: 'Sales' }]),
	);

	test('by scenario, by industry and ungrouped; which is honest, and how far it is', async () => {
		const { stdout, stderr } = await run([]);
		expect(stdout).toMatch(/^The corpus in cross-validation: 48 rows\n/u);
		expect(stdout).toContain('The honest figure is the one by scenario');
		expect(stdout).toContain('Left out for want of a known department: 1 rows.');
		expect(stdout).toMatch(/By scenario \(honest\) +48 .*\n +By industry +48 .*\n +Ungrouped +48 /u);
		for (const table of ['Departments', 'Languages', 'Confusion', 'Coverage']) expect(stdout).toContain(`\n${table}`);
		expect(stderr).toContain('By scenario: fold 1 of 5\n');
		expect(stderr).toContain('By industry: fold 3 of 3\n');
		expect(stderr).toContain('Ungrouped: calibrating\n');
		expect(metrics().headline).toBe('scenario');
		expect(metrics().evaluations.map(({ key }) => key)).toEqual(['scenario', 'industry', 'none']);
		parseXml(folder.text('evaluation/report.html'));
	});

	test('--quick groups by scenario only, and the same corpus gives the same bytes', async () => {
		const first = await run(['--quick', '--output', 'a']);
		const second = await run(['--quick', '--output', 'b']);
		expect(first.stdout).toBe(second.stdout);
		expect(metrics('a').evaluations.map(({ key }) => key)).toEqual(['scenario']);
		for (const name of FILES) expect(folder.text(`a/${name}`)).toBe(folder.text(`b/${name}`));
	});

	test.each([
		['no folder', 'missing', 'There is no folder'],
		['no rows', '.', 'holds no corpus'],
		['one scenario alone', 'single', 'too few scenarios'],
	])('%s is said', async (_, name, message) => {
		putCorpus(folder.file('single'), tinyCorpus().slice(0, 2));
		folder.put('empty.txt', '');
		const path = name === '.' ? folder.file('corpus/en') : name;
		await expect(run(['--corpus', path, '--quick'])).rejects.toThrow(message);
	});
});

test('no row is among those its confidence was calibrated on', () => {
	const held: Held[] = [1, 2, 3].flatMap((seed) => exaggerated(20, 2, seed));
	const fitted: Held[][] = [];
	const judged = judgeHeld(held, (rows) => calibrate(fitted[fitted.push([...rows]) - 1]));
	expect([judged.length, fitted.length]).toEqual([60, 3]);
	fitted.forEach((rows, fold) => expect(rows).toEqual(held.filter((_, i) => Math.floor(i / 20) !== fold)));
});

describe('the report', () => {
	const HOSTILE = `<script>alert("1")</script> & 'x'\u0000\u001b[31m`;
	const departments = [HOSTILE, 'IT'];
	const judged = Array.from({ length: 40 }, (_, i) => ({
		...{ label: departments[i % 2], guess: departments[i < 30 && i % 3 === 0 ? 0 : i % 2] },
		...{ confidence: (i + 1) / 41, language: i % 5 === 0 ? HOSTILE : 'en' },
	}));
	const about = { key: 'file', name: HOSTILE, meaning: HOSTILE };
	const evaluations = [evaluate(judged, departments, about), evaluate(judged, departments, about)];
	const evaluated: Evaluated = { title: HOSTILE, model: HOSTILE, notes: [HOSTILE], departments, evaluations };
	const files = reportFiles(evaluated);

	test('is well-formed and runs nothing, whatever the names are', () => {
		const markup = Object.entries(files).filter(([name]) => name !== 'metrics.json');
		expect(markup.map(([name]) => name).sort()).toEqual(FILES.filter((name) => name !== 'metrics.json'));
		for (const [, text] of markup) {
			expect(parseXml(text).map(({ name }) => name)).not.toContain('script');
			expect(text.replace(/[\n\t]/gu, '')).not.toMatch(/\p{Cc}/u);
		}
		expect(files['report.html']).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;\uFFFD');
	});

	test('has the three pictures of each evaluation, and closes what HTML wants closed', () => {
		const elements = parseXml(files['report.html']);
		expect(elements.filter(({ name }) => name === 'svg')).toHaveLength(6);
		for (const title of ['Confusion: ', 'Calibration: ', 'Coverage: ']) {
			expect(files['report.html'].split(`aria-label="${title}`)).toHaveLength(3);
		}
		const selfClosed = new Set(elements.filter((each) => each.selfClosed).map(({ name }) => name));
		expect([...selfClosed].sort()).toEqual(['circle', 'line', 'meta', 'polyline', 'rect']);
	});

	test('needs no network and no clock', () => {
		const addresses = Object.values(files).flatMap((text) => text.match(/\w+:\/\/[^"\s]+/gu) ?? []);
		expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
		expect(files['report.html']).not.toMatch(/<link|\bsrc=|\bhref=|url\(|@import/u);
		expect(files['report.html']).toContain('default-src &#39;none&#39;');
		expect(reportFiles(evaluated)).toEqual(files);
	});

	test('is readable in light and in dark', () => {
		for (const name of FILES.filter((each) => each !== 'metrics.json')) {
			expect(files[name]).toContain('prefers-color-scheme: dark');
		}
	});

	test('counts the rows of each bin and names the thresholds', () => {
		const [{ scores }] = evaluations;
		for (const { rows } of scores.bins) expect(files['calibration.svg']).toContain(`>${rows}</text>`);
		for (const { threshold, precision } of scores.coverage) {
			const text =
				threshold === null ? `${precision * 100} % precision is not reached` : `from ${threshold.toFixed(3)} on`;
			expect(files['coverage.svg']).toContain(text);
		}
	});
});

describe('the command', () => {
	const options = (argv: string[]) => parseEvaluateOptions(argv, { folder: '/here', root: '/root' });

	test('has defaults', () => {
		expect(options([])).toEqual({ file: null, corpus: '/root/corpus', output: '/here/evaluation', quick: false });
		expect(options(['a.csv'])?.file).toEqual({ path: '/here/a.csv', format: 'csv' });
		expect(options(['a.txt', '--format', 'jsonl'])?.file).toEqual({ path: '/here/a.txt', format: 'jsonl' });
	});

	test.each([
		[['a.jsonl', 'b.jsonl'], 'Name one file'],
		[['a.jsonl', '--quick'], 'are for the corpus'],
		[['a.txt'], 'neither .jsonl nor .csv'],
		[['--output', ''], 'must not be empty'],
		[['--nonsense'], '--help says more'],
	])('%j: %s', (argv, message) => expect(() => options(argv)).toThrow(message));

	/** As people run it: the built one in a process of its own. */
	const spawn = (...argv: string[]) =>
		spawnSync(process.execPath, [join(ROOT, 'service/build/corpus/evaluate.js'), ...argv], {
			...{ cwd: folder.path, encoding: 'utf8' as const },
			env: { PATH: process.env.PATH, LOCAL_MODEL: folder.put('tiny.json', MODEL) },
		});

	test('ends with 0 and a report', () => {
		folder.put('tickets.jsonl', jsonl(ROWS));
		const { status, stdout } = spawn('tickets.jsonl');
		expect([status, stdout.split('\n')[0]]).toEqual([0, 'tickets.jsonl: 3 labelled tickets']);
		expect(readdirSync(folder.file('evaluation')).sort()).toEqual(FILES);
	});

	test('judges a tiny corpus', () => {
		putCorpus(folder.file('tiny'), tinyCorpus());
		const { status, stderr } = spawn('--corpus', 'tiny', '--quick');
		expect([status, stderr.split('\n')[0]]).toEqual([0, 'By scenario: fold 1 of 5']);
		expect(metrics().evaluations[0].scores.rows).toBe(48);
	});

	test('help is on standard output, wrong usage on standard error with 2', () => {
		const help = spawn('--help');
		expect([help.status, help.stdout.split('\n')[0]]).toEqual([0, 'Usage: npm run evaluate -- [FILE] [options]']);
		const wrong = spawn('missing.jsonl');
		expect([wrong.status, wrong.stdout]).toEqual([2, '']);
		expect(wrong.stderr).toContain('There is no file');
		folder.put('occupied', '');
		expect(spawn('--output', 'occupied').stderr).toContain('cannot be made a folder');
	});
});
